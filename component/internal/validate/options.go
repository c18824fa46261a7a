package validate

import (
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// options validates the options of a canonical definition (CanonicalABI.md,
// "canonopt Validation").
func (v *validator) options(s *scope, syntax []componentbinary.CanonOption) (o Options, err error) {
	var seen [16]bool
	encoding := componentbinary.OptionKind(0)
	encoded := false
	for i := range syntax {
		option := &syntax[i]
		if option.Kind <= componentbinary.OptionLatin1UTF16 {
			if encoded {
				return o, badAt(option.Offset, "canonical encoding option `%s` conflicts with option `%s`", encoding, option.Kind)
			}
			encoded, encoding = true, option.Kind
			o.Encoding = Encoding(option.Kind)
			continue
		}
		if seen[option.Kind] {
			return o, badAt(option.Offset, "canonical option `%s` is specified more than once", option.Kind)
		}
		seen[option.Kind] = true
		if err := v.option(s, &o, option); err != nil {
			return o, atOffset(err, option.Offset)
		}
	}
	return o, o.check(s)
}

func (v *validator) option(s *scope, o *Options, option *componentbinary.CanonOption) error {
	switch option.Kind {
	case componentbinary.OptionMemory:
		o.Memory = &option.Index
		return s.checkMemory(option.Index)
	case componentbinary.OptionRealloc:
		o.Realloc = &option.Index
	case componentbinary.OptionPostReturn:
		o.PostReturn = &option.Index
	case componentbinary.OptionAsync:
		o.Async = true
		return need(v.Features.Async, FeatureAsync, "canonical option `async`")
	case componentbinary.OptionCallback:
		o.Callback = &option.Index
		return need(v.Features.Async, FeatureAsync, "canonical option `callback`")
	default:
		return need(false, featureGC, "canonical option `%s`", option.Kind)
	}
	return nil
}

// checkMemory wants a memory that values can be in.
func (s *scope) checkMemory(index uint32) error {
	memory, err := at(s.out.CoreMemories, index, "memory")
	if err != nil {
		return err
	}
	return subMemory(memory.Type.Limits, types.CoreLimits{})
}

// check looks at how the options go together.
func (o *Options) check(s *scope) error {
	switch {
	case o.Callback != nil && !o.Async:
		return bad("cannot specify callback without async")
	case o.PostReturn != nil && o.Async:
		return bad("cannot specify post-return function in async")
	case o.Realloc == nil:
		return nil
	case o.Memory == nil:
		return bad("canonical option `realloc` requires `memory` to also be specified")
	}
	i32 := types.CoreI32
	realloc := types.CoreFuncType{Params: []types.CoreValueType{i32, i32, i32, i32}, Results: []types.CoreValueType{i32}}
	return s.wantSignature("realloc", *o.Realloc, realloc)
}

func (s *scope) wantSignature(option string, index uint32, want types.CoreFuncType) error {
	f, err := s.coreFuncAt(index)
	if err == nil && !f.Type.Equal(want) {
		err = bad("canonical option `%s` uses a core function with an incorrect signature", option)
	}
	return err
}

// require wants the options without which what is in memory cannot be reached.
func (o *Options) require(memory, realloc bool) error {
	switch {
	case (memory || realloc) && o.Memory == nil:
		return bad("canonical option `memory` is required")
	case realloc && o.Realloc == nil:
		return bad("canonical option `realloc` is required")
	}
	return nil
}

// checkLower refuses what only lifting can use.
func (o *Options) checkLower() error {
	switch {
	case o.PostReturn != nil:
		return bad("canonical option `post-return` cannot be specified for lowerings")
	case o.Callback != nil:
		return bad("canonical option `callback` cannot be specified for lowerings")
	}
	return nil
}

func (o *Options) checkAsync(f *types.FuncType) error {
	if o.Async && !f.Async {
		return bad("the `async` canonical option requires an async function type")
	}
	return nil
}

// pointers reports whether a value of type t leads to other memory than its own:
// what comes later by a stream or future does not count.
func (v *validator) pointers(t *types.Type) bool {
	switch {
	case !t.Contains(types.HasPointers) || t.Kind() == types.Stream || t.Kind() == types.Future || !v.spend(1):
		return false
	case t.IsList() || t.Kind() == types.String:
		return true
	}
	return v.pointers(t.Elem()) || slices.ContainsFunc(t.Fields(), func(f types.Field) bool { return v.pointers(f.Type) })
}

func (v *validator) paramPointers(f *types.FuncType) bool {
	return slices.ContainsFunc(f.Params, func(p types.Param) bool { return v.pointers(p.Type) })
}

// lift validates canon lift.
func (v *validator) lift(s *scope, d *componentbinary.Canon) (*Canon, error) {
	f, err := s.funcTypeAt(d.Type)
	if err != nil {
		return nil, err
	}
	core, err := s.coreFuncAt(d.Index)
	if err != nil {
		return nil, err
	}
	o, err := v.options(s, d.Options)
	if err == nil {
		err = v.checkLift(s, &o, f, core.Type)
	}
	if err != nil {
		return nil, err
	}
	var few [mostFlat]types.CoreValueType
	want := lifted(few[:0], f, &o)
	switch {
	case !slices.Equal(want.Params, core.Type.Params):
		return nil, bad("lowered parameter types `%s` do not match parameter types `%s` of core function %d",
			coreTypesText(slices.Clone(want.Params)), coreTypesText(core.Type.Params), d.Index)
	case !slices.Equal(want.Results, core.Type.Results):
		return nil, bad("lowered result types `%s` do not match result types `%s` of core function %d",
			coreTypesText(slices.Clone(want.Results)), coreTypesText(core.Type.Results), d.Index)
	}
	return &Canon{Syntax: d, Func: f, Core: core.Type, Options: o}, nil
}

// coreTypesText returns types as in "[I32, F64]".
func coreTypesText(list []types.CoreValueType) string {
	return "[" + strings.ToUpper(strings.Join(coreNames(list), ", ")) + "]"
}

func (v *validator) checkLift(s *scope, o *Options, f *types.FuncType, core types.CoreFuncType) error {
	if o.PostReturn != nil {
		if err := s.wantSignature("post-return", *o.PostReturn, types.CoreFuncType{Params: core.Results}); err != nil {
			return err
		}
	}
	i32 := types.CoreI32
	switch {
	case o.Callback != nil:
		callback := types.CoreFuncType{Params: []types.CoreValueType{i32, i32, i32}, Results: []types.CoreValueType{i32}}
		if err := s.wantSignature("callback", *o.Callback, callback); err != nil {
			return err
		}
	case o.Async:
		if err := need(v.Features.Stackful, featureStackful, "async lift without callback"); err != nil {
			return err
		}
	}
	if err := o.checkAsync(f); err != nil {
		return err
	}
	most := uint64(abi.MaxFlatResults)
	if o.Async {
		most = abi.MaxFlatParams
	}
	realloc := v.paramPointers(f) || paramCount(f) > abi.MaxFlatParams
	return o.require(v.pointers(f.Result) || resultCount(f) > most, realloc)
}

// lower validates canon lower.
func (v *validator) lower(s *scope, d *componentbinary.Canon) (*Canon, error) {
	f, err := s.funcAt(d.Index)
	if err != nil {
		return nil, err
	}
	o, err := v.options(s, d.Options)
	if err == nil {
		err = o.checkLower()
	}
	if err == nil {
		err = o.checkAsync(f)
	}
	if err != nil {
		return nil, err
	}
	params, results := uint64(abi.MaxFlatParams), uint64(abi.MaxFlatResults)
	if o.Async {
		params, results = abi.MaxFlatAsyncParams, 0
	}
	memory := v.paramPointers(f) || paramCount(f) > params || resultCount(f) > results
	if err := o.require(memory, v.pointers(f.Result)); err != nil {
		return nil, err
	}
	return &Canon{Syntax: d, Func: f, Core: lowered(f, &o), Options: o}, nil
}

// unsupported says that an option cannot be used there.
func unsupported(option string, op componentbinary.Opcode) error {
	return bad("cannot specify `%s` option on `%s`", option, op)
}
