package wit

import (
	"errors"
	"fmt"
	"slices"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A group is what files have together: one package and those nested in them.
type group struct {
	main   *source
	nested []*source
}

// parseSources parses the files of a package. With errors, too, it returns a
// group, if it is clear what each file should have been.
func parseSources(sources []*syntax.Source) (*group, error) {
	g := &group{main: &source{}}
	var all syntax.Errors
	clear := true
	for _, s := range sources {
		file, err := syntax.Parse(s.Name, s.Text)
		var errs syntax.Errors
		if errors.As(err, &errs) {
			all = append(all, errs...)
		}
		if file == nil {
			clear = false
			continue
		}
		all = append(all, g.add(file)...)
	}
	if clear && g.main.name == (PackageName{}) {
		all = append(all, &syntax.Error{
			Span:    syntax.Span{Source: sources[0]},
			Problem: "no file says what package this is",
			Hint:    "begin with package namespace:name;",
		})
	}
	slices.SortStableFunc(all, byPlace)
	switch {
	case len(all) == 0:
		return g, nil
	case !clear || g.main.name == (PackageName{}):
		return nil, all
	}
	return g, all
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
