// Package project is a plugin as its author has it: a folder with sources, a
// file plugin.toml that says how they become a module, and a table of tests.
package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/patchbay-go/patchbay/internal/tomlfile"
)

// File is the name of the file that makes a folder a project.
const File = "plugin.toml"

// TestFile is the name of the table of tests unless the project says another.
const TestFile = "plugin_test.toml"

// A Project is what plugin.toml says.
type Project struct {
	// Dir is the folder.
	Dir string

	// Name is the plugin's name.
	Name string

	// Module is the path of the module that building makes.
	Module string

	// Tests is the path of the table of tests; it need not be there.
	Tests string

	// Build says how the module is made; its Command is empty if plugin.toml
	// does not say.
	Build Build
}

// Build says how a module is made.
type Build struct {
	// Command is run in the project's folder, without a shell.
	Command []string

	// Env are variables for it besides those that there are.
	Env map[string]string

	// Output is the path of what the command makes, which is copied to Module;
	// empty if that is Module itself.
	Output string

	// Needs says what must be installed, for when it is not.
	Needs string
}

type projectFile struct {
	Name   string    `toml:"name"`
	Module string    `toml:"module"`
	Tests  string    `toml:"tests"`
	Build  buildFile `toml:"build"`
}

type buildFile struct {
	Command []string          `toml:"command"`
	Env     map[string]string `toml:"env"`
	Output  string            `toml:"output"`
	Needs   string            `toml:"needs"`
}

// Read reads the project in a folder. The error is fs.ErrNotExist if there is no
// plugin.toml, and otherwise points at what is wrong in it.
func Read(dir string) (*Project, error) {
	path := filepath.Join(dir, File)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > tomlfile.MaxSize {
		return nil, fmt.Errorf("%s: it is larger than %d bytes", path, tomlfile.MaxSize)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parse(dir, path, text)
}

func parse(dir, path string, text []byte) (*Project, error) {
	var f projectFile
	document, err := tomlfile.Decode(path, text, &f)
	if err != nil {
		return nil, err
	}
	var errs []*tomlfile.Error
	local := func(name string, at ...any) string {
		name = filepath.FromSlash(name)
		if name != "" && !filepath.IsLocal(name) {
			errs = append(errs, document.Errorf(at, "a file is named by its path below the project's folder"))
		}
		return filepath.Join(dir, name)
	}
	p := &Project{Dir: dir, Name: f.Name, Module: local(f.Module, "module"), Tests: local(TestFile)}
	if f.Name == "" {
		errs = append(errs, document.Errorf([]any{"name"}, "the name is missing"))
	}
	if f.Module == "" {
		errs = append(errs, document.Errorf([]any{"module"}, "module is missing: the file that building makes"))
	}
	if f.Tests != "" {
		p.Tests = local(f.Tests, "tests")
	}
	p.Build = Build{Command: f.Build.Command, Env: f.Build.Env, Needs: f.Build.Needs}
	if f.Build.Output != "" {
		p.Build.Output = local(f.Build.Output, "build", "output")
	}
	if document.Has("build") && (len(f.Build.Command) == 0 || f.Build.Command[0] == "") {
		errs = append(errs, document.Errorf([]any{"build", "command"}, "the command is missing"))
	}
	return p, tomlfile.Join(errs)
}

// IsProject reports whether a folder has a plugin.toml.
func IsProject(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, File))
	return !errors.Is(err, fs.ErrNotExist)
}
