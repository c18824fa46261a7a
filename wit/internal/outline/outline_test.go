package outline_test

import (
	"errors"
	"testing"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit/internal/outline"
)

// put adds a section with all items of its list from first on.
func put(c *componentbinary.Component, id componentbinary.SectionID, first, count int) {
	c.Sections = append(c.Sections, componentbinary.Section{ID: id, First: first, Count: count})
}

func withTypes(defs ...componentbinary.Type) *componentbinary.Component {
	c := new(componentbinary.Component)
	for _, def := range defs {
		c.Types = append(c.Types, componentbinary.TypeDef{Type: def})
	}
	put(c, componentbinary.SectionType, 0, len(defs))
	return c
}

// importing adds an import of that sort and type.
func importing(c *componentbinary.Component, sort componentbinary.Sort, index uint32) *componentbinary.Component {
	c.Imports = append(c.Imports, componentbinary.Import{
		Name: componentbinary.ExternName{Name: "x"}, Type: componentbinary.ExternType{Sort: sort, Index: index},
	})
	put(c, componentbinary.SectionImport, len(c.Imports)-1, 1)
	return c
}

// instances has as many instances of a component in each of so many levels.
func instances(levels, width int) *componentbinary.Component {
	c := new(componentbinary.Component)
	if levels == 0 {
		return c
	}
	c.Components = []*componentbinary.Component{instances(levels-1, width)}
	put(c, componentbinary.SectionComponent, 0, 1)
	c.Instances = make([]componentbinary.Instance, width)
	put(c, componentbinary.SectionInstance, 0, width)
	return c
}

// doubling is tuples of two tuples of two tuples and so on.
func doubling(levels int) *componentbinary.Component {
	defs := []componentbinary.Type{componentbinary.Primitive{Type: componentbinary.U8}}
	for i := range levels {
		t := componentbinary.ValueType(i)
		defs = append(defs, &componentbinary.Tuple{Elements: []componentbinary.ValueType{t, t}})
	}
	return withTypes(defs...)
}

func lists(levels int) *componentbinary.Component {
	defs := []componentbinary.Type{componentbinary.Primitive{Type: componentbinary.U8}}
	for i := range levels {
		defs = append(defs, &componentbinary.List{Element: componentbinary.ValueType(i)})
	}
	return withTypes(defs...)
}

// names gives a type a name, the name another one, and so on.
func names(count int) *componentbinary.Component {
	c := withTypes(componentbinary.Primitive{Type: componentbinary.U8})
	for i := range count {
		c.Exports = append(c.Exports, componentbinary.Export{
			Item: componentbinary.SortIndex{Sort: componentbinary.SortType, Index: uint32(i)},
		})
	}
	put(c, componentbinary.SectionExport, 0, count)
	return c
}

// self is the type of an instance that exports an instance of the same type.
func self() *componentbinary.Component {
	return importing(withTypes(&componentbinary.InstanceType{Decls: []componentbinary.Decl{
		{Def: componentbinary.Alias{Target: componentbinary.AliasOuter, Sort: componentbinary.SortType, Count: 1}},
		{Def: componentbinary.ExportDecl{Type: componentbinary.ExternType{Sort: componentbinary.SortInstance}}},
	}}), componentbinary.SortInstance, 0)
}

// TestBounds goes through what would take too long, or has no end.
func TestBounds(t *testing.T) {
	for _, test := range []struct {
		name  string
		c     *componentbinary.Component
		limit string
	}{
		{"instances", instances(8, 10), "work"},
		{"fewer instances", instances(3, 10), ""},
		{"nesting", instances(200, 1), "nesting"},
		{"tuples", doubling(60), "work"},
		{"fewer tuples", doubling(10), ""},
		{"lists", lists(200), "nesting"},
		{"fewer lists", lists(90), ""},
		{"names", names(2000), "names"},
		{"fewer names", names(900), ""},
		{"itself", self(), "nesting"},
	} {
		_, err := outline.Of(test.c)
		var found *componentbinary.Error
		if errors.As(err, &found) != (test.limit != "") || found != nil && found.Limit != test.limit {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestErrors goes through definitions that refer to what is not there.
func TestErrors(t *testing.T) {
	const sortFunc, sortType = componentbinary.SortFunc, componentbinary.SortType
	u8 := componentbinary.Primitive{Type: componentbinary.U8}
	alias := func(a componentbinary.Alias) *componentbinary.Component {
		c := withTypes(u8)
		c.Aliases = []componentbinary.Alias{a}
		put(c, componentbinary.SectionAlias, 0, 1)
		return c
	}
	instance := func(i componentbinary.Instance) *componentbinary.Component {
		c := withTypes(u8)
		c.Components = []*componentbinary.Component{importing(withTypes(&componentbinary.Func{Result: componentbinary.None}), sortFunc, 0)}
		put(c, componentbinary.SectionComponent, 0, 1)
		c.Instances = []componentbinary.Instance{i}
		put(c, componentbinary.SectionInstance, 0, 1)
		return c
	}
	bag := func(sort componentbinary.Sort, index uint32) *componentbinary.Component {
		return instance(componentbinary.Instance{Inline: true, Exports: []componentbinary.Inline{{
			Item: componentbinary.SortIndex{Sort: sort, Index: index},
		}}})
	}
	for _, test := range []struct {
		c    *componentbinary.Component
		want string
	}{
		{withTypes(&componentbinary.List{Element: 0}), "section type: type[0]: unknown type 0: type index out of bounds at offset 0x0"},
		{withTypes(u8, componentbinary.Own{Resource: 0}), "section type: type[1]: a handle of what is not a resource type at offset 0x0"},
		{withTypes(&componentbinary.Func{Result: componentbinary.None}, &componentbinary.Option{Element: 0}), "section type: type[1]: type index 0 is not a defined type at offset 0x0"},
		{importing(withTypes(u8), sortFunc, 0), "section import: import[0]: type index 0 is not a function type at offset 0x0"},
		{importing(withTypes(u8), componentbinary.SortInstance, 0), "section import: import[0]: it is not an instance type at offset 0x0"},
		{importing(withTypes(u8), componentbinary.SortComponent, 0), "section import: import[0]: it is not a component type at offset 0x0"},
		{importing(withTypes(u8), sortType, 1), "section import: import[0]: unknown type 1: type index out of bounds at offset 0x0"},
		{alias(componentbinary.Alias{Target: componentbinary.AliasOuter, Sort: sortType, Count: 2}), "section alias: alias[0]: invalid outer alias count of 2 at offset 0x0"},
		{alias(componentbinary.Alias{Target: componentbinary.AliasOuter, Sort: sortType, Index: 7}), "section alias: alias[0]: unknown type 7: type index out of bounds at offset 0x0"},
		{alias(componentbinary.Alias{Target: componentbinary.AliasExport, Sort: sortType, Name: "a"}), "section alias: alias[0]: unknown instance 0: instance index out of bounds at offset 0x0"},
		{instance(componentbinary.Instance{Component: 1}), "section instance: instance[0]: unknown component 1: component index out of bounds at offset 0x0"},
		{instance(componentbinary.Instance{}), "section instance: instance[0]: section import: import[0]: missing import named `x` at offset 0x0"},
		{instance(componentbinary.Instance{Args: []componentbinary.Arg{{Name: "x", Item: componentbinary.SortIndex{Sort: sortType}}}}), "section instance: instance[0]: section import: import[0]: expected func, found type at offset 0x0"},
		{bag(sortFunc, 0), "section instance: instance[0]: unknown function 0: function index out of bounds at offset 0x0"},
		{bag(componentbinary.SortInstance, 0), "section instance: instance[0]: unknown instance 0: instance index out of bounds at offset 0x0"},
		{bag(componentbinary.SortComponent, 1), "section instance: instance[0]: unknown component 1: component index out of bounds at offset 0x0"},
	} {
		if _, err := outline.Of(test.c); err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
	}
}
