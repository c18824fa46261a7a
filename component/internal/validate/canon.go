package validate

import (
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

// gates are the names of the features of gates.
var gates = [...]string{
	asyncGate: FeatureAsync, errorContextGate: featureErrorContext, threadsGate: featureThreads, sharedThreadsGate: featureSharedThreads,
}

// check wants the features of a gate.
func (g gate) check(f Features, op componentbinary.Opcode) error {
	there := [...]bool{
		noGate: true, asyncGate: f.Async, errorContextGate: f.ErrorContext, threadsGate: f.Threads, sharedThreadsGate: f.SharedThreads,
	}
	return need(there[g], gates[g], "`%s`", op)
}

// FeatureOf returns the feature that brings a built-in, or "".
func FeatureOf(op componentbinary.Opcode) string { return gates[builtins[op].gate] }

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
