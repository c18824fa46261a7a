package outline

import (
	"fmt"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// A scope is the index spaces of a component, or of the type of one or of an
// instance, while it is gone through.
type scope struct {
	around     *scope
	types      []*Type
	funcs      []*Func
	instances  []*Instance
	components []*definition
	out        Component

	// args are what the imports are, if the component is instantiated.
	args map[string]Extern
}

// A definition is a component with the scope that it stands in: one that is
// nested, or the type of one that is imported.
type definition struct {
	nested *componentbinary.Component
	typ    *Type
	scope  *scope
}

// An evaluator goes through definitions. Its first error sticks: after that all
// that it finds is empty.
type evaluator struct {
	path  componentbinary.Path
	err   *componentbinary.Error
	steps int64 // that are left
	depth int
}

// maxDepth is how deep instances, components and types may be nested in one
// another, and maxNames how many names of names there may be.
const (
	maxDepth = 100
	maxNames = 1000
)

// fail records that something is wrong at that offset.
func (e *evaluator) fail(offset uint32, format string, args ...any) {
	if e.err == nil {
		e.err = &componentbinary.Error{Path: e.path.String(), Offset: int(offset), Reason: fmt.Sprintf(format, args...)}
	}
}

// exceed records that something goes beyond a bound.
func (e *evaluator) exceed(offset uint32, limit, format string, args ...any) {
	if e.err == nil {
		e.fail(offset, format, args...)
		e.err.Limit = limit
	}
}

// spend takes steps and reports whether to go on.
func (e *evaluator) spend(steps int64, offset uint32) bool {
	if e.steps -= steps; e.steps < 0 {
		e.exceed(offset, "work", "its types are too large for its size")
	}
	return e.err == nil
}

// enter goes one level down and reports whether that is not too deep.
func (e *evaluator) enter(offset uint32) bool {
	if e.depth++; e.depth > maxDepth {
		e.exceed(offset, "nesting", "nesting too deep: more than %d levels", maxDepth)
	}
	return e.err == nil
}

func (e *evaluator) leave() { e.depth-- }

// at returns the entry of an index space, which is called by that name.
func at[T any](e *evaluator, space []*T, index, offset uint32, name string) *T {
	if uint64(index) < uint64(len(space)) {
		return space[index]
	}
	e.fail(offset, "unknown %s %d: %s index out of bounds", name, index, name)
	return new(T)
}

// component goes through a component in the scope around it; without args its
// imports stand for themselves.
func (e *evaluator) component(around *scope, c *componentbinary.Component, args map[string]Extern) *scope {
	s := &scope{around: around, args: args}
	if !e.enter(c.Range.Offset) || !e.spend(1, c.Range.Offset) {
		return s
	}
	defer e.leave()
	depth := e.path.Depth()
	for i := range c.Sections {
		section := &c.Sections[i]
		if !e.spend(1+int64(section.Count), section.Header) {
			break
		}
		e.path.Section(section.ID.String())
		e.path.Enter(section.ID.String(), 0)
		for n := range section.Count {
			e.path.Next(n)
			e.item(s, c, section.ID, section.First+n)
		}
		if e.err != nil {
			break
		}
		e.path.Return(depth)
	}
	return s
}

// item goes through item i of the list that is for the section.
func (e *evaluator) item(s *scope, c *componentbinary.Component, id componentbinary.SectionID, i int) {
	switch id {
	case componentbinary.SectionComponent:
		s.components = append(s.components, &definition{nested: c.Components[i], scope: s})
	case componentbinary.SectionInstance:
		e.instance(s, &c.Instances[i])
	case componentbinary.SectionAlias:
		e.alias(s, &c.Aliases[i])
	case componentbinary.SectionType:
		e.typeDef(s, c.Types[i].Type, c.Types[i].Offset)
	case componentbinary.SectionCanon:
		if d := &c.Canons[i]; d.Op == componentbinary.Lift {
			s.funcs = append(s.funcs, e.funcAt(s, d.Type, d.Offset))
		}
	case componentbinary.SectionImport:
		e.imported(s, &c.Imports[i])
	case componentbinary.SectionExport:
		e.exported(s, &c.Exports[i])
	}
}

// declarations goes through the type of a component or an instance.
func (e *evaluator) declarations(t *Type, decls []componentbinary.Decl, args map[string]Extern) *scope {
	s := &scope{around: t.scope, args: args}
	if !e.enter(t.Offset) || !e.spend(1+int64(len(decls)), t.Offset) {
		return s
	}
	defer e.leave()
	e.path.Enter("declaration", 0)
	for i := range decls {
		e.path.Next(i)
		switch def := decls[i].Def.(type) {
		case componentbinary.CoreFuncs, *componentbinary.ModuleType:
		case componentbinary.Alias:
			e.alias(s, &def)
		case componentbinary.Import:
			e.imported(s, &def)
		case componentbinary.ExportDecl:
			x := e.externType(s, &def.Type, decls[i].Offset)
			x.ExternName, x.Offset = def.Name, decls[i].Offset
			e.add(s, x)
			s.out.Exports = append(s.out.Exports, x)
		default:
			e.typeDef(s, def, decls[i].Offset)
		}
		if e.err != nil {
			return s
		}
	}
	e.path.Leave()
	return s
}
