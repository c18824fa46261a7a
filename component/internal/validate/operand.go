package validate

import (
	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
)

func anyResource(_ *validator, s *scope, c *Canon) error {
	name, err := s.resourceAt(c.Syntax.Index)
	if err == nil {
		c.Resource = name.resource
	}
	return err
}

// localResource wants a resource type that the component itself defines.
func localResource(v *validator, s *scope, c *Canon) error {
	if err := anyResource(v, s, c); err != nil {
		return err
	}
	if s.reps[c.Resource] == 0 {
		return bad("type %d is not a local resource", c.Syntax.Index)
	}
	return nil
}

func taskReturn(v *validator, s *scope, c *Canon) error {
	var err error
	if c.Type, err = v.optional(s, c.Syntax.Result); err != nil {
		return err
	}
	if c.Options, err = v.options(s, c.Syntax.Options); err != nil {
		return err
	}
	o := &c.Options
	switch {
	case o.Realloc != nil:
		return unsupported("realloc", c.Syntax.Op)
	case o.PostReturn != nil:
		return unsupported("post-return", c.Syntax.Op)
	case o.Callback != nil:
		return unsupported("callback", c.Syntax.Op)
	case o.Async:
		return unsupported("async", c.Syntax.Op)
	}
	f := &types.FuncType{}
	if c.Type != nil {
		f.Params = []types.Param{{Name: "v", Type: c.Type}}
	}
	c.Core = lowered(f, o)
	return o.require(v.pointers(c.Type) || paramCount(f) > abi.MaxFlatParams, false)
}

// contextSlots is how many words a task keeps for its component.
const contextSlots = 2

func context(v *validator, s *scope, c *Canon) error {
	op := c.Syntax.Op
	switch t := types.CoreValueType(c.Syntax.Core); t {
	case types.CoreI32:
	case types.CoreI64:
		err := need(v.Features.Memory64, FeatureMemory64, "64-bit `%s` requires the component model 64-bit feature", op)
		if err != nil {
			return err
		}
	default:
		return bad("`%s` only supports `i32` or `i64`", op)
	}
	slot := c.Syntax.Slot
	if err := need(v.Features.Threads || slot == 0, featureThreads, "`%s` immediate must be zero: %d", op, slot); err != nil {
		return err
	}
	if slot >= contextSlots {
		return bad("`%s` immediate must be zero or one: %d", op, slot)
	}
	if t := types.CoreValueType(c.Syntax.Core); s.context != 0 && s.context != t {
		return bad("`%s` type must match previous context type", op)
	}
	s.context = types.CoreValueType(c.Syntax.Core)
	return nil
}

// moreAsync wants the feature for the flag async.
func moreAsync(v *validator, _ *scope, c *Canon) error {
	if !c.Syntax.Flag {
		return nil
	}
	return need(v.Features.MoreAsyncBuiltins, featureMoreAsync,
		"async `%s` requires the component model more async builtins feature", c.Syntax.Op)
}

func streamEnd(_ *validator, s *scope, c *Canon) error { return c.want(s, types.Stream) }

func futureEnd(_ *validator, s *scope, c *Canon) error { return c.want(s, types.Future) }

// want wants the operand to be a type of that kind.
func (c *Canon) want(s *scope, kind types.Kind) error {
	t, err := s.valueTypeAt(c.Syntax.Index)
	switch {
	case err != nil:
		return err
	case t.Kind() != kind:
		return bad("`%s` requires a %s type", c.Syntax.Op, kind)
	}
	c.Type = t
	return nil
}

func streamCancel(v *validator, s *scope, c *Canon) error {
	if err := moreAsync(v, s, c); err != nil {
		return err
	}
	return streamEnd(v, s, c)
}

func futureCancel(v *validator, s *scope, c *Canon) error {
	if err := moreAsync(v, s, c); err != nil {
		return err
	}
	return futureEnd(v, s, c)
}

func streamRead(v *validator, s *scope, c *Canon) error { return v.transfer(s, c, types.Stream, true) }

func streamWrite(v *validator, s *scope, c *Canon) error {
	return v.transfer(s, c, types.Stream, false)
}

func futureRead(v *validator, s *scope, c *Canon) error { return v.transfer(s, c, types.Future, true) }

func futureWrite(v *validator, s *scope, c *Canon) error {
	return v.transfer(s, c, types.Future, false)
}

// transfer validates reading from and writing to streams and futures.
func (v *validator) transfer(s *scope, c *Canon, kind types.Kind, read bool) error {
	if err := c.want(s, kind); err != nil {
		return err
	}
	var err error
	if c.Options, err = v.options(s, c.Syntax.Options); err != nil {
		return err
	}
	if !c.Options.Async {
		err := need(v.Features.MoreAsyncBuiltins, featureMoreAsync,
			"synchronous `%s` requires the component model more async builtins feature", c.Syntax.Op)
		if err != nil {
			return err
		}
	}
	if err := c.Options.checkLower(); err != nil {
		return err
	}
	element := c.Type.Elem()
	return c.Options.require(element != nil, read && v.pointers(element))
}

func errorContextNew(v *validator, s *scope, c *Canon) error {
	return v.errorContext(s, c, false)
}

func errorContextMessage(v *validator, s *scope, c *Canon) error {
	return v.errorContext(s, c, true)
}

func (v *validator) errorContext(s *scope, c *Canon, realloc bool) (err error) {
	if c.Options, err = v.options(s, c.Syntax.Options); err != nil {
		return err
	}
	if c.Options.Async {
		return unsupported("async", c.Syntax.Op)
	}
	if err := c.Options.checkLower(); err != nil {
		return err
	}
	return c.Options.require(true, realloc)
}

func memoryOperand(_ *validator, s *scope, c *Canon) error {
	c.Options.Memory = &c.Syntax.Index
	return s.checkMemory(c.Syntax.Index)
}

// threadStart wants a table of functions, and functions that take one i32.
func threadStart(_ *validator, s *scope, c *Canon) error {
	t, err := s.coreTypeAt(c.Syntax.Index)
	switch {
	case err != nil:
		return err
	case t.Module != nil:
		return bad("expected a core function type")
	case !t.Func.Equal(types.CoreFuncType{Params: []types.CoreValueType{types.CoreI32}}):
		return bad("start function must take a single `i32` argument and return nothing")
	}
	table, err := at(s.out.CoreTables, c.Syntax.Slot, "table")
	if err == nil && table.Type.Value != types.CoreFuncRef {
		err = bad("table is not a 32-bit table of (ref null (func))")
	}
	return err
}

// sharedThread says that spawned threads need what no engine here has.
func sharedThread(_ *validator, _ *scope, c *Canon) error {
	return need(false, featureSharedThreads, "`%s`", c.Syntax.Op)
}
