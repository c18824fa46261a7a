package abi

import (
	"context"
	"errors"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// When a result of the host does not get to the guest, what it owns is nobody's:
// the function that returned it has given it away. So it is destroyed, but for
// what the guest has got before the rest failed.

// AbandonValue destroys what a result of the function owns and the guest has not
// got.
func (s *Signature) AbandonValue(ctx context.Context, cx *Context, result types.Value) error {
	return cx.abandonValue(ctx, s.Type.Result, result)
}

// abandonValue goes by the function's type: values have types of their own, and may
// be of another.
func (cx *Context) abandonValue(ctx context.Context, t *types.Type, v types.Value) (err error) {
	switch {
	case !t.Contains(types.HasOwn) || !t.SameShape(v.Type()):
		return nil
	case t.Kind() == types.Own:
		return cx.abandonHandle(ctx, t, v.Handle())
	case t.IsVariant():
		if payload, ok := v.Payload(); ok && v.Bits() < uint64(t.Len()) {
			return cx.abandonValue(ctx, t.Fields()[v.Bits()].Type, payload)
		}
		return nil
	}
	for i, e := range v.Elems() {
		part := t.Elem()
		if t.IsRecord() && i < t.Len() {
			part = t.Fields()[i].Type
		}
		err = errors.Join(err, cx.abandonValue(ctx, part, e))
	}
	return err
}

// AbandonGo is AbandonValue for the Go value at p, whose lowering was the last thing
// that cx was used for.
func (cx *Context) AbandonGo(ctx context.Context, b *Binding, p unsafe.Pointer) (err error) {
	if !b.Type.Contains(types.HasOwn) {
		return nil
	}
	for i := range b.operations {
		o := &b.operations[i]
		err = errors.Join(err, cx.abandon(ctx, o, unsafe.Add(p, o.go_)))
	}
	return err
}

func (cx *Context) abandon(ctx context.Context, o *operation, p unsafe.Pointer) error {
	d := o.detail
	switch o.code {
	case opHandle:
		return cx.abandonHandle(ctx, d.typ, *(**types.Handle)(p))
	case opHolder:
		if held := *(**holder)(p); held != nil {
			return cx.abandonHandle(ctx, d.typ, held.handle)
		}
	case opGoValue:
		return cx.abandonGoValue(ctx, d, p)
	case opList:
		s := *(*[]byte)(p) // only its header: it is of another type
		return cx.abandonEach(ctx, d.elem, unsafe.Pointer(unsafe.SliceData(s)), len(s))
	case opArray:
		return cx.abandonEach(ctx, d.elem, p, int(o.count))
	case opPointer, opMaybe, opOutcome, opCases, opSealed:
		if payload, at := o.payloadAt(p); payload != nil {
			return cx.AbandonGo(ctx, payload, at)
		}
	}
	return nil
}

// payloadAt returns the payload of the variant at p, and where it is; nil if the
// variant has none.
func (o *operation) payloadAt(p unsafe.Pointer) (*Binding, unsafe.Pointer) {
	d := o.detail
	switch o.code {
	case opPointer:
		if at := *(*unsafe.Pointer)(p); at != nil {
			return d.elem, at
		}
	case opMaybe:
		if *(*bool)(unsafe.Add(p, d.valid)) {
			return d.elem, p
		}
	case opOutcome:
		return d.cases[*(*uint8)(unsafe.Add(p, d.valid))].payloadAt(p)
	case opCases:
		if index, err := setCase(d.cases, p); err == nil {
			return d.cases[index].payloadAt(p)
		}
	case opSealed:
		return sealedPayloadAt(d.cases, (*interfaceWords)(p))
	}
	return nil, nil
}

func (c *goCase) payloadAt(p unsafe.Pointer) (*Binding, unsafe.Pointer) {
	at := unsafe.Add(p, c.offset)
	if c.pointer {
		at = *(*unsafe.Pointer)(at)
	}
	return c.payload, at
}

func sealedPayloadAt(cases []goCase, words *interfaceWords) (*Binding, unsafe.Pointer) {
	for i := range cases {
		switch c := &cases[i]; {
		case c.zero.typ != words.typ:
		case c.direct:
			return c.payload, unsafe.Pointer(&words.value)
		default:
			return c.payload, words.value
		}
	}
	return nil, nil
}

func (cx *Context) abandonEach(ctx context.Context, elem *Binding, p unsafe.Pointer, n int) (err error) {
	for i := range uintptr(n) {
		err = errors.Join(err, cx.AbandonGo(ctx, elem, unsafe.Add(p, i*elem.goSize)))
	}
	return err
}

// abandonHandle destroys what an own handle is for unless it was given away: it
// was just now then, or is no longer good anyway.
func (cx *Context) abandonHandle(ctx context.Context, t *types.Type, handle *types.Handle) error {
	if t.Kind() != types.Own || handle == nil || handle.Gone || !handle.Owned || handle.Lends > 0 {
		return nil
	}
	if r, err := cx.Holder.Resource(t); err != nil || r != handle.Resource {
		return err
	}
	handle.Gone = true
	return cx.Holder.Destroy(ctx, t, handle.Rep)
}

func (cx *Context) abandonGoValue(ctx context.Context, d *detail, p unsafe.Pointer) error {
	switch {
	case d.typ.Kind() != types.Own || (*interfaceWords)(p).typ == nil:
		return nil
	case cx.gave > 0: // the guest got it
		cx.gave--
		return nil
	}
	values, err := cx.goValues(d)
	if err != nil {
		return err
	}
	return cx.Holder.Destroy(ctx, d.typ, cx.keep(values, p))
}
