package validate

import (
	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// flatten appends the core values that t becomes. Its count is small.
func flatten(flat []types.CoreValueType, t *types.Type) []types.CoreValueType {
	for _, value := range abi.Flatten(make([]engine.ValueType, 0, abi.MaxFlatParams), t) {
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

// flatParams returns the core parameters of a function: an address if there
// would be more than most.
func flatParams(f *types.FuncType, most uint64) []types.CoreValueType {
	if paramCount(f) > most {
		return word()
	}
	var flat []types.CoreValueType
	for _, p := range f.Params {
		flat = flatten(flat, p.Type)
	}
	return flat
}

// word returns the list of one i32: an address, a code or a handle.
func word() []types.CoreValueType { return []types.CoreValueType{types.CoreI32} }

// lifted returns the type that a core function has that is lifted
// (CanonicalABI.md, "Flattening").
func lifted(f *types.FuncType, o *Options) types.CoreFuncType {
	t := types.CoreFuncType{Params: flatParams(f, abi.MaxFlatParams)}
	switch {
	case o.Async && o.Callback != nil:
		t.Results = word()
	case o.Async:
	case resultCount(f) > abi.MaxFlatResults:
		t.Results = word()
	case f.Result != nil:
		t.Results = flatten(nil, f.Result)
	}
	return t
}

// lowered returns the type of the core function that a function is lowered to.
func lowered(f *types.FuncType, o *Options) types.CoreFuncType {
	if o.Async {
		t := types.CoreFuncType{Params: flatParams(f, abi.MaxFlatAsyncParams), Results: word()}
		if f.Result != nil {
			t.Params = append(t.Params, types.CoreI32)
		}
		return t
	}
	t := types.CoreFuncType{Params: flatParams(f, abi.MaxFlatParams)}
	switch {
	case resultCount(f) > abi.MaxFlatResults:
		t.Params = append(t.Params, types.CoreI32)
	case f.Result != nil:
		t.Results = flatten(nil, f.Result)
	}
	return t
}
