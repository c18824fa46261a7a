package project

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed templates/*.txtar
var templates embed.FS

// Languages lists the languages in which [New] makes a project.
func Languages() []string { return []string{"go", "rust", "c"} }

// parts are the archives that a project of a language is made of. The SDKs are
// copies of what stands elsewhere in the repository; a test holds them to it.
func parts(language string) []string {
	switch language {
	case "go":
		return []string{"go", "tests", "go_sdk"}
	case "rust":
		return []string{"rust", "tests"}
	case "c":
		return []string{"c", "tests", "c_sdk"}
	}
	return nil
}

// ErrExists is the error of [New] for a folder that has something in it.
var ErrExists = errors.New("it exists and is not empty")

// New makes a project of that name in a language, in the folder dir, which must
// be empty or not there. It returns the files it made, relative to dir.
func New(language, name, dir string) ([]string, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("%s: %w", dir, ErrExists)
	}
	var made []string
	for _, part := range parts(language) {
		archive, err := templates.ReadFile(path.Join("templates", part+".txtar"))
		if err != nil {
			return nil, err
		}
		for _, file := range txtar.Parse(archive).Files {
			content := strings.ReplaceAll(string(file.Data), "{{NAME}}", name)
			if err := write(filepath.Join(dir, filepath.FromSlash(file.Name)), content); err != nil {
				return nil, err
			}
			made = append(made, file.Name)
		}
	}
	return made, nil
}

func write(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o644)
}

// CheckName says why a plugin cannot have a name: it becomes the name of a file,
// a Go module and a Rust package.
func CheckName(name string) error {
	const most = 64
	letter := func(c byte) bool { return c >= 'a' && c <= 'z' }
	switch {
	case name == "":
		return errors.New("the name is empty")
	case len(name) > most:
		return fmt.Errorf("the name is longer than %d letters", most)
	case !letter(name[0]):
		return fmt.Errorf("%q: a name begins with a letter from a to z", name)
	}
	for _, c := range []byte(name) {
		if !letter(c) && (c < '0' || c > '9') && c != '-' && c != '_' {
			return fmt.Errorf("%q: a name has the letters a to z, digits, - and _", name)
		}
	}
	return nil
}
