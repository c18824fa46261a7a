package validate

import "github.com/patchbay-go/patchbay/component/types"

// subtype wants a to be usable where b is expected (Subtyping.md). Types of
// values and functions must be equal: no host does conversions.
func (v *validator) subtype(a, b entity) error {
	if a.kind != b.kind {
		return bad("expected %s, found %s", b.describe(), a.describe())
	}
	if !v.spend(1) {
		return nil
	}
	switch a.kind {
	case types.ExternModule:
		return v.subModule(a.module, b.module)
	case types.ExternFunc:
		return v.sameFunc(a.fn, b.fn)
	case types.ExternValue:
		return v.sameValue(a.value, b.value)
	case types.ExternType:
		return v.subType(a.typ, b.typ)
	case types.ExternComponent:
		return v.subComponent(a.component, b.component)
	}
	return v.subInstance(a.instance, b.instance)
}

func (v *validator) subType(a, b typ) error {
	switch {
	case a.resource != nil && b.resource != nil:
		return sameResource(a.resource.resource, b.resource.resource)
	case a.value != nil && b.value != nil:
		return v.sameValue(a.value, b.value)
	case a.fn != nil && b.fn != nil:
		return v.sameFunc(a.fn, b.fn)
	case a.instance != nil && b.instance != nil:
		return v.subInstance(a.instance, b.instance)
	case a.component != nil && b.component != nil:
		return v.subComponent(a.component, b.component)
	}
	return bad("expected %s, found %s", b.describe(), a.describe())
}

func sameResource(a, b *types.ResourceType) error {
	if a != b {
		return bad("resource types are not the same (%s and %s)", a, b)
	}
	return nil
}

func (v *validator) subInstance(a, b *instanceType) error {
	if a == b {
		return nil
	}
	for _, expected := range b.exports.list {
		actual, ok := a.exports.get(expected.name)
		if !ok {
			return bad("missing expected export `%s`", expected.name)
		}
		if err := v.subtype(actual, expected.entity); err != nil {
			return within(err, "type mismatch in instance export `%s`", expected.name)
		}
	}
	return nil
}

// subComponent wants component a to do where b is expected: with what b imports
// it must be content, and what it then exports must be what b does.
func (v *validator) subComponent(a, b *componentType) error {
	if a == b {
		return nil
	}
	m, err := v.supply(&b.imports, &a.imports, a.imported, "import")
	if err != nil {
		return err
	}
	exports, _ := m.members(a.exports)
	_, err = v.supply(&exports, &b.exports, b.defined, "export")
	return err
}

// supply wants args to be what is asked for. asked has resource types that stand
// for whatever is supplied; the result says by which they are replaced, and by
// which names the names of other types are.
func (v *validator) supply(args, asked *members, abstract []pathTo, direction string) (*remapping, error) {
	m := v.newRemapping()
	for _, p := range abstract {
		if r := find(args, asked, p.path); r != nil {
			m.resources[p.resource] = r
		}
	}
	for _, expected := range asked.list {
		if _, ok := args.get(expected.name); !ok {
			return nil, bad("missing %s named `%s`", direction, expected.name)
		}
	}
	supplied := v.newRemapping()
	supplied.resources = m.resources
	for _, expected := range asked.list {
		actual, _ := args.get(expected.name)
		if err := v.subtype(actual, m.entity(expected.entity)); err != nil {
			return nil, within(err, "type mismatch for %s `%s`", direction, expected.name)
		}
		supplied.rename(actual, expected.entity)
	}
	return supplied, v.exhausted()
}

// find follows a path through what is asked for and takes the same way, by names,
// through args. It returns nil if args is of other types, which is found out
// later.
func find(args, asked *members, path []int) *types.ResourceType {
	for i, step := range path {
		expected := asked.list[step]
		actual, ok := args.get(expected.name)
		switch {
		case !ok:
			return nil
		case i == len(path)-1:
			if actual.typ.resource == nil {
				return nil
			}
			return actual.typ.resource.resource
		case actual.kind != types.ExternInstance:
			return nil
		}
		args, asked = &actual.instance.exports, &expected.instance.exports
	}
	return nil
}

// rename makes the names of types that expected brings those of actual, which is
// a subtype.
func (m *remapping) rename(actual, expected entity) {
	m.v.spend(1)
	switch {
	case expected.kind == types.ExternInstance:
		for _, x := range expected.instance.exports.list {
			if e, ok := actual.instance.exports.get(x.name); ok {
				m.rename(e, x.entity)
			}
		}
	case expected.kind != types.ExternType:
	case expected.typ.resource != nil:
		m.names[expected.typ.resource] = actual.typ.resource
	case expected.typ.value != nil && isNamed(expected.typ.value):
		m.renamed[expected.typ.value] = actual.typ.value
	}
}
