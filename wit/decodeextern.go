package wit

import (
	"strings"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit/internal/outline"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// world decodes a world into w.
func (d *decoder) world(w *World, c *outline.Component) error {
	defer d.enter(nil, w)()
	for i := range c.Imports {
		if err := d.item(w, &w.Imports, &c.Imports[i]); err != nil {
			return within(err, "import %q", c.Imports[i].Name)
		}
	}
	for i := range c.Exports {
		if err := d.item(w, &w.Exports, &c.Exports[i]); err != nil {
			return within(err, "export %q", c.Exports[i].Name)
		}
	}
	d.r.Worlds = append(d.r.Worlds, w)
	return nil
}

// item decodes an import or export of a world. Types are among the imports
// always, as in the text: those that a component exports are those of its
// functions.
func (d *decoder) item(w *World, list *[]WorldItem, x *outline.Extern) (err error) {
	item := WorldItem{Name: x.Name, ExternalID: externalID(x)}
	switch x.Sort {
	case componentbinary.SortFunc:
		item.Function, err = d.function(x)
	case componentbinary.SortType:
		known := d.scope.names.types[x.Name]
		if known != nil {
			return d.learn(known, x.Type)
		}
		list = &w.Imports
		item.Type, err = d.define(x)
	case componentbinary.SortInstance:
		item.Interface, err = d.instance(w, x)
		if item.Interface != nil && item.Interface.Name != "" && implements(x) == "" {
			item.Name = ""
		}
	default:
		err = at(x.Offset, "a %s has no WIT", x.Sort)
	}
	if err == nil {
		*list = append(*list, item)
	}
	return err
}

func externalID(x *outline.Extern) string {
	if x.Attributes == nil {
		return ""
	}
	return x.Attributes.ExternalID
}

func implements(x *outline.Extern) string {
	if x.Attributes == nil {
		return ""
	}
	return x.Attributes.Implements
}

// instance decodes an interface that a world has: by its ID, by a name of its
// own and the ID of what it implements, or in place.
func (d *decoder) instance(w *World, x *outline.Extern) (*Interface, error) {
	id, ok := idOf(x)
	if name := implements(x); name != "" {
		if id, ok = parseID(name, x.Attributes.VersionSuffix); !ok {
			return nil, at(x.Offset, "it implements %q, which is no name of an interface", name)
		}
	}
	if ok {
		i := d.byID(id)
		return i, d.fill(i, x.Instance)
	}
	switch {
	case id.pkg.Version != "" && !syntax.IsVersion(id.pkg.Version):
		return nil, at(x.Offset, "its version %s is no semantic version", id.pkg.Version)
	case !syntax.IsLabel(x.Name):
		return nil, at(x.Offset, "it is no name of an interface, and no label")
	}
	i := &Interface{Package: w.Package}
	d.r.Interfaces = append(d.r.Interfaces, i)
	return i, d.fill(i, x.Instance)
}

// fill adds to an interface what an instance has of it. What it has already must
// be the same.
func (d *decoder) fill(i *Interface, from *outline.Instance) error {
	defer d.enter(i, nil)()
	for n := range from.Exports {
		x := &from.Exports[n]
		switch x.Sort {
		case componentbinary.SortType:
			if err := d.addType(i, x); err != nil {
				return within(err, "type %q", x.Name)
			}
		case componentbinary.SortFunc:
			if err := d.addFunction(i, x); err != nil {
				return within(err, "function %q", x.Name)
			}
		default:
			return within(at(x.Offset, "a %s has no WIT in an interface", x.Sort), "%q", x.Name)
		}
	}
	return nil
}

func (d *decoder) addType(i *Interface, x *outline.Extern) error {
	if known := d.scope.names.types[x.Name]; known != nil {
		return d.learn(known, x.Type)
	}
	def, err := d.define(x)
	if err == nil {
		i.Types = append(i.Types, def)
	}
	return err
}

func (d *decoder) addFunction(i *Interface, x *outline.Extern) error {
	f, err := d.function(x)
	if err != nil {
		return err
	}
	if known := d.scope.names.functions[x.Name]; known == nil {
		d.scope.names.functions[x.Name] = f
		i.Functions = append(i.Functions, f)
	} else if !known.same(f) {
		return at(x.Offset, "it is not that of the same interface elsewhere")
	}
	return nil
}

// function decodes a function; its name says whether it is one of a resource.
func (d *decoder) function(x *outline.Extern) (*Function, error) {
	f := &Function{Name: x.Name, Async: x.Func.Async, ExternalID: externalID(x)}
	if err := d.kind(f, x.Offset); err != nil {
		return nil, err
	}
	for _, p := range x.Func.Params {
		t, err := d.typ(p.Type, x.Offset)
		if err == nil && !syntax.IsLabel(p.Name) {
			err = at(x.Offset, "the name is no label")
		}
		if err != nil {
			return nil, within(err, "parameter %q", p.Name)
		}
		f.Params = append(f.Params, Param{Name: p.Name, Type: t})
	}
	var err error
	f.Result, err = d.typ(x.Func.Result, x.Offset)
	if err == nil {
		err = f.checkForm(x.Offset)
	}
	return f, within(err, "result")
}

// kind finds out by its name to which resource a function belongs.
func (d *decoder) kind(f *Function, offset uint32) error {
	annotation, rest, annotated := strings.Cut(f.Name, "]")
	if !annotated {
		if !syntax.IsLabel(f.Name) {
			return at(offset, "the name is no label")
		}
		return nil
	}
	resource, member, dotted := strings.Cut(rest, ".")
	switch annotation {
	case "[method":
		f.Kind = Method
	case "[static":
		f.Kind = Static
	case "[constructor":
		f.Kind = Constructor
	default:
		return at(offset, "nothing is known of the annotation %q", annotation+"]")
	}
	if dotted != (f.Kind != Constructor) || dotted && !syntax.IsLabel(member) {
		return at(offset, "the name is not that of a function of a resource")
	}
	if f.Resource = d.scope.names.types[resource]; f.Resource == nil || f.Resource.Resolved().Kind != Resource {
		return at(offset, "there is no resource %q", resource)
	}
	return nil
}

// checkForm wants of a method that it begins with self, and of a constructor that
// it returns the resource.
func (f *Function) checkForm(offset uint32) error {
	switch f.Kind {
	case Method:
		if len(f.Params) == 0 || f.Params[0].Name != "self" || !f.Params[0].Type.is(Borrow, f.Resource) {
			return at(offset, "a method begins with self, a borrow of its resource")
		}
	case Constructor:
		result := f.Result
		if result.Kind == Defined && result.Def.Kind == Result {
			result = result.Def.Types[0]
		}
		if !result.is(Own, f.Resource) {
			return at(offset, "a constructor returns its resource")
		}
	}
	return nil
}

// is reports whether t is a handle of that kind of the resource.
func (t Type) is(kind DefKind, resource *TypeDef) bool {
	return t.Kind == Defined && t.Def.Kind == kind && t.Def.Target.Resolved() == resource.Resolved()
}
