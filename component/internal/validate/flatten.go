package validate

import (
	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// flatten appends the core values that t becomes. Its count is small.
func flatten(flat []types.CoreValueType, t *types.Type) []types.CoreValueType {
	var few [abi.MaxFlatParams]engine.ValueType
	for _, value := range abi.Flatten(few[:0], t) {
		flat = append(flat, types.CoreValueType(value))
	}
	return flat
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

// mostFlat is how many core values a function has, with its result.
const mostFlat = abi.MaxFlatParams + 1

// flatParams appends the core parameters of a function: an address if there
// would be more than most.
func flatParams(flat []types.CoreValueType, f *types.FuncType, most uint64) []types.CoreValueType {
	if paramCount(f) > most {
		return append(flat, types.CoreI32)
	}
	for _, p := range f.Params {
		flat = flatten(flat, p.Type)
	}
	return flat
}

// word returns the list of one i32: an address, a code or a handle.
func word() []types.CoreValueType { return []types.CoreValueType{types.CoreI32} }

// lifted returns the type that a core function has that is lifted
// (CanonicalABI.md, "Flattening"). It is in flat, which is empty.
func lifted(flat []types.CoreValueType, f *types.FuncType, o *Options) types.CoreFuncType {
	t := types.CoreFuncType{Params: flatParams(flat, f, abi.MaxFlatParams)}
	results := t.Params[len(t.Params):]
	switch {
	case o.Async && o.Callback != nil:
		t.Results = append(results, types.CoreI32)
	case o.Async:
	case resultCount(f) > abi.MaxFlatResults:
		t.Results = append(results, types.CoreI32)
	case f.Result != nil:
		t.Results = flatten(results, f.Result)
	}
	return t
}

// lowered returns the type of the core function that a function is lowered to.
func lowered(f *types.FuncType, o *Options) types.CoreFuncType {
	if o.Async {
		t := types.CoreFuncType{Params: flatParams(nil, f, abi.MaxFlatAsyncParams), Results: word()}
		if f.Result != nil {
			t.Params = append(t.Params, types.CoreI32)
		}
		return t
	}
	room := make([]types.CoreValueType, 0, min(paramCount(f), abi.MaxFlatParams)+1)
	t := types.CoreFuncType{Params: flatParams(room, f, abi.MaxFlatParams)}
	switch {
	case resultCount(f) > abi.MaxFlatResults:
		t.Params = append(t.Params, types.CoreI32)
	case f.Result != nil:
		t.Results = flatten(make([]types.CoreValueType, 0, abi.MaxFlatResults), f.Result)
	}
	return t
}
