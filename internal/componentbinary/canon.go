package componentbinary

import "github.com/patchbay-go/patchbay/internal/corewasm"

// A Canon is a canonical definition: a function that lifts, lowers, or is built
// in. Which fields count depends on Op.
type Canon struct {
	Offset  uint32
	Op      Opcode
	Flag    bool               // async, cancellable or shared
	Core    corewasm.ValueType // of context.get and context.set
	Index   uint32             // of the function, type or, of waiting, memory
	Type    uint32             // of the type that lift yields
	Slot    uint32             // of context.get and context.set, or the table of threads
	Result  ValueType          // of task.return, else None
	Options []CanonOption
}

// A CanonOption is an option of a canonical definition.
type CanonOption struct {
	Offset uint32
	Kind   OptionKind
	Index  uint32 // of kinds that have one
}

// An OptionKind is the byte that begins an option.
type OptionKind byte

// The options. The last two are in no text of the specification yet.
const (
	OptionUTF8 OptionKind = iota
	OptionUTF16
	OptionLatin1UTF16
	OptionMemory
	OptionRealloc
	OptionPostReturn
	OptionAsync
	OptionCallback
	OptionCoreType
	OptionGC
	optionKinds
)

// String returns the option's name as the text format has it.
func (k OptionKind) String() string {
	if k >= optionKinds {
		return "unknown"
	}
	return [optionKinds]string{
		"utf8", "utf16", "latin1-utf16", "memory", "realloc", "post-return", "async", "callback",
		"core-type", "gc",
	}[k]
}

// An Opcode is the byte that begins a canonical definition.
type Opcode byte

// The canonical definitions.
const (
	Lift                       Opcode = 0x00
	Lower                      Opcode = 0x01
	ResourceNew                Opcode = 0x02
	ResourceDrop               Opcode = 0x03
	ResourceRep                Opcode = 0x04
	TaskCancel                 Opcode = 0x05
	SubtaskCancel              Opcode = 0x06
	TaskReturn                 Opcode = 0x09
	ContextGet                 Opcode = 0x0a
	ContextSet                 Opcode = 0x0b
	ThreadYield                Opcode = 0x0c
	SubtaskDrop                Opcode = 0x0d
	StreamNew                  Opcode = 0x0e
	StreamRead                 Opcode = 0x0f
	StreamWrite                Opcode = 0x10
	StreamCancelRead           Opcode = 0x11
	StreamCancelWrite          Opcode = 0x12
	StreamDropReadable         Opcode = 0x13
	StreamDropWritable         Opcode = 0x14
	FutureNew                  Opcode = 0x15
	FutureRead                 Opcode = 0x16
	FutureWrite                Opcode = 0x17
	FutureCancelRead           Opcode = 0x18
	FutureCancelWrite          Opcode = 0x19
	FutureDropReadable         Opcode = 0x1a
	FutureDropWritable         Opcode = 0x1b
	ErrorContextNew            Opcode = 0x1c
	ErrorContextDebugMessage   Opcode = 0x1d
	ErrorContextDrop           Opcode = 0x1e
	WaitableSetNew             Opcode = 0x1f
	WaitableSetWait            Opcode = 0x20
	WaitableSetPoll            Opcode = 0x21
	WaitableSetDrop            Opcode = 0x22
	WaitableJoin               Opcode = 0x23
	BackpressureInc            Opcode = 0x24
	BackpressureDec            Opcode = 0x25
	ThreadIndex                Opcode = 0x26
	ThreadNewIndirect          Opcode = 0x27
	ThreadResumeLater          Opcode = 0x28
	ThreadSuspend              Opcode = 0x29
	ThreadSuspendThenResume    Opcode = 0x2a
	ThreadYieldThenResume      Opcode = 0x2b
	ThreadSuspendThenPromote   Opcode = 0x2c
	ThreadYieldThenPromote     Opcode = 0x2d
	ThreadSpawnRef             Opcode = 0x40
	ThreadSpawnIndirect        Opcode = 0x41
	ThreadAvailableParallelism Opcode = 0x42
	opcodes                           = 0x43
)

// A form says what a canonical definition is called and what follows its
// opcode, a letter each: 0 for a zero byte, i for Index, t for Type, s for Slot,
// f for Flag, c for Core, r for Result and o for Options.
type form struct {
	name, operands string
}

// canonForms is the table of Binary.md#canonical-definitions.
var canonForms = [opcodes]form{
	Lift:                       {"lift", "0iot"},
	Lower:                      {"lower", "0io"},
	ResourceNew:                {"resource.new", "i"},
	ResourceDrop:               {"resource.drop", "i"},
	ResourceRep:                {"resource.rep", "i"},
	TaskCancel:                 {"task.cancel", ""},
	SubtaskCancel:              {"subtask.cancel", "f"},
	TaskReturn:                 {"task.return", "ro"},
	ContextGet:                 {"context.get", "cs"},
	ContextSet:                 {"context.set", "cs"},
	ThreadYield:                {"thread.yield", "f"},
	SubtaskDrop:                {"subtask.drop", ""},
	StreamNew:                  {"stream.new", "i"},
	StreamRead:                 {"stream.read", "io"},
	StreamWrite:                {"stream.write", "io"},
	StreamCancelRead:           {"stream.cancel-read", "if"},
	StreamCancelWrite:          {"stream.cancel-write", "if"},
	StreamDropReadable:         {"stream.drop-readable", "i"},
	StreamDropWritable:         {"stream.drop-writable", "i"},
	FutureNew:                  {"future.new", "i"},
	FutureRead:                 {"future.read", "io"},
	FutureWrite:                {"future.write", "io"},
	FutureCancelRead:           {"future.cancel-read", "if"},
	FutureCancelWrite:          {"future.cancel-write", "if"},
	FutureDropReadable:         {"future.drop-readable", "i"},
	FutureDropWritable:         {"future.drop-writable", "i"},
	ErrorContextNew:            {"error-context.new", "o"},
	ErrorContextDebugMessage:   {"error-context.debug-message", "o"},
	ErrorContextDrop:           {"error-context.drop", ""},
	WaitableSetNew:             {"waitable-set.new", ""},
	WaitableSetWait:            {"waitable-set.wait", "fi"},
	WaitableSetPoll:            {"waitable-set.poll", "fi"},
	WaitableSetDrop:            {"waitable-set.drop", ""},
	WaitableJoin:               {"waitable.join", ""},
	BackpressureInc:            {"backpressure.inc", ""},
	BackpressureDec:            {"backpressure.dec", ""},
	ThreadIndex:                {"thread.index", ""},
	ThreadNewIndirect:          {"thread.new-indirect", "is"},
	ThreadResumeLater:          {"thread.resume-later", ""},
	ThreadSuspend:              {"thread.suspend", "f"},
	ThreadSuspendThenResume:    {"thread.suspend-then-resume", "f"},
	ThreadYieldThenResume:      {"thread.yield-then-resume", "f"},
	ThreadSuspendThenPromote:   {"thread.suspend-then-promote", "f"},
	ThreadYieldThenPromote:     {"thread.yield-then-promote", "f"},
	ThreadSpawnRef:             {"thread.spawn-ref", "fi"},
	ThreadSpawnIndirect:        {"thread.spawn-indirect", "fis"},
	ThreadAvailableParallelism: {"thread.available-parallelism", "f"},
}

// String returns the name of the definition as the text format has it.
func (op Opcode) String() string {
	if op < opcodes {
		return canonForms[op].name
	}
	return "unknown"
}

func (r *reader) canon() Canon {
	c := Canon{Offset: r.here(), Result: None}
	b := r.byte()
	c.Op = Opcode(b)
	if r.err == nil && c.Op.String() == "" || c.Op >= opcodes {
		r.leading(int(c.Offset), b, "canonical function")
		return c
	}
	for _, operand := range []byte(canonForms[c.Op].operands) {
		r.operand(&c, operand)
	}
	return c
}

// operand reads what the letter of a form stands for.
func (r *reader) operand(c *Canon, letter byte) {
	at := r.pos
	switch letter {
	case '0':
		if b := r.byte(); b != 0 {
			r.leading(at, b, "canonical function "+c.Op.String())
		}
	case 'i':
		c.Index = r.u32()
	case 't':
		c.Type = r.u32()
	case 's':
		c.Slot = r.u32()
	case 'f':
		c.Flag = r.flag()
	case 'c':
		c.Core = embed(r, r.core.ValueType)
	case 'r':
		c.Result = r.result()
	case 'o':
		c.Options = list(r, "option", 1, (*reader).canonOption)
	}
}

func (r *reader) canonOption() CanonOption {
	o := CanonOption{Offset: r.here()}
	b := r.byte()
	o.Kind = OptionKind(b)
	switch {
	case o.Kind >= optionKinds:
		r.leading(int(o.Offset), b, "canonical option")
	case o.Kind.hasIndex():
		o.Index = r.u32()
	}
	return o
}

func (k OptionKind) hasIndex() bool {
	switch k {
	case OptionMemory, OptionRealloc, OptionPostReturn, OptionCallback, OptionCoreType:
		return true
	}
	return false
}
