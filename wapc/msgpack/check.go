package msgpack

import (
	"encoding/binary"
	"fmt"
)

// MaxDepth is how deep arrays and maps may be nested.
const MaxDepth = 256

// A FormatError says where bytes are not MessagePack.
type FormatError struct {
	Offset int // in bytes
	Reason string
}

// Error returns the reason and the offset.
func (e *FormatError) Error() string {
	return fmt.Sprintf("%s at offset 0x%x", e.Reason, e.Offset)
}

// check reports whether data is one well-formed value and nothing else.
func check(data []byte) error {
	c := &checker{data: data}
	c.value()
	if c.err == nil && c.at < len(data) {
		c.fail("bytes after the value")
	}
	if c.err != nil {
		return c.err
	}
	return nil
}

// A checker walks over values. Its error sticks.
type checker struct {
	data []byte
	at   int
	open []uint64 // how many values the arrays and maps around still need
	err  *FormatError
}

func (c *checker) fail(reason string) {
	if c.err == nil {
		c.err = &FormatError{Offset: c.at, Reason: reason}
	}
}

// value walks over one value with all that is in it, without recursion.
func (c *checker) value() {
	c.one()
	for c.err == nil && len(c.open) > 0 {
		last := &c.open[len(c.open)-1]
		if *last == 0 {
			c.open = c.open[:len(c.open)-1]
			continue
		}
		*last--
		c.one()
	}
}

// one walks over a scalar, or over the head of an array or map.
func (c *checker) one() {
	code := c.byte()
	switch {
	case c.err != nil, code <= 0x7f, code >= 0xe0: // small integers
	case code <= 0x8f:
		c.enter(2 * uint64(code&0xf))
	case code <= 0x9f:
		c.enter(uint64(code & 0xf))
	case code <= 0xbf:
		c.skip(uint64(code & 0x1f))
	default:
		c.long(code)
	}
}

// long walks over what follows a code that stands for a size of its own.
func (c *checker) long(code byte) {
	switch code {
	case 0xc0, 0xc2, 0xc3: // nil, false, true
	case 0xc4, 0xc5, 0xc6: // binary
		c.skip(c.uint(1 << (code - 0xc4)))
	case 0xc7, 0xc8, 0xc9: // extension, with a byte for its type
		c.skip(c.uint(1<<(code-0xc7)) + 1)
	case 0xca, 0xcb: // floats
		c.skip(4 << (code - 0xca))
	case 0xcc, 0xcd, 0xce, 0xcf: // unsigned
		c.skip(1 << (code - 0xcc))
	case 0xd0, 0xd1, 0xd2, 0xd3: // signed
		c.skip(1 << (code - 0xd0))
	case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8: // extension of a fixed size
		c.skip(1<<(code-0xd4) + 1)
	case 0xd9, 0xda, 0xdb: // string
		c.skip(c.uint(1 << (code - 0xd9)))
	case 0xdc, 0xdd: // array
		c.enter(c.uint(2 << (code - 0xdc)))
	case 0xde, 0xdf: // map
		c.enter(2 * c.uint(2<<(code-0xde)))
	default: // 0xc1 alone
		c.at--
		c.fail("a code that stands for nothing")
	}
}

// enter begins an array or map of so many values, each of a byte at least.
func (c *checker) enter(values uint64) {
	switch {
	case c.err != nil:
	case values > uint64(len(c.data)-c.at):
		c.fail("more elements than bytes")
	case len(c.open) == MaxDepth:
		c.fail("nested too deep")
	default:
		c.open = append(c.open, values)
	}
}

func (c *checker) byte() byte {
	if c.at == len(c.data) {
		c.fail("a value is missing")
		return 0
	}
	c.at++
	return c.data[c.at-1]
}

// uint reads a big-endian number of that many bytes.
func (c *checker) uint(size int) uint64 {
	if size > len(c.data)-c.at {
		c.fail("a length is cut off")
		return 0
	}
	var bytes [8]byte
	copy(bytes[8-size:], c.data[c.at:])
	c.at += size
	return binary.BigEndian.Uint64(bytes[:])
}

func (c *checker) skip(size uint64) {
	if size > uint64(len(c.data)-c.at) {
		c.fail("a value is cut off")
		return
	}
	c.at += int(size)
}
