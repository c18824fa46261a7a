package main

import (
	"bytes"
	"fmt"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// bytes are lists that go as blocks.
func (c *components) bytes(p pair, size int) figure {
	data := bytes.Repeat([]byte("payload "), size/8)
	v := types.BytesValue(data)
	return figure{fmt.Sprintf("component, list<u8> of %d bytes", size), append([]subject{copies(data)},
		append(p.dynamic(c.ctx, bound{}, noString, v, v), callBytes(c, p, data), callBytesInto(c, p, data))...)}
}

// megabytes are held against the copies alone: a call of wasmtime's takes 0.1 s,
// in which it makes a value of each byte, and all caches are others afterwards.
func (c *components) megabytes(p pair, ratio bound) figure {
	data := bytes.Repeat([]byte("payload "), 1<<17)
	v := types.BytesValue(data)
	subjects := []subject{copies(data), callBytes(c, p, data), p.dynamic(c.ctx, bound{}, bound{}, v, v)[1], callBytesInto(c, p, data)}
	for i := range subjects[1:] {
		subjects[1+i].against = []against{{theCopiesOf, ratio}}
	}
	return figure{fmt.Sprintf("component, list<u8> of %d bytes", len(data)), subjects}
}

// copies are what a call cannot do without: one into the guest's memory, and one
// out of it, to a new slice.
func copies(data []byte) subject {
	between := make([]byte, len(data))
	return subject{name: theCopiesOf, run: func(n int) error {
		var got []byte
		for range n {
			copy(between, data)
			got = bytes.Clone(between)
		}
		if !bytes.Equal(got, data) {
			return fmt.Errorf("copied %.80q", got)
		}
		return nil
	}}
}

// callBytesInto has the result where the last one was.
func callBytesInto(c *components, p pair, data []byte) subject {
	call, err := component.Bind[one[[]byte], []byte](p.ours)
	var got []byte
	return subject{name: "patchbay, Bound.CallInto", run: func(n int) error {
		for range n {
			if err == nil {
				err = call.CallInto(c.ctx, one[[]byte]{data}, &got)
			}
		}
		if err == nil && !bytes.Equal(got, data) {
			err = fmt.Errorf("%s: got %.80q", p.name, got)
		}
		return err
	}}
}

func callBytes(c *components, p pair, data []byte) subject {
	return typed(c.ctx, p, bound{}, noString, func(got []byte) bool { return bytes.Equal(got, data) }, one[[]byte]{data})[0]
}
