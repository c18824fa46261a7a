package wit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// maxFile is how large a file may be, in bytes: far beyond any that people
// write.
const maxFile = 16 << 20

// Load reads a file, or a folder whose .wit files make one package and whose
// folder deps has the packages that it refers to, each a file or a folder
// (WIT.md#package-format). It returns them resolved, and which of them is the
// one at path.
//
// The error is [syntax.Errors] if the texts are at fault.
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

// A loader reads files. Errors name them below root.
type loader struct {
	files fs.FS
	root  string
}

func (l loader) load(name string, options Options) (*Resolve, *Package, error) {
	info, err := fs.Stat(l.files, name)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		main, err := l.parseFiles([]string{name})
		if err != nil {
			return nil, nil, err
		}
		return resolveAll(main, nil, options)
	}
	main, err := l.parseFolder(name)
	if err != nil {
		return nil, nil, err
	}
	deps, err := l.parseDeps(path.Join(name, "deps"))
	if err != nil {
		return nil, nil, err
	}
	return resolveAll(main, deps, options)
}

// Parse resolves the package whose files are given; its nested packages are the
// only others that there are.
func Parse(sources []*syntax.Source, options Options) (*Resolve, *Package, error) {
	g, err := parseSources(sources)
	if err != nil {
		return nil, nil, err
	}
	return resolveAll(g, nil, options)
}

// A group is what files have together: one package and those nested in them.
type group struct {
	main   *source
	nested []*source
}

func (l loader) parseFolder(dir string) (*group, error) {
	entries, err := fs.ReadDir(l.files, dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if name := path.Join(dir, e.Name()); strings.HasSuffix(name, ".wit") && !l.isFolder(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("folder %s has no .wit file", filepath.Join(l.root, dir))
	}
	return l.parseFiles(names)
}

func (l loader) isFolder(name string) bool {
	info, err := fs.Stat(l.files, name)
	return err == nil && info.IsDir()
}

func (l loader) parseDeps(dir string) ([]*group, error) {
	entries, err := fs.ReadDir(l.files, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var deps []*group
	for _, e := range entries {
		var g *group
		switch name := path.Join(dir, e.Name()); {
		case l.isFolder(name):
			g, err = l.parseFolder(name)
		case strings.HasSuffix(name, ".wit"):
			g, err = l.parseFiles([]string{name})
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		deps = append(deps, g)
	}
	return deps, err
}

func (l loader) parseFiles(names []string) (*group, error) {
	sources := make([]*syntax.Source, len(names))
	for i, name := range names {
		info, err := fs.Stat(l.files, name)
		if err != nil {
			return nil, err
		}
		if info.Size() > maxFile {
			return nil, fmt.Errorf("%s has %d bytes; WIT has at most %d", filepath.Join(l.root, name), info.Size(), maxFile)
		}
		text, err := fs.ReadFile(l.files, name)
		if err != nil {
			return nil, err
		}
		sources[i] = &syntax.Source{Name: filepath.Join(l.root, name), Text: string(text)}
	}
	return parseSources(sources)
}

func parseSources(sources []*syntax.Source) (*group, error) {
	g := &group{main: &source{}}
	var all syntax.Errors
	for _, s := range sources {
		file, err := syntax.Parse(s.Name, s.Text)
		var errs syntax.Errors
		if errors.As(err, &errs) {
			all = append(all, errs...)
			continue
		}
		all = append(all, g.add(file)...)
	}
	if len(all) == 0 && g.main.name == (PackageName{}) {
		all = append(all, &syntax.Error{
			Span:    syntax.Span{Source: sources[0]},
			Problem: "no file says what package this is",
			Hint:    "begin with package namespace:name;",
		})
	}
	if len(all) > 0 {
		return nil, all
	}
	return g, nil
}

// add adds a file to the group.
func (g *group) add(file *syntax.File) (problems syntax.Errors) {
	if pkg := file.Package; pkg != nil {
		problems = g.main.nameIt(pkg)
	}
	var own []syntax.Item
	for _, it := range file.Items {
		pkg, ok := it.(*syntax.Package)
		if !ok {
			own = append(own, it)
			continue
		}
		nested := &source{files: [][]syntax.Item{pkg.Items}}
		problems = append(problems, nested.nameIt(pkg)...)
		for _, inner := range pkg.Items {
			if deeper, ok := inner.(*syntax.Package); ok {
				problems = append(problems, &syntax.Error{Span: deeper.Name.Span, Problem: "a package stands at the top of a file, not in another one"})
			}
		}
		g.nested = append(g.nested, nested)
	}
	g.main.files = append(g.main.files, own)
	return problems
}

// nameIt takes the name from a declaration.
func (s *source) nameIt(pkg *syntax.Package) (problems syntax.Errors) {
	if len(pkg.Attributes) > 0 {
		problems = append(problems, &syntax.Error{Span: pkg.Attributes[0].Span, Problem: "a package has no attributes"})
	}
	name := packageName(&pkg.Name)
	if s.name != (PackageName{}) && s.name != name {
		problems = append(problems, &syntax.Error{
			Span:    pkg.Name.Span,
			Problem: fmt.Sprintf("this file says that the package is %s, and another one, %s", name, s.name),
		})
	}
	text := docs(pkg.Comments)
	if text != "" && s.docs != "" {
		problems = append(problems, &syntax.Error{Span: pkg.Name.Span, Problem: "the package is documented in two files"})
	}
	s.name, s.span = name, pkg.Name.Span
	if text != "" {
		s.docs = text
	}
	return problems
}

// resolveAll resolves packages, each behind those that it refers to.
func resolveAll(main *group, deps []*group, options Options) (*Resolve, *Package, error) {
	var sources []*source
	for _, g := range append([]*group{main}, deps...) {
		sources = append(append(sources, g.main), g.nested...)
	}
	order, err := sortSources(sources)
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
		p := &resolver{into: r, all: names, options: options, source: s}
		if errs := p.resolve(); len(errs) > 0 {
			slices.SortStableFunc(errs, byPlace)
			return nil, nil, errs
		}
		if s == main.main {
			top = p.pkg
		}
	}
	return r, top, nil
}

func byPlace(a, b *syntax.Error) int {
	return cmp.Compare(a.Span.Start, b.Span.Start)
}

// sortSources sorts by names, and packages behind those that they refer to.
func sortSources(sources []*source) ([]*source, error) {
	byName := make(map[PackageName]*source)
	for _, s := range sources {
		if other := byName[s.name]; other != nil {
			return nil, syntax.Errors{{
				Span:    s.span,
				Problem: fmt.Sprintf("package %s is defined twice", s.name),
				Hint:    fmt.Sprintf("also at %s", placeOf(other.span)),
			}}
		}
		byName[s.name] = s
	}
	sorted := slices.Clone(sources)
	slices.SortFunc(sorted, func(a, b *source) int { return a.name.compare(b.name) })
	v := &visitor{byName: byName, state: make(map[*source]int)}
	for _, s := range sorted {
		if v.state[s] != 0 {
			continue
		}
		if err := v.visit(s); err != nil {
			return nil, err
		}
	}
	return v.order, nil
}

func placeOf(span syntax.Span) string {
	p := span.Position()
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

func (n PackageName) compare(other PackageName) int {
	return cmp.Or(cmp.Compare(n.Namespace, other.Namespace), cmp.Compare(n.Name, other.Name),
		semver.Compare("v"+n.Version, "v"+other.Version), cmp.Compare(n.Version, other.Version))
}

// A visitor sorts packages by what they refer to.
type visitor struct {
	byName map[PackageName]*source
	state  map[*source]int // 1 while it is visited, then 2
	order  []*source
}

func (v *visitor) visit(s *source) error {
	v.state[s] = 1
	for _, ref := range s.references() {
		dep := v.byName[packageName(ref)]
		if dep == nil { // the resolver reports it, unless a feature is off
			continue
		}
		switch v.state[dep] {
		case 0:
			if err := v.visit(dep); err != nil {
				return err
			}
		case 1:
			return syntax.Errors{{Span: ref.Span, Problem: fmt.Sprintf("package %s depends on itself", dep.name)}}
		}
	}
	v.state[s] = 2
	v.order = append(v.order, s)
	return nil
}

// references are the names of packages that stand in a package.
func (s *source) references() []*syntax.PackageName {
	var found []*syntax.PackageName
	add := func(path *syntax.Path) {
		if path != nil && path.Package != nil {
			found = append(found, path.Package)
		}
	}
	var walk func([]syntax.Item)
	walk = func(items []syntax.Item) {
		for _, it := range items {
			switch it := it.(type) {
			case *syntax.Use:
				add(&it.From)
			case *syntax.Include:
				add(&it.World)
			case *syntax.Interface:
				walk(it.Items)
			case *syntax.World:
				walk(it.Items)
			case *syntax.Extern:
				add(it.Path)
				if it.Interface != nil {
					walk(it.Interface.Items)
				}
			}
		}
	}
	for _, items := range s.files {
		walk(items)
	}
	return found
}
