package validate

import (
	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// canon validates a canonical definition (CanonicalABI.md, "Canonical
// Definitions").
func (v *validator) canon(s *scope, d *componentbinary.Canon, i int) error {
	origin := Origin{Kind: Defined, Index: uint32(i)}
	if d.Op == componentbinary.Lift {
		c, err := v.lift(s, d)
		if err == nil {
			s.addFunc(Func{Origin: origin, Type: c.Func, Canon: c})
		}
		return err
	}
	c, err := v.builtin(s, d)
	if err == nil {
		s.addCoreFunc(CoreFunc{Origin: origin, Type: c.Core, Canon: c})
	}
	return err
}

// A signature is the core type of a built-in, as letters: i for i32, I for i64, t
// for the type that the definition says, parameters before the colon.
type signature string

func (g signature) expand(t types.CoreValueType) (f types.CoreFuncType) {
	to := &f.Params
	for _, letter := range g {
		switch letter {
		case ':':
			to = &f.Results
		case 'i':
			*to = append(*to, types.CoreI32)
		case 'I':
			*to = append(*to, types.CoreI64)
		case 't':
			*to = append(*to, t)
		}
	}
	return f
}

// A gate is what a group of built-ins needs.
type gate byte

const (
	noGate gate = iota
	asyncGate
	errorContextGate
	threadsGate
	sharedThreadsGate
)

// check wants the features of a gate.
func (g gate) check(features Features, op componentbinary.Opcode) error {
	switch g {
	case asyncGate:
		return need(features.Async, featureAsync, "`%s`", op)
	case errorContextGate:
		return need(features.ErrorContext, featureErrorContext, "`%s`", op)
	case threadsGate:
		return need(features.Threads, featureThreads, "`%s`", op)
	case sharedThreadsGate:
		return need(features.SharedThreads, featureSharedThreads, "`%s`", op)
	}
	return nil
}

// A check looks at the operands of a built-in and fills in what they mean.
type check func(v *validator, s *scope, c *Canon) error

// A builtin is a row of the table of canonical definitions.
type builtin struct {
	gate  gate
	core  signature
	check check
}

// builtins has the canonical definitions that make core functions of a fixed
// type. A check of its own may set the type instead.
var builtins = map[componentbinary.Opcode]builtin{
	componentbinary.Lower:                      {noGate, "", nil},
	componentbinary.ResourceNew:                {noGate, "t:i", localResource},
	componentbinary.ResourceDrop:               {noGate, "i:", anyResource},
	componentbinary.ResourceRep:                {noGate, "i:t", localResource},
	componentbinary.BackpressureInc:            {asyncGate, ":", nil},
	componentbinary.BackpressureDec:            {asyncGate, ":", nil},
	componentbinary.TaskReturn:                 {asyncGate, "", taskReturn},
	componentbinary.TaskCancel:                 {asyncGate, ":", nil},
	componentbinary.ContextGet:                 {asyncGate, ":t", context},
	componentbinary.ContextSet:                 {asyncGate, "t:", context},
	componentbinary.ThreadYield:                {asyncGate, ":i", nil},
	componentbinary.SubtaskCancel:              {asyncGate, "i:i", moreAsync},
	componentbinary.SubtaskDrop:                {asyncGate, "i:", nil},
	componentbinary.StreamNew:                  {asyncGate, ":I", streamEnd},
	componentbinary.StreamRead:                 {asyncGate, "iii:i", streamRead},
	componentbinary.StreamWrite:                {asyncGate, "iii:i", streamWrite},
	componentbinary.StreamCancelRead:           {asyncGate, "i:i", streamCancel},
	componentbinary.StreamCancelWrite:          {asyncGate, "i:i", streamCancel},
	componentbinary.StreamDropReadable:         {asyncGate, "i:", streamEnd},
	componentbinary.StreamDropWritable:         {asyncGate, "i:", streamEnd},
	componentbinary.FutureNew:                  {asyncGate, ":I", futureEnd},
	componentbinary.FutureRead:                 {asyncGate, "ii:i", futureRead},
	componentbinary.FutureWrite:                {asyncGate, "ii:i", futureWrite},
	componentbinary.FutureCancelRead:           {asyncGate, "i:i", futureCancel},
	componentbinary.FutureCancelWrite:          {asyncGate, "i:i", futureCancel},
	componentbinary.FutureDropReadable:         {asyncGate, "i:", futureEnd},
	componentbinary.FutureDropWritable:         {asyncGate, "i:", futureEnd},
	componentbinary.ErrorContextNew:            {errorContextGate, "ii:i", errorContextNew},
	componentbinary.ErrorContextDebugMessage:   {errorContextGate, "ii:", errorContextMessage},
	componentbinary.ErrorContextDrop:           {errorContextGate, "i:", nil},
	componentbinary.WaitableSetNew:             {asyncGate, ":i", nil},
	componentbinary.WaitableSetWait:            {asyncGate, "ii:i", memoryOperand},
	componentbinary.WaitableSetPoll:            {asyncGate, "ii:i", memoryOperand},
	componentbinary.WaitableSetDrop:            {asyncGate, "i:", nil},
	componentbinary.WaitableJoin:               {asyncGate, "ii:", nil},
	componentbinary.ThreadIndex:                {threadsGate, ":i", nil},
	componentbinary.ThreadNewIndirect:          {threadsGate, "ii:i", threadStart},
	componentbinary.ThreadResumeLater:          {threadsGate, "i:", nil},
	componentbinary.ThreadSuspend:              {threadsGate, ":i", nil},
	componentbinary.ThreadSuspendThenResume:    {threadsGate, "i:i", nil},
	componentbinary.ThreadYieldThenResume:      {threadsGate, "i:i", nil},
	componentbinary.ThreadSuspendThenPromote:   {threadsGate, "i:i", nil},
	componentbinary.ThreadYieldThenPromote:     {threadsGate, "i:i", nil},
	componentbinary.ThreadSpawnRef:             {sharedThreadsGate, "ii:i", sharedThread},
	componentbinary.ThreadSpawnIndirect:        {sharedThreadsGate, "ii:i", sharedThread},
	componentbinary.ThreadAvailableParallelism: {sharedThreadsGate, ":i", sharedThread},
}

func (v *validator) builtin(s *scope, d *componentbinary.Canon) (*Canon, error) {
	if d.Op == componentbinary.Lower {
		return v.lower(s, d)
	}
	row := builtins[d.Op]
	if err := row.gate.check(v.Features, d.Op); err != nil {
		return nil, err
	}
	c := &Canon{Syntax: d}
	t := types.CoreI32
	switch {
	case d.Op == componentbinary.ContextGet || d.Op == componentbinary.ContextSet:
		t = types.CoreValueType(d.Core)
	case d.Op == componentbinary.ResourceNew || d.Op == componentbinary.ResourceRep:
		if name, err := s.resourceAt(d.Index); err == nil && s.reps[name.resource] != 0 {
			t = s.reps[name.resource]
		}
	}
	c.Core = row.core.expand(t)
	if row.check == nil {
		return c, nil
	}
	return c, row.check(v, s, c)
}

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
		err := need(v.Features.Memory64, featureMemory64, "64-bit `%s` requires the component model 64-bit feature", op)
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
