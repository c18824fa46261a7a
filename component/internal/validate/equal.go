package validate

import "github.com/patchbay-go/patchbay/component/types"

// sameFunc wants two types of functions to be equal.
func (v *validator) sameFunc(a, b *types.FuncType) error {
	switch {
	case a == b:
		return nil
	case a.Async != b.Async:
		return bad("expected %s function, found %s function", asyncness(b), asyncness(a))
	case len(a.Params) != len(b.Params):
		return bad("expected %d parameters, found %d", len(b.Params), len(a.Params))
	}
	for i, p := range a.Params {
		if expected := b.Params[i].Name; p.Name != expected {
			return bad("expected parameter named `%s`, found `%s`", expected, p.Name)
		}
		if err := v.sameValue(p.Type, b.Params[i].Type); err != nil {
			return within(err, "type mismatch in function parameter `%s`", p.Name)
		}
	}
	return v.samePart(a.Result, b.Result, funcResult)
}

func asyncness(f *types.FuncType) string {
	if f.Async {
		return "async"
	}
	return "sync"
}

// A part says how messages speak of a part of a type that may be missing.
type part struct{ mismatch, extra, missing string }

var (
	funcResult  = part{"type mismatch with result type", "expected a result, found none", "expected a result, found none"}
	okPart      = part{"type mismatch in ok variant", "expected ok type to not be present", "expected ok type, but found none"}
	errPart     = part{"type mismatch in err variant", "expected err type to not be present", "expected err type, but found none"}
	elementPart = part{"type mismatch in element type", "expected element type to not be present", "expected element type, but found none"}
)

func (v *validator) samePart(a, b *types.Type, words part) error {
	switch {
	case a == nil && b == nil:
		return nil
	case b == nil:
		return bad("%s", words.extra)
	case a == nil:
		return bad("%s", words.missing)
	}
	if err := v.sameValue(a, b); err != nil {
		return within(err, "%s", words.mismatch)
	}
	return nil
}

// sameValue wants two types of values to be equal.
func (v *validator) sameValue(a, b *types.Type) error {
	if a == b || !v.spend(1) {
		return nil
	}
	if a.Kind() != b.Kind() {
		return otherKind(a, b)
	}
	switch a.Kind() {
	case types.Record:
		return v.sameRecord(a.Fields(), b.Fields())
	case types.Variant:
		return v.sameVariant(a.Fields(), b.Fields())
	case types.Tuple:
		return v.sameTuple(a.Fields(), b.Fields())
	case types.Flags:
		return sameNames(a, b, "mismatch in flags elements")
	case types.Enum:
		return sameNames(a, b, "mismatch in enum elements")
	case types.Result:
		if err := v.samePart(a.Fields()[0].Type, b.Fields()[0].Type, okPart); err != nil {
			return err
		}
		return v.samePart(a.Fields()[1].Type, b.Fields()[1].Type, errPart)
	case types.Own, types.Borrow:
		return sameResource(a.Resource(), b.Resource())
	case types.FixedList:
		if a.Len() != b.Len() {
			return bad("expected list of %d elements, found %d", b.Len(), a.Len())
		}
	}
	return v.samePart(a.Elem(), b.Elem(), elementPart)
}

// otherKind says that a is of another kind than b.
func otherKind(a, b *types.Type) error {
	switch primitiveA, primitiveB := a.Kind().IsPrimitive(), b.Kind().IsPrimitive(); {
	case primitiveA && primitiveB:
		return bad("expected primitive `%s` found primitive `%s`", b.Kind(), a.Kind())
	case primitiveB:
		return bad("expected primitive, found %s (expected %s, found %s)", a.Kind(), b.Kind(), a.Kind())
	}
	return bad("expected %s, found %s", b.Kind(), a.Kind())
}

func (v *validator) sameRecord(a, b []types.Field) error {
	if len(a) != len(b) {
		return bad("expected %d fields, found %d", len(b), len(a))
	}
	for i, f := range a {
		if f.Name != b[i].Name {
			return bad("expected field name `%s`, found `%s`", b[i].Name, f.Name)
		}
		if err := v.sameValue(f.Type, b[i].Type); err != nil {
			return within(err, "type mismatch in record field `%s`", f.Name)
		}
	}
	return nil
}

func (v *validator) sameVariant(a, b []types.Field) error {
	if len(a) != len(b) {
		return bad("expected %d cases, found %d", len(b), len(a))
	}
	for i, c := range a {
		if c.Name != b[i].Name {
			return bad("expected case named `%s`, found `%s`", b[i].Name, c.Name)
		}
		switch {
		case b[i].Type == nil && c.Type != nil:
			return bad("expected case `%s` to have no type", c.Name)
		case b[i].Type != nil && c.Type == nil:
			return bad("expected case `%s` to have a type, found none", c.Name)
		case c.Type == nil:
			continue
		}
		if err := v.sameValue(c.Type, b[i].Type); err != nil {
			return within(err, "type mismatch in variant case `%s`", c.Name)
		}
	}
	return nil
}

func (v *validator) sameTuple(a, b []types.Field) error {
	if len(a) != len(b) {
		return bad("expected %d types, found %d", len(b), len(a))
	}
	for i := range a {
		if err := v.sameValue(a[i].Type, b[i].Type); err != nil {
			return within(err, "type mismatch in tuple field %d", i)
		}
	}
	return nil
}

func sameNames(a, b *types.Type, mismatch string) error {
	if a.Len() != b.Len() {
		return bad("%s", mismatch)
	}
	for i, f := range a.Fields() {
		if f.Name != b.Fields()[i].Name {
			return bad("%s", mismatch)
		}
	}
	return nil
}
