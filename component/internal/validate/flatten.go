package validate

import (
	"slices"

	"github.com/patchbay-go/patchbay/component/types"
)

// What is passed as core values, and not through memory (CanonicalABI.md,
// "Flattening").
const (
	maxFlatParams      = 16
	maxFlatAsyncParams = 4
	maxFlatResults     = 1
)

// addr is an address, or a code or handle.
var addr = []types.CoreValueType{types.CoreI32}

// flatten appends the core values that t becomes. Its count is small.
func flatten(flat []types.CoreValueType, t *types.Type) []types.CoreValueType {
	switch {
	case t.Kind() == types.FixedList:
		for range t.Len() {
			flat = flatten(flat, t.Elem())
		}
		return flat
	case t.IsRecord():
		for _, f := range t.Fields() {
			flat = flatten(flat, f.Type)
		}
		return flat
	case t.IsVariant():
		return flattenVariant(flat, t)
	case t.IsList(), t.Kind() == types.String:
		return append(flat, types.CoreI32, types.CoreI32)
	}
	switch t.Kind() {
	case types.S64, types.U64:
		return append(flat, types.CoreI64)
	case types.F32:
		return append(flat, types.CoreF32)
	case types.F64:
		return append(flat, types.CoreF64)
	}
	return append(flat, types.CoreI32)
}

// flattenVariant joins the core values of all cases.
func flattenVariant(flat []types.CoreValueType, t *types.Type) []types.CoreValueType {
	var joined []types.CoreValueType
	for _, c := range t.Fields() {
		if c.Type == nil {
			continue
		}
		for i, value := range flatten(nil, c.Type) {
			if i < len(joined) {
				joined[i] = join(joined[i], value)
			} else {
				joined = append(joined, value)
			}
		}
	}
	return append(append(flat, types.CoreI32), joined...)
}

func join(a, b types.CoreValueType) types.CoreValueType {
	switch {
	case a == b:
		return a
	case a == types.CoreI32 && b == types.CoreF32, a == types.CoreF32 && b == types.CoreI32:
		return types.CoreI32
	}
	return types.CoreI64
}

// paramCount returns how many core values the parameters become, and resultCount
// how many the result.
func paramCount(f *types.FuncType) uint64 {
	n := uint64(0)
	for _, p := range f.Params {
		n += uint64(p.Type.FlatCount())
	}
	return n
}

func resultCount(f *types.FuncType) uint64 {
	if f.Result == nil {
		return 0
	}
	return uint64(f.Result.FlatCount())
}

// flatParams returns the core parameters of a function: an address if there
// would be more than most.
func flatParams(f *types.FuncType, most uint64) []types.CoreValueType {
	if paramCount(f) > most {
		return slices.Clone(addr)
	}
	var flat []types.CoreValueType
	for _, p := range f.Params {
		flat = flatten(flat, p.Type)
	}
	return flat
}

// lifted returns the type that a core function has that is lifted.
func lifted(f *types.FuncType, o *Options) types.CoreFuncType {
	t := types.CoreFuncType{Params: flatParams(f, maxFlatParams)}
	switch {
	case o.Async && o.Callback != nil:
		t.Results = slices.Clone(addr)
	case o.Async:
	case resultCount(f) > maxFlatResults:
		t.Results = slices.Clone(addr)
	case f.Result != nil:
		t.Results = flatten(nil, f.Result)
	}
	return t
}

// lowered returns the type of the core function that a function is lowered to.
func lowered(f *types.FuncType, o *Options) types.CoreFuncType {
	if o.Async {
		t := types.CoreFuncType{Params: flatParams(f, maxFlatAsyncParams), Results: slices.Clone(addr)}
		if f.Result != nil {
			t.Params = append(t.Params, addr...)
		}
		return t
	}
	t := types.CoreFuncType{Params: flatParams(f, maxFlatParams)}
	switch {
	case resultCount(f) > maxFlatResults:
		t.Params = append(t.Params, addr...)
	case f.Result != nil:
		t.Results = flatten(nil, f.Result)
	}
	return t
}
