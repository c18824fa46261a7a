package main

import (
	"bytes"
	"fmt"
	"runtime/debug"

	"github.com/patchbay-go/patchbay/component/types"
)

// bytes are lists that go as blocks.
func (c *components) bytes(p pair, size int) figure {
	data := bytes.Repeat([]byte("payload "), size/8)
	v := types.BytesValue(data)
	return figure{fmt.Sprintf("component, list<u8> of %d bytes", size), append([]subject{copies(data)},
		append(p.dynamic(c.ctx, bound{}, noString, v, v), callBytes(c, p, data))...)}
}

// megabytes are held against the copies alone: a call of wasmtime's takes 0.1 s,
// in which it makes a value of each byte, and all caches are others afterwards.
func (c *components) megabytes(p pair, name string, ratio bound) figure {
	data := bytes.Repeat([]byte("payload "), 1<<17)
	v := types.BytesValue(data)
	subjects := []subject{copies(data), callBytes(c, p, data), p.dynamic(c.ctx, bound{}, bound{}, v, v)[1]}
	for i := range subjects[1:] {
		subjects[1+i].against = []against{{theCopiesOf, ratio}}
	}
	return figure{fmt.Sprintf("component, list<u8> of %d bytes%s", len(data), name), subjects}
}

// rarely has the garbage collector run as in a program with a large heap. In one of
// 4 MB, the smallest, it runs at every fourth result of a megabyte and gives some
// pages back: then faults of those that are used again are most of the time, of the
// copies alone as well.
func rarely(f figure) figure {
	for i, s := range f.subjects {
		f.subjects[i].run = func(n int) error {
			defer debug.SetGCPercent(debug.SetGCPercent(1000))
			return s.run(n)
		}
	}
	return f
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

func callBytes(c *components, p pair, data []byte) subject {
	return typed(c.ctx, p, bound{}, noString, func(got []byte) bool { return bytes.Equal(got, data) }, one[[]byte]{data})[0]
}
