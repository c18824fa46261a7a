package validate

import (
	"maps"
	"slices"

	"github.com/patchbay-go/patchbay/component/types"
)

// A Matcher compares types of components that were validated apart. All that it
// does is bounded together.
type Matcher struct {
	v validator
}

// NewMatcher returns a matcher.
func NewMatcher() *Matcher { return &Matcher{validator{work: baseWork}} }

// Match wants what is given to do where want is expected (Subtyping.md). bound
// leads from resource types of want to those that they stand for; it is not changed.
func (m *Matcher) Match(given, want types.Extern, bound types.Substitution) error {
	if err := (&matcher{&m.v, bound}).extern(given, want); err != nil {
		return err
	}
	return m.v.exhausted()
}

// A matcher is a Matcher at work. bound makes of resource types those that they
// stand for, of both sides.
type matcher struct {
	v     *validator
	bound types.Substitution
}

// inner returns a matcher that binds resource types of its own besides.
func (m *matcher) inner() *matcher {
	m.v.spend(len(m.bound))
	bound := maps.Clone(m.bound)
	if bound == nil {
		bound = types.Substitution{}
	}
	return &matcher{m.v, bound}
}

func (m *matcher) extern(given, want types.Extern) error {
	if given.Kind != want.Kind {
		return bad("expected %s, found %s", want.Kind, given.Kind)
	}
	if !m.v.spend(1) {
		return nil
	}
	switch given.Kind {
	case types.ExternModule:
		return m.module(given.Module, want.Module)
	case types.ExternFunc:
		return m.v.sameFunc(m.bound.Func(given.Func), m.bound.Func(want.Func))
	case types.ExternValue:
		return m.v.sameValue(m.bound.Type(given.Value), m.bound.Type(want.Value))
	case types.ExternType:
		return m.typ(given, want)
	case types.ExternComponent:
		return m.component(given.Component, want.Component)
	}
	return m.instance(given.Instance, want.Instance)
}

func (m *matcher) typ(given, want types.Extern) error {
	switch {
	case given.Resource != nil && want.Resource != nil:
		return sameResource(m.bound.Resource(given.Resource), m.bound.Resource(want.Resource))
	case given.Value != nil && want.Value != nil:
		return m.v.sameValue(m.bound.Type(given.Value), m.bound.Type(want.Value))
	case given.Func != nil && want.Func != nil:
		return m.v.sameFunc(m.bound.Func(given.Func), m.bound.Func(want.Func))
	case given.Instance != nil && want.Instance != nil:
		return m.instanceType(given.Instance, want.Instance)
	case given.Component != nil && want.Component != nil:
		return m.component(given.Component, want.Component)
	}
	return bad("expected %s, found %s", want, given)
}

// module compares types of core modules. What stands for a defined type in a
// reference means nothing outside of its component.
func (m *matcher) module(given, want *types.ModuleType) error {
	if refersToTypes(given) || refersToTypes(want) {
		return bad("references to defined types cannot be compared between components")
	}
	return m.v.subModule(given, want)
}

func refersToTypes(t *types.ModuleType) bool {
	refers := func(t types.CoreType) bool {
		return isTypeRef(t.Value) || slices.ContainsFunc(t.Func.Params, isTypeRef) || slices.ContainsFunc(t.Func.Results, isTypeRef)
	}
	return slices.ContainsFunc(t.Imports, func(x types.CoreImport) bool { return refers(x.Type) }) ||
		slices.ContainsFunc(t.Exports, func(x types.CoreExport) bool { return refers(x.Type) })
}

// isTypeRef reports whether t is a reference to a defined type.
func isTypeRef(t types.CoreValueType) bool {
	const refNull, ref = 0x63, 0x64
	return (byte(t) == refNull || byte(t) == ref) && int64(t) >= 0
}

// component wants given to be content with what want imports, and to export then
// what want does.
func (m *matcher) component(given, want *types.ComponentType) error {
	m.v.spend(len(want.Imports) + len(given.Exports))
	inner := m.inner()
	offered, exported := byName(want.Imports), byName(given.Exports)
	inner.introduce(want.Imports)
	if err := inner.supply(offered, given.Imports, "import"); err != nil {
		return err
	}
	inner.introduce(given.Exports)
	return inner.supply(exported, want.Exports, "export")
}

// supply wants what is asked for to be there. Resource types that are seen for
// the first time become those of what is there.
func (m *matcher) supply(there map[string]types.Extern, asked []types.NamedExtern, direction string) error {
	for _, want := range asked {
		given, ok := there[want.Name]
		if !ok {
			return bad("missing %s named `%s`", direction, want.Name)
		}
		m.bind(given, want.Extern)
		if err := m.extern(given, want.Extern); err != nil {
			return within(err, "type mismatch for %s `%s`", direction, want.Name)
		}
	}
	return nil
}

// introduce has resource types that are seen for the first time stand for
// themselves.
func (m *matcher) introduce(externs []types.NamedExtern) {
	for _, x := range externs {
		m.bind(x.Extern, x.Extern)
	}
}

// bind has the resource types that want brings stand for those of given.
func (m *matcher) bind(given, want types.Extern) {
	if !m.v.spend(1) || given.Kind != want.Kind {
		return
	}
	switch {
	case want.Kind == types.ExternInstance:
		there := byName(given.Instance.Exports)
		for _, x := range want.Instance.Exports {
			m.bind(there[x.Name], x.Extern)
		}
	case want.Kind == types.ExternType && want.Resource != nil && given.Resource != nil:
		if _, known := m.bound[want.Resource]; !known {
			m.bound[want.Resource] = m.bound.Resource(given.Resource)
		}
	}
}

func (m *matcher) instance(given, want *types.InstanceType) error {
	m.v.spend(len(given.Exports))
	there := byName(given.Exports)
	for _, x := range want.Exports {
		have, ok := there[x.Name]
		if !ok {
			return bad("missing expected export `%s`", x.Name)
		}
		if err := m.extern(have, x.Extern); err != nil {
			return within(err, "type mismatch in instance export `%s`", x.Name)
		}
	}
	return nil
}

// instanceType compares types of instances that are exported as types: what they
// define is theirs.
func (m *matcher) instanceType(given, want *types.InstanceType) error {
	inner := m.inner()
	inner.bind(types.Extern{Kind: types.ExternInstance, Instance: given}, types.Extern{Kind: types.ExternInstance, Instance: want})
	return inner.instance(given, want)
}

func byName(externs []types.NamedExtern) map[string]types.Extern {
	there := make(map[string]types.Extern, len(externs))
	for _, x := range externs {
		there[x.Name] = x.Extern
	}
	return there
}
