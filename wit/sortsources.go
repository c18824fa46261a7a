package wit

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/mod/semver"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// sortSources sorts by names, those in the binary format first, and packages
// behind those that they refer to.
func sortSources(sources []*source) ([]*source, error) {
	byName := make(map[PackageName]*source)
	var sorted []*source
	for _, s := range sources {
		other := byName[s.name]
		switch {
		case other == nil:
			byName[s.name] = s
			sorted = append(sorted, s)
		case !s.same(other):
			return nil, syntax.Errors{s.twice(other)}
		}
	}
	slices.SortFunc(sorted, func(a, b *source) int {
		switch {
		case a.binary && !b.binary:
			return -1
		case b.binary && !a.binary:
			return 1
		}
		return a.name.compare(b.name)
	})
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

func (s *source) twice(other *source) *syntax.Error {
	problem := fmt.Sprintf("package %s is defined twice", s.name)
	if s.group != other.group && !s.binary && !other.binary {
		problem += ", not alike"
	}
	return &syntax.Error{Span: s.span, Problem: problem, Hint: "also at " + placeOf(other.span)}
}

// same reports whether two packages have the same contents, as they may if they
// come with different dependencies (WIT.md, "Root Package: A Directory").
func (s *source) same(other *source) bool {
	return s.group != other.group && s.binary == other.binary &&
		syntax.Same(slices.Concat(s.files...), slices.Concat(other.files...))
}

// alsoAt hints at a place, if it is known.
func alsoAt(span syntax.Span) string {
	if span.Source == nil {
		return ""
	}
	return "also at " + placeOf(span)
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
