package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/patchbay-go/patchbay/wit/bindgen"
)

// generated are the files that gen wit makes in a folder. What it made there before
// and makes no more it removes; files of others it leaves alone.
type generated struct {
	out   string
	files []bindgen.File
	root  *os.Root // of out: nothing outside is touched, whatever links there are
}

// write writes the files and removes those of before. If one would take the place of
// a file of others, nothing is done.
func (g *generated) write(v *voice) (err error) {
	if err := os.MkdirAll(g.out, 0o777); err != nil {
		return err
	}
	if g.root, err = os.OpenRoot(g.out); err != nil {
		return err
	}
	defer g.root.Close()
	if err := g.check(); err != nil {
		return err
	}
	for _, file := range g.files {
		if err := g.writeFile(file); err != nil {
			return err
		}
		v.line("wrote " + plain(g.shown(file.Name)))
	}
	stale, err := g.stale()
	if err != nil {
		return err
	}
	for _, name := range stale {
		if err := g.remove(name); err != nil {
			return err
		}
		v.line("removed " + plain(g.shown(name)))
	}
	return nil
}

// shown returns a name as the user has it.
func (g *generated) shown(name string) string {
	return path.Join(filepath.ToSlash(g.out), name)
}

// check returns an error if a file of others is where one is to be written.
func (g *generated) check() error {
	var errs []error
	for _, file := range g.files {
		switch _, ok, err := g.mark(file.Name); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			errs = append(errs, err)
		case !ok:
			errs = append(errs, fmt.Errorf("%s is not a file that patchbay gen wit made; move it, or write into another folder with --out",
				plain(g.shown(file.Name))))
		}
	}
	return errors.Join(errs...)
}

// mark returns what bindgen.Mark says of a file.
func (g *generated) mark(name string) (as string, ok bool, err error) {
	file, err := g.root.Open(filepath.FromSlash(name))
	if err != nil {
		return "", false, err
	}
	defer file.Close()
	line, err := bufio.NewReaderSize(file, 1<<12).ReadSlice('\n') // longer ones are none
	if err != nil {
		return "", false, nil
	}
	as, ok = bindgen.Mark(line)
	return as, ok, nil
}

func (g *generated) writeFile(file bindgen.File) error {
	name := filepath.FromSlash(file.Name)
	if err := g.root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return g.root.WriteFile(name, file.Source, 0o666)
}

// stale returns the files that were generated where they are, and are not any more.
// What was generated into a folder below out, or was copied, is elsewhere than its
// mark says.
func (g *generated) stale() (names []string, err error) {
	made := map[string]bool{}
	for _, file := range g.files {
		made[file.Name] = true
	}
	err = fs.WalkDir(g.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case entry != nil && entry.IsDir():
			if err != nil || name != "." && strings.ContainsAny(entry.Name()[:1], "._") {
				return fs.SkipDir // there is nothing of ours, as for what cannot be read
			}
			return nil
		case err != nil || !entry.Type().IsRegular() || !strings.HasSuffix(name, ".go") || made[name]:
			return nil
		}
		if as, ok, err := g.mark(name); err == nil && ok && as == name {
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// remove removes a file, and the folders that are empty then.
func (g *generated) remove(name string) error {
	if err := g.root.Remove(filepath.FromSlash(name)); err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if g.root.Remove(filepath.FromSlash(dir)) != nil {
			return nil // there is something of others
		}
	}
	return nil
}
