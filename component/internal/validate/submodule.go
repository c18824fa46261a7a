package validate

import (
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
)

// subModule wants module a to do where b is expected: it imports no more and
// exports no less.
func (v *validator) subModule(a, b *types.ModuleType) error {
	if a == b {
		return nil
	}
	v.spend(len(a.Imports) + len(a.Exports) + len(b.Imports) + len(b.Exports))
	offered := make(map[[2]string]types.CoreType, len(b.Imports))
	for _, x := range b.Imports {
		offered[[2]string{x.Module, x.Name}] = x.Type
	}
	for _, x := range a.Imports {
		t, ok := offered[[2]string{x.Module, x.Name}]
		if !ok {
			return bad("missing expected import `%s::%s`", x.Module, x.Name)
		}
		if err := subCore(t, x.Type); err != nil {
			return within(err, "type mismatch in import `%s::%s`", x.Module, x.Name)
		}
	}
	exports := make(map[string]types.CoreType, len(a.Exports))
	for _, x := range a.Exports {
		exports[x.Name] = x.Type
	}
	for _, x := range b.Exports {
		t, ok := exports[x.Name]
		if !ok {
			return bad("missing expected export `%s`", x.Name)
		}
		if err := subCore(t, x.Type); err != nil {
			return within(err, "type mismatch in export `%s`", x.Name)
		}
	}
	return nil
}

// subCore wants a to match an import of type b (core specification, "Import
// Matching").
func subCore(a, b types.CoreType) error {
	if a.Kind != b.Kind {
		return bad("expected %s, found %s", b.Kind, a.Kind)
	}
	switch a.Kind {
	case types.CoreTable:
		if a.Value != b.Value {
			return bad("expected table element type %s, found %s", b.Value, a.Value)
		}
		if !subLimits(a.Limits, b.Limits) {
			return bad("mismatch in table limits")
		}
	case types.CoreMemory:
		return subMemory(a.Limits, b.Limits)
	case types.CoreGlobal:
		switch {
		case a.Mutable != b.Mutable:
			return bad("global types differ in mutability")
		case a.Value != b.Value:
			return bad("expected global type %s, found %s", b.Value, a.Value)
		}
	default:
		if !a.Func.Equal(b.Func) {
			return bad("expected: %s, found:    %s", coreFuncText(b.Func), coreFuncText(a.Func))
		}
	}
	return nil
}

func subMemory(a, b types.CoreLimits) error {
	switch {
	case a.Shared != b.Shared:
		return bad("mismatch in the shared flag for memories")
	case a.Is64 != b.Is64:
		return bad("mismatch in index type used for memories")
	case a.PageSize != b.PageSize:
		return bad("mismatch in page size for memories")
	case !subLimits(a, b):
		return bad("mismatch in memory limits")
	}
	return nil
}

func subLimits(a, b types.CoreLimits) bool {
	return a.Is64 == b.Is64 && a.Min >= b.Min && (!b.HasMax || a.HasMax && a.Max <= b.Max)
}

// coreFuncText returns a type as in "(func (param i32) (result i32))".
func coreFuncText(f types.CoreFuncType) string {
	return "(func" + coreList(" (param", f.Params) + coreList(" (result", f.Results) + ")"
}

func coreList(head string, list []types.CoreValueType) string {
	if len(list) == 0 {
		return ""
	}
	return head + " " + strings.Join(coreNames(list), " ") + ")"
}

func coreNames(list []types.CoreValueType) []string {
	return slices.Collect(func(yield func(string) bool) {
		for _, t := range list {
			if !yield(t.String()) {
				return
			}
		}
	})
}
