package wit

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// maxFile is how large a file with text may be, in bytes: far beyond any that
// people write.
const maxFile = 16 << 20

// Load reads a file, or a folder whose .wit files make one package and whose
// folder deps has the packages that it refers to, each a file or a folder
// (WIT.md#package-format). It returns them resolved, and which of them is the
// one at path. A file may be a WebAssembly binary, as for [Decode]; in deps it is
// a package in the binary format.
//
// The error is [syntax.Errors] if the texts are at fault: all of them, or those
// of one package if it is a name that has no meaning.
func Load(path string, options Options) (*Resolve, *Package, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return loader{os.DirFS(path), path}.load(".", options)
	}
	dir := filepath.Dir(path)
	return loader{os.DirFS(dir), dir}.load(filepath.Base(path), options)
}

// LoadFS is [Load] from a file system. The names in errors are those in it.
func LoadFS(files fs.FS, name string, options Options) (*Resolve, *Package, error) {
	return loader{files: files}.load(name, options)
}

// Parse resolves the package whose files are given; its nested packages are the
// only others that there are.
func Parse(sources []*syntax.Source, options Options) (*Resolve, *Package, error) {
	g, err := parseSources(sources)
	return resolveAll(g, nil, err, options, alone)
}

// A loader reads files. Errors name them below root.
type loader struct {
	files fs.FS
	root  string
}

// path is how errors call a file.
func (l loader) path(name string) string { return filepath.Join(l.root, name) }

func (l loader) load(name string, options Options) (*Resolve, *Package, error) {
	if l.isFolder(name) {
		return l.loadFolder(name, options)
	}
	file, err := l.read(name)
	if err != nil {
		return nil, nil, err
	}
	if IsBinary(file) {
		d, err := Decode(file)
		if err != nil {
			return nil, nil, within(err, "%s", l.path(name))
		}
		return d.Resolve, d.Package, nil
	}
	g, err := parseSources([]*syntax.Source{{Name: l.path(name), Text: string(file)}})
	missing := alone
	if deps := path.Join(path.Dir(name), "deps"); l.isFolder(deps) {
		missing = fmt.Sprintf("the file is read alone; load its folder for what is in %s", l.path(deps))
	}
	return resolveAll(g, nil, err, options, missing)
}

// alone hints at where the packages of a text come from.
const alone = "a text alone has the packages that are nested in it"

func (l loader) loadFolder(name string, options Options) (*Resolve, *Package, error) {
	main, err := l.parseFolder(name)
	deps, depsErr := l.parseDeps(path.Join(name, "deps"))
	if depsErr != nil {
		return nil, nil, joined(err, depsErr)
	}
	return resolveAll(main, deps, err, options, "put it into the folder "+l.path(path.Join(name, "deps")))
}

// joined returns what is wrong with several texts as one error. Any other error
// waits until nothing is.
func joined(errs ...error) error {
	var all syntax.Errors
	var first error
	for _, err := range errs {
		var texts syntax.Errors
		if errors.As(err, &texts) {
			all = append(all, texts...)
		} else if first == nil {
			first = err
		}
	}
	if len(all) > 0 {
		slices.SortStableFunc(all, byPlace)
		return slices.CompactFunc(all, samePlace)
	}
	return first
}

func (l loader) isFolder(name string) bool {
	info, err := fs.Stat(l.files, name)
	return err == nil && info.IsDir()
}

func (l loader) parseFolder(dir string) (*group, error) {
	entries, err := fs.ReadDir(l.files, dir)
	if err != nil {
		return nil, err
	}
	var sources []*syntax.Source
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if !strings.HasSuffix(name, ".wit") || l.isFolder(name) {
			continue
		}
		text, err := l.read(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, &syntax.Source{Name: l.path(name), Text: string(text)})
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("folder %s has no .wit file", l.path(dir))
	}
	return parseSources(sources)
}

// parseDeps parses what stands in a folder deps, packages in the binary format
// first. Files that are called anything else are passed over.
func (l loader) parseDeps(dir string) ([]*group, error) {
	entries, err := fs.ReadDir(l.files, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var texts []*group
	var errs []error
	binaries := newBinaries()
	for _, e := range entries {
		g, err := l.parseDep(path.Join(dir, e.Name()), binaries)
		if g != nil {
			texts = append(texts, g)
		}
		errs = append(errs, err)
	}
	groups, err := binaries.groups()
	return append(groups, texts...), joined(append(errs, err)...)
}

// parseDep parses a file or a folder of deps; of a package in the binary format
// it returns nothing, and adds it to those.
func (l loader) parseDep(name string, binaries *binaries) (*group, error) {
	if l.isFolder(name) {
		return l.parseFolder(name)
	}
	switch path.Ext(name) {
	case ".wit", ".wasm", ".wat":
	default:
		return nil, nil
	}
	file, err := l.read(name)
	switch {
	case err != nil:
		return nil, err
	case IsBinary(file):
		return nil, binaries.add(l.path(name), file)
	case path.Ext(name) != ".wit":
		return nil, fmt.Errorf("%s is no WebAssembly binary; its text has to be translated first", l.path(name))
	}
	return parseSources([]*syntax.Source{{Name: l.path(name), Text: string(file)}})
}

// read reads a file. Only a binary may be larger than any text.
func (l loader) read(name string) ([]byte, error) {
	info, err := fs.Stat(l.files, name)
	if err == nil && info.Size() > maxFile {
		err = l.wantBinary(name)
	}
	if err != nil {
		return nil, err
	}
	return fs.ReadFile(l.files, name)
}

// wantBinary wants a large file to begin like a binary.
func (l loader) wantBinary(name string) error {
	file, err := l.files.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	head := make([]byte, 4)
	if _, err := io.ReadFull(file, head); err != nil || IsBinary(head) {
		return err
	}
	return fmt.Errorf("%s has more than %d bytes, which is too much for WIT", l.path(name), maxFile)
}

// resolveAll resolves packages, each behind those that it refers to. What is
// wrong with the texts comes back with what else is found, if it is clear what
// they should have been. Missing hints at where to put a package that is not
// there.
func resolveAll(main *group, deps []*group, wrong error, options Options, missing string) (*Resolve, *Package, error) {
	if main == nil {
		return nil, nil, wrong
	}
	r, top, err := resolveSources(main, deps, options, missing)
	if wrong != nil || err != nil {
		return nil, nil, joined(wrong, err)
	}
	return r, top, nil
}

func resolveSources(main *group, deps []*group, options Options, missing string) (*Resolve, *Package, error) {
	order, err := sortSources(sourcesOf(main, deps))
	if err != nil {
		return nil, nil, err
	}
	names := make([]PackageName, len(order))
	for i, s := range order {
		names[i] = s.name
	}
	r := &Resolve{}
	var top *Package
	for _, s := range order {
		p := &resolver{into: r, all: names, options: options, source: s, missing: missing}
		if errs := p.resolve(); len(errs) > 0 {
			return nil, nil, errs
		}
		if s == main.main {
			top = p.pkg
		}
	}
	return r, top, nil
}

// sourcesOf lists the packages. What binaries say of packages that are there as
// such does not count.
func sourcesOf(main *group, deps []*group) []*source {
	var sources []*source
	whole := make(map[PackageName]bool)
	for _, g := range append([]*group{main}, deps...) {
		for _, s := range append([]*source{g.main}, g.nested...) {
			s.group = g
			sources = append(sources, s)
			whole[s.name] = whole[s.name] || !s.partial
		}
	}
	return slices.DeleteFunc(sources, func(s *source) bool { return s.partial && whole[s.name] })
}

// samePlace reports whether two errors are about the same piece of text. The
// second one, of what it means, is likely to be a consequence of the first, of how
// it is written.
func samePlace(a, b *syntax.Error) bool { return a.Span == b.Span && a.Span.Source != nil }

func byPlace(a, b *syntax.Error) int {
	return cmp.Or(cmp.Compare(fileOf(a), fileOf(b)), cmp.Compare(a.Span.Start, b.Span.Start))
}

func fileOf(e *syntax.Error) string {
	if e.Span.Source == nil {
		return ""
	}
	return e.Span.Source.Name
}
