package validate

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// Config says what is accepted.
type Config struct {
	Features Features

	// Limits are those that each core module is held against.
	Limits engine.Limits
}

// Validate checks a decoded component and resolves it. The result keeps syntax
// and the binary behind it. Errors are of type [*componentbinary.Error].
func Validate(syntax *componentbinary.Component, config Config) (*Component, error) {
	work := baseWork + workPerByte*int64(sizeWithoutModules(syntax))
	return newValidator(config, work).component(syntax, nil)
}

func newValidator(config Config, work int64) *validator {
	return &validator{
		Config: config, work: work,
		handles:       map[*types.Type]*resourceName{},
		cores:         map[string]types.CoreValueType{},
		moduleExports: map[*types.ModuleType]map[string]int{},
	}
}

// What comparing and substituting types may cost: a step for each type that is
// looked at, stepsPerCopy for each that is made, which takes some hundred bytes,
// and stepsPerScope for each type of a component or instance, which takes more than
// a thousand. Real components spend some thousands.
const (
	baseWork      = 4_000_000
	workPerByte   = 4
	stepsPerCopy  = 16
	stepsPerScope = 80
)

func sizeWithoutModules(c *componentbinary.Component) uint32 {
	size := c.Range.Size
	for _, m := range c.Modules {
		size -= m.Size
	}
	for _, inner := range c.Components {
		size -= inner.Range.Size - sizeWithoutModules(inner)
	}
	return size
}

// A validator is what one validation knows.
type validator struct {
	Config
	path componentbinary.Path

	// work is how many steps are left.
	work int64

	// handles leads from types own and borrow to the name of the resource type
	// that they were made with.
	handles map[*types.Type]*resourceName

	// cores has what stands for core function types in references to them, by
	// structure.
	cores map[string]types.CoreValueType

	// moduleExports leads from names to the exports of modules.
	moduleExports map[*types.ModuleType]map[string]int

	labels labels // of the type that is being made

	moduleCount, componentCount int
}

// What a component may have at most, with all that is nested in it.
const (
	maxModules    = 1_000
	maxComponents = 1_000
	maxInstances  = 1_000 // for each component
)

// spend takes steps and returns false if none are left.
func (v *validator) spend(steps int) bool {
	v.work -= int64(steps)
	return v.work >= 0
}

// exhausted returns an error if no steps are left: what was found out since is
// not true then.
func (v *validator) exhausted() error {
	if v.work >= 0 {
		return nil
	}
	return exceeds("work", "it takes too long to compare its types")
}

// component validates a component in the scope around it.
func (v *validator) component(syntax *componentbinary.Component, around *scope) (*Component, error) {
	s := newScope(scopeComponent, around, roomFor(syntax))
	s.out.Syntax = syntax
	depth := v.path.Depth()
	for i := range syntax.Sections {
		section := &syntax.Sections[i]
		if err := v.section(s, section); err != nil {
			return nil, err
		}
		v.path.Return(depth)
	}
	t, err := v.finish(s)
	if err == nil {
		err = s.finishValues()
	}
	if err != nil {
		return nil, located(err, v.path.String(), syntax.Range.End())
	}
	s.out.Type = v.publicComponent(t)
	s.typ = t
	v.publish(s)
	return s.out, nil
}

// section validates the definitions of a section.
func (v *validator) section(s *scope, section *componentbinary.Section) error {
	if section.ID == componentbinary.SectionCustom {
		return nil
	}
	if section.ID == componentbinary.SectionComponent {
		v.path.Enter("component", section.First)
		return v.nested(s, section.First, section.Header)
	}
	v.path.Section(section.ID.String())
	v.path.Enter(itemName(section.ID), section.First)
	for i := section.First; i < section.First+section.Count; i++ {
		v.path.Next(i - section.First)
		offset, err := v.definition(s, section.ID, i)
		if err == nil {
			err = v.exhausted()
		}
		if err != nil {
			return located(err, v.path.String(), offset)
		}
	}
	return nil
}

func itemName(id componentbinary.SectionID) string {
	switch id {
	case componentbinary.SectionCoreModule:
		return "module"
	case componentbinary.SectionCoreInstance:
		return "instance"
	case componentbinary.SectionCoreType:
		return "type"
	}
	return id.String()
}

// definition validates item i of the list that is for the section.
func (v *validator) definition(s *scope, id componentbinary.SectionID, i int) (offset uint32, err error) {
	syntax := s.out.Syntax
	switch id {
	case componentbinary.SectionCoreModule:
		return syntax.Modules[i].Offset, v.module(s, i)
	case componentbinary.SectionCoreInstance:
		d := &syntax.CoreInstances[i]
		return d.Offset, v.coreInstance(s, d, i)
	case componentbinary.SectionCoreType:
		d := &syntax.CoreTypes[i]
		return d.Offset, v.coreTypes(s, d.Type, i)
	case componentbinary.SectionInstance:
		d := &syntax.Instances[i]
		return d.Offset, v.instance(s, d, i)
	case componentbinary.SectionAlias:
		d := &syntax.Aliases[i]
		return d.Offset, v.alias(s, d)
	case componentbinary.SectionType:
		d := &syntax.Types[i]
		return d.Offset, v.typeDef(s, d, i)
	case componentbinary.SectionCanon:
		d := &syntax.Canons[i]
		return d.Offset, v.canon(s, d, i)
	case componentbinary.SectionStart:
		d := &syntax.Starts[i]
		return d.Offset, v.start(s, d)
	case componentbinary.SectionImport:
		d := &syntax.Imports[i]
		return d.Offset, v.imported(s, d, i)
	case componentbinary.SectionExport:
		d := &syntax.Exports[i]
		return d.Offset, v.exported(s, d)
	default:
		d := &syntax.Values[i]
		return d.Offset, v.valueDef(s, d, i)
	}
}

// nested validates the component that is defined as the i-th of s.
func (v *validator) nested(s *scope, i int, offset uint32) error {
	if v.componentCount++; v.componentCount > maxComponents {
		return located(exceeds("components", "more than %d components", maxComponents), v.path.String(), offset)
	}
	inner, err := v.component(s.out.Syntax.Components[i], s)
	if err != nil {
		return err
	}
	s.out.Nested = append(s.out.Nested, inner)
	s.addComponent(ComponentDef{Origin: Origin{Kind: Defined, Index: uint32(i)}, Component: inner, typ: s.lastNested})
	return nil
}
