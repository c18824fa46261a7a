package bindgen

import (
	"errors"
	"fmt"
	"go/token"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// Options say how the generated packages are called.
type Options struct {
	// Package is the name of the world's package; it is made from the world's name
	// if it is empty.
	Package string

	// Path is the import path of the world's package, which those of its
	// interfaces begin with. It may be empty if there are none.
	Path string
}

// A File is one generated package: each has one file.
type File struct {
	// Name is the path of the file below the folder of the world's package, with
	// slashes.
	Name string

	Source []byte
}

// Generate returns Go for hosts of the world, in the layout of gofmt; the first
// file is of the world's own package. Equal worlds give equal files. The error
// joins all that is wrong, each with the item's name.
func Generate(world *wit.World, o Options) ([]File, error) {
	if o.Package == "" {
		o.Package = packageName(world.Name)
	}
	if !token.IsIdentifier(o.Package) || o.Package == "_" {
		return nil, fmt.Errorf("%q is no name of a Go package", o.Package)
	}
	g := &generator{world: world, options: o}
	g.layOut()
	if len(g.packages) > 1 && !isImportPath(o.Path) {
		return nil, &PathError{o.Path}
	}
	files := make([]File, len(g.packages))
	for i, p := range g.packages {
		files[i] = p.file()
	}
	if g.errs != nil {
		return nil, errors.Join(g.errs...)
	}
	return files, nil
}

// A PathError says that Options.Path is none where one is needed.
type PathError struct {
	Path string
}

// Error says what needs it.
func (e *PathError) Error() string {
	return fmt.Sprintf("%q is no import path, and the world has interfaces, which have packages below it", e.Path)
}

// isImportPath reports whether Go takes the path.
func isImportPath(path string) bool {
	return path != "" && !strings.ContainsAny(path, "!\"#$%&'()*,:;<=>?[\\]^`{|} \t\n\r\ufffd") && !strings.HasPrefix(path, "/")
}

// A generator writes the packages of one world.
type generator struct {
	world    *wit.World
	options  Options
	errs     []error
	packages []*goPackage // the world's first
	imported []*goPackage // of interfaces, in the order of the world
	exported []*goPackage
}

func (g *generator) own() *goPackage { return g.packages[0] }

func (g *generator) fail(item, format string, args ...any) {
	g.errs = append(g.errs, fmt.Errorf("world %s: %s: %s", g.world.Name, item, fmt.Sprintf(format, args...)))
}

// packageOf returns the package that has a definition, for a reference from a
// package of what is exported or imported: what a world exports uses what it
// exports if there is that.
func (g *generator) packageOf(d *wit.TypeDef, from *goPackage) *goPackage {
	switch {
	case d.Interface == nil:
		return g.own()
	case d.Interface == from.of:
		return from
	}
	lists := [][]*goPackage{g.imported}
	if from.exports {
		lists = [][]*goPackage{g.exported, g.imported}
	}
	for _, list := range lists {
		for _, p := range list {
			if p.of == d.Interface {
				return p
			}
		}
	}
	return nil
}
