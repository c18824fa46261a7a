package bindgen

import (
	"bytes"
	"fmt"
	"go/format"
	"path"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

const module = "github.com/patchbay-go/patchbay/"

// A goPackage is a Go package of one file: of an interface that the world imports
// or exports, or of the world itself.
type goPackage struct {
	g       *generator
	of      *wit.Interface // of the world: what it imports by itself
	key     string         // as a component has it; "" for the world
	exports bool           // of an interface: the world exports it
	folder  string         // below the world's
	name    string

	functions []*wit.Function // of the world: what it exports by itself

	typeNames map[*wit.TypeDef]string
	declared  names
	body      bytes.Buffer
	params    strings.Builder   // structs of parameters, which stand behind the client
	aliases   map[string]string // import paths to names in this file
	taken     names             // by imports
}

// The names that each package has, whatever is in it.
func packageNames() names {
	return reserve("Imports", "Exports", "Define", "Bind", "New", "Host", "DefineHost")
}

// nameTypes gives the types their names, before anything refers to them.
func (p *goPackage) nameTypes() {
	p.declared, p.typeNames = packageNames(), map[*wit.TypeDef]string{}
	for _, d := range p.of.Types {
		p.typeNames[d] = p.declared.take(exported(d.Name))
	}
}

func (p *goPackage) printf(format string, args ...any) { fmt.Fprintf(&p.body, format, args...) }

// file writes the package. The first run finds what it imports, whose names the
// second one avoids.
func (p *goPackage) file() File {
	p.aliases, p.taken = map[string]string{}, fileNames()
	p.write()
	errs := len(p.g.errs)
	p.body.Reset()
	p.nameTypes()
	p.write()
	p.g.errs = p.g.errs[:errs] // the same again
	source := append(p.head(), p.body.Bytes()...)
	formatted, err := format.Source(source)
	if err != nil && errs == 0 {
		p.g.fail(p.called(), "generated Go does not parse: %v", err)
	}
	return File{Name: p.fileName(), Source: formatted}
}

// fileName returns the name of the file below the world's folder.
func (p *goPackage) fileName() string { return path.Join(p.folder, p.name+".go") }

// fileNames are what the bodies of generated functions call their own, and the
// packages that are not generated.
func fileNames() names {
	return reserve("c", "compiled", "component", "context", "ctx", "e", "err", "errors", "fmt", "from", "host", "i", "imports", "init",
		"instance", "l", "main", "name", "names", "o", "p", "pre", "self", "set", "strings", "types", "v")
}

// write writes everything. The client of an interface comes before its types:
// those of resources refer to it, and it to them as arguments of generic types; Go
// compilers crash if they meet such a circle at the name of another type in it.
func (p *goPackage) write() {
	switch {
	case p == p.g.own():
		p.world()
	case p.exports:
		p.client(p.of.Functions, nil)
	default:
		p.host("Imports", p.of)
	}
	for _, d := range p.of.Types {
		p.typeDef(d)
	}
}

// use returns the name of a package of Patchbay's or Go's in this file.
func (p *goPackage) use(importPath string) string {
	alias := path.Base(importPath)
	p.taken[alias], p.aliases[importPath] = true, alias
	return alias
}

// isGenerated reports whether a package is neither Go's nor Patchbay's.
func isGenerated(importPath string) bool {
	switch importPath {
	case "context", "errors", "fmt", "strings", module + "component", module + "component/types":
		return false
	}
	return true
}

// identifier leaves away what an identifier of small letters and digits has not.
func identifier(element string) string {
	element = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(element))
	return strings.TrimLeft(element, "0123456789")
}

func (p *goPackage) context() string   { return p.use("context") + ".Context" }
func (p *goPackage) component() string { return p.use(module + "component") }
func (p *goPackage) types() string     { return p.use(module + "component/types") }

// from returns what stands before the names of another package of the world.
func (p *goPackage) from(other *goPackage) string {
	if other == p {
		return ""
	}
	importPath := path.Join(p.g.options.Path, other.folder)
	alias := p.aliases[importPath]
	if alias == "" {
		candidates := other.aliasCandidates()
		free := slices.IndexFunc(candidates, func(name string) bool { return !p.taken[name] })
		alias = p.taken.take(candidates[max(free, 0)])
		p.aliases[importPath] = alias
	}
	return alias + "."
}

// aliasCandidates are the names that files may import a package by, the best first:
// its own, with the version if there are several, with the word exported if it is of
// what is exported, and with that of its WIT package.
func (p *goPackage) aliasCandidates() []string {
	own, of := path.Base(p.folder), wit.PackageName{}
	if p.of.Package != nil && p.of.Name != "" {
		of = p.of.Package.Name
		own += identifier(p.g.version(of))
	}
	candidates := []string{own}
	if p.exports {
		candidates = append(candidates, "exported"+own)
	}
	for _, pre := range []string{identifier(of.Name), identifier(of.Namespace + of.Name)} {
		if p.exports {
			pre = "exported" + pre
		}
		candidates = append(candidates, pre+own)
	}
	return candidates
}

// called is what comments and errors call the package's interface, or the world.
func (p *goPackage) called() string {
	switch {
	case p.key != "":
		return p.key
	case p.g.world.Package != nil:
		return "the world " + p.g.world.Package.Name.ID(p.g.world.Name)
	}
	return "the world " + p.g.world.Name
}

func (p *goPackage) head() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%s%s\n\n", markBegin, p.fileName(), markEnd)
	what := p.called()
	switch {
	case p.key != "" && p.exports:
		what += ", which components export"
	case p.key != "":
		what += ", which components import"
	}
	fmt.Fprintf(&b, "// Package %s is for hosts of %s.\n", p.name, what)
	if p.of.Docs != "" {
		fmt.Fprintf(&b, "//\n%s", comment(p.of.Docs))
	}
	fmt.Fprintf(&b, "package %s\n\nimport (\n", p.name)
	version := p.component() + ".BindingsVersion3"
	var std, others []string
	for importPath, alias := range p.aliases {
		line := fmt.Sprintf("%q\n", importPath)
		if alias != path.Base(importPath) {
			line = alias + " " + line
		}
		if isGenerated(importPath) || strings.HasPrefix(importPath, module) {
			others = append(others, line)
		} else {
			std = append(std, line)
		}
	}
	slices.Sort(std)
	slices.Sort(others)
	fmt.Fprintf(&b, "%s\n%s)\n\n", strings.Join(std, ""), strings.Join(others, ""))
	fmt.Fprintf(&b, "// If this does not compile, the file was written by another version of Patchbay\n"+
		"// than the one that is imported: run patchbay gen wit again.\nconst _ = %s\n\n", version)
	return b.Bytes()
}

// comment writes documentation, or says first if there is none.
func (p *goPackage) comment(docs, first string) {
	text := comment(docs)
	if text == "" {
		text = comment(first)
	}
	p.printf("%s", text)
}
