package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/spelling"
)

// A componentFunc is a function that a component exports.
type componentFunc struct {
	path []string // the function's name, or that of an instance and its own
	typ  *types.FuncType
}

// name is the full name: function, or namespace:package/interface@version#function.
func (f *componentFunc) name() string { return strings.Join(f.path, "#") }

// operations are the functions of a component by all names that they can be
// called by.
type operations struct {
	typ    *types.ComponentType
	all    []*componentFunc
	byName map[string][]*componentFunc
}

// maxOperations is how many functions a component may export: a few bytes export
// an instance again, with all that is in it.
const maxOperations = 10_000

// operationsOf lists the exports of a component.
func operationsOf(t *types.ComponentType) (*operations, error) {
	o := &operations{typ: t, byName: make(map[string][]*componentFunc)}
	for path, typ := range t.Functions() {
		if len(o.all) == maxOperations {
			return nil, fmt.Errorf("it exports more than %d functions", maxOperations)
		}
		o.add(&componentFunc{path: path, typ: typ})
	}
	return o, nil
}

func (o *operations) add(f *componentFunc) {
	o.all = append(o.all, f)
	for _, name := range f.names() {
		if known := o.byName[name]; len(known) == 0 || known[len(known)-1] != f { // two of its names may be the same
			o.byName[name] = append(known, f)
		}
	}
}

// names are all that f is called by: of acme:math/ops@1.0.0 and add they are
// acme:math/ops@1.0.0#add, acme:math/ops#add, acme:math/ops.add@1.0.0, ops.add
// and add.
func (f *componentFunc) names() []string {
	if len(f.path) == 1 {
		return f.path
	}
	iface, function := f.path[0], f.path[1]
	path, version, versioned := strings.Cut(iface, "@")
	short := path[strings.LastIndexAny(path, ":/")+1:]
	names := []string{f.name(), path + "#" + function, path + "." + function, short + "." + function, function}
	if versioned {
		names = append(names, path+"."+function+"@"+version)
	}
	return names
}

// find returns the function of that name. The error is a [*FunctionError].
func (o *operations) find(name string) (*componentFunc, error) {
	switch found := o.byName[name]; len(found) {
	case 1:
		return found[0], nil
	case 0:
		e := &FunctionError{Name: name, Known: namesOf(o.all)}
		var all []string
		for known := range o.byName {
			all = append(all, known)
		}
		slices.Sort(all)
		e.Nearest = spelling.Nearest(strings.ToLower(name), all)
		if others := o.otherVersions(name); len(others) > 0 {
			e.Known, e.OtherVersion = namesOf(others), true
		}
		return nil, e
	default:
		return nil, &FunctionError{Name: name, Known: namesOf(found), Ambiguous: true}
	}
}

// otherVersions returns the functions that a name stands for but for its version.
func (o *operations) otherVersions(name string) []*componentFunc {
	before, rest, versioned := strings.Cut(name, "@")
	if !versioned {
		return nil
	}
	if _, function, inPath := strings.Cut(rest, "#"); inPath {
		before += "#" + function
	}
	return o.byName[before]
}

func namesOf(functions []*componentFunc) []string {
	names := make([]string, len(functions))
	for i, f := range functions {
		names[i] = f.name()
	}
	return names
}

// A FunctionError says that a component has no function of a name, or several.
type FunctionError struct {
	// Name is what was asked for.
	Name string

	// Known are the full names of all functions, or if the name is Ambiguous of
	// those that it may mean.
	Known     []string
	Ambiguous bool

	// OtherVersion says that Known are only those that have the name in another
	// version.
	OtherVersion bool

	// Nearest is the name that may have been meant; empty if none is near.
	Nearest string
}

// Error says what there is instead.
func (e *FunctionError) Error() string {
	const most = 10
	known := e.Known[:min(len(e.Known), most)]
	quoted := make([]string, len(known))
	for i, name := range known {
		quoted[i] = cut(name)
	}
	list := strings.Join(quoted, ", ")
	if len(e.Known) > most {
		list += fmt.Sprintf(" and %d more", len(e.Known)-most)
	}
	switch {
	case e.Ambiguous:
		return fmt.Sprintf("%s may be any of %s", cut(e.Name), list)
	case e.OtherVersion:
		return fmt.Sprintf("the component has no function %s; there is %s", cut(e.Name), list)
	case e.Nearest != "":
		return fmt.Sprintf("the component has no function %s; did you mean %s?", cut(e.Name), cut(e.Nearest))
	case list == "":
		return fmt.Sprintf("the component has no function %s, nor any other", cut(e.Name))
	}
	return fmt.Sprintf("the component has no function %s; there are %s", cut(e.Name), list)
}
