package componentbinary

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// maxSize is the largest binary, because offsets are kept in 32 bits.
const maxSize = 1<<31 - 1

// maxItems is how many items all vectors of a component may have together:
// definitions, fields, labels, arguments. The largest known components have some
// thousands.
const maxItems = 1_000_000

// maxDepth is how deep components, and types within types, may be nested.
const maxDepth = 100

// reader reads a component. Its error sticks: after the first one, all that is
// read is zero and the reader stands at its end, so loops end by themselves.
type reader struct {
	data []byte
	pos  int
	end  int // of the section, or of the component
	err  *Error
	path Path

	// text is a copy of the binary from textAt on: names are parts of it.
	text   string
	textAt int

	core  corewasm.ItemReader
	depth int // of nesting
	items int // of all vectors so far
}

func newReader(data []byte) *reader {
	r := &reader{data: data, end: len(data), core: corewasm.NewItemReader(data)}
	if len(data) > maxSize {
		r.failAt(0, "it is larger than 2 GiB")
	}
	return r
}

// failAt records that something is wrong at that offset.
func (r *reader) failAt(offset int, format string, args ...any) {
	if r.err != nil {
		return
	}
	r.err = &Error{Path: r.path.String(), Offset: offset, Reason: fmt.Sprintf(format, args...)}
	r.pos = r.end
}

// exceed records that the component goes beyond a bound.
func (r *reader) exceed(offset int, limit, format string, args ...any) {
	if r.err == nil {
		r.failAt(offset, format, args...)
		r.err.Limit = limit
	}
}

// blame says that an error may be due to a feature.
func (r *reader) blame(feature string) {
	if r.err != nil {
		r.err.Feature = feature
	}
}

// leading records that a byte stands for nothing there.
func (r *reader) leading(offset int, b byte, of string) {
	r.failAt(offset, "invalid leading byte (%#x) for %s", b, of)
}

// left returns how many bytes are left in the section.
func (r *reader) left() int { return r.end - r.pos }

// here returns the offset as definitions keep it.
func (r *reader) here() uint32 { return uint32(r.pos) }

func (r *reader) byte() byte {
	if r.pos >= r.end {
		r.failAt(r.pos, "unexpected end-of-file")
		return 0
	}
	b := r.data[r.pos]
	r.pos++
	return b
}

// accept takes the next byte if it is that one.
func (r *reader) accept(b byte) bool {
	if r.pos >= r.end || r.data[r.pos] != b {
		return false
	}
	r.pos++
	return true
}

// flag reads a byte that is 0 or 1.
func (r *reader) flag() bool {
	at := r.pos
	b := r.byte()
	if b > 1 {
		r.failAt(at, "invalid boolean value %#x", b)
	}
	return b == 1
}

// option reads a byte that is 0, or 1 if something follows.
func (r *reader) option(of string) bool {
	at := r.pos
	b := r.byte()
	if b > 1 {
		r.leading(at, b, of)
	}
	return b == 1
}

// u32 reads an unsigned integer; nearly all have one byte.
func (r *reader) u32() uint32 {
	if r.pos < r.end {
		if b := r.data[r.pos]; b < 0x80 {
			r.pos++
			return uint32(b)
		}
	}
	v, n, err := leb128.Uint32(r.data[r.pos:r.end])
	r.take(n, err)
	return v
}

func (r *reader) s33() int64 {
	v, n, err := leb128.Int33(r.data[r.pos:r.end])
	r.take(n, err)
	return v
}

func (r *reader) take(size int, err error) {
	switch err {
	case nil:
		r.pos += size
	case leb128.ErrTruncated:
		r.failAt(r.pos, "unexpected end-of-file")
	default:
		r.failAt(r.pos, "integer too large, or longer than it may be: %s", err)
	}
}

// count reads how many items follow, each of at least size bytes.
func (r *reader) count(size int) int {
	at := r.pos
	n := r.u32()
	if uint64(n)*uint64(size) > uint64(r.left()) {
		r.failAt(at, "unexpected end-of-file: count %d cannot fit into the %d bytes that are left", n, r.left())
		return 0
	}
	if r.items += int(n); r.items > maxItems {
		r.exceed(at, "items", "more than %d items in all", maxItems)
		return 0
	}
	return int(n)
}

// list reads a vector of items, each of at least size bytes. The items go by
// that name in errors.
func list[T any](r *reader, item string, size int, read func(*reader) T) []T {
	return appendList(nil, r, item, size, read)
}

// appendList appends what list reads.
func appendList[T any](items []T, r *reader, item string, size int, read func(*reader) T) []T {
	n := r.count(size)
	if n == 0 {
		return items
	}
	items = slices.Grow(items, n)
	r.path.Enter(item, 0)
	for i := 0; i < n && r.err == nil; i++ {
		r.path.Next(i)
		items = append(items, read(r))
	}
	r.path.Leave()
	return items
}

// name reads a name: a part of text.
func (r *reader) name() string {
	at := r.pos
	size := r.u32()
	if uint64(size) > uint64(r.left()) {
		r.failAt(at, "unexpected end-of-file: name of %d bytes, and %d are left", size, r.left())
		return ""
	}
	name := r.copied(int(size))
	if !utf8.ValidString(name) {
		r.failAt(at, "malformed UTF-8 encoding")
		return ""
	}
	r.pos += int(size)
	return name
}

// textSize is how many bytes are copied at once, so that a name costs no
// allocation.
const textSize = 4 << 10

// copied returns the next size bytes as a part of text.
func (r *reader) copied(size int) string {
	if r.pos < r.textAt || r.pos+size > r.textAt+len(r.text) {
		end := min(r.pos+max(size, textSize), len(r.data))
		r.text, r.textAt = string(r.data[r.pos:end]), r.pos
	}
	return r.text[r.pos-r.textAt:][:size]
}

// nest goes one level down and returns false if that is too deep.
func (r *reader) nest() bool {
	if r.depth++; r.depth > maxDepth {
		r.exceed(r.pos, "nesting", "nesting too deep: more than %d levels", maxDepth)
		return false
	}
	return true
}

func (r *reader) unnest() { r.depth-- }

// embed takes over what was read of the core format.
func embed[T any](r *reader, read func(at, end int) (T, int, error)) T {
	value, next, err := read(r.pos, r.end)
	if err == nil && r.err == nil {
		r.pos = next
		return value
	}
	if inner, ok := err.(*corewasm.Error); ok && r.err == nil {
		r.failAt(inner.Offset, "%s", inner.Reason)
		r.err.Feature = inner.Feature
	}
	return value
}
