package corewasm

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/internal/leb128"
)

// noLimit is more than there can be of anything.
const noLimit = math.MaxUint32

// maxSize is the largest binary, because offsets are kept in 32 bits.
const maxSize = 1<<31 - 1

// reader reads a module. Its error sticks: after the first one, all that is
// read is zero and the reader stands at its end, so loops end by themselves.
type reader struct {
	data []byte
	pos  int
	end  int // of the section, or of the data
	err  *Error

	section string // where the reader is, for errors
	item    string // what is being read, such as "import", or empty
	index   int    // its number

	// types and globals are how many the module has: an index is below.
	types, globals uint32

	// funcIndex, unless nil, is told of the index of each function and
	// where it stands; the reader is after it.
	funcIndex func(at int, index uint32)
}

func newReader(data []byte) *reader {
	r := &reader{data: data, end: len(data), types: noLimit, globals: noLimit}
	if len(data) > maxSize {
		r.failAt(0, "it is larger than 2 GiB")
	}
	return r
}

// fail records that something is wrong here.
func (r *reader) fail(format string, args ...any) {
	r.failAt(r.pos, format, args...)
}

// failAt records that something is wrong at that offset.
func (r *reader) failAt(offset int, format string, args ...any) {
	if r.err != nil {
		return
	}
	r.err = &Error{Section: r.section, Offset: offset, Reason: fmt.Sprintf(format, args...)}
	if r.item != "" {
		r.err.Item = fmt.Sprintf("%s[%d]", r.item, r.index)
	}
	r.pos = r.end
}

// lack records that the module needs a feature that is not there.
func (r *reader) lack(offset int, feature string) {
	if r.err == nil {
		r.failAt(offset, "feature %s is not supported", feature)
		r.err.Feature = feature
	}
}

// exceed records that the module goes beyond one of the caller's bounds.
func (r *reader) exceed(offset int, limit, format string, args ...any) {
	if r.err == nil {
		r.failAt(offset, format, args...)
		r.err.Limit = limit
	}
}

// result returns the error as an error.
func (r *reader) result() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

// left returns how many bytes are left in the section.
func (r *reader) left() int {
	return r.end - r.pos
}

func (r *reader) byte() byte {
	if r.pos >= r.end {
		r.fail("unexpected end")
		return 0
	}
	b := r.data[r.pos]
	r.pos++
	return b
}

// u32 reads an unsigned integer; nearly all have one byte.
func (r *reader) u32() uint32 {
	if r.pos < r.end {
		if b := r.data[r.pos]; b < 0x80 {
			r.pos++
			return uint32(b)
		}
	}
	return r.longU32()
}

func (r *reader) longU32() uint32 {
	v, n, err := leb128.Uint32(r.data[r.pos:r.end])
	return take(r, v, n, err)
}

func (r *reader) s32() int32 {
	v, n, err := leb128.Int32(r.data[r.pos:r.end])
	return take(r, v, n, err)
}

func (r *reader) s33() int64 {
	v, n, err := leb128.Int33(r.data[r.pos:r.end])
	return take(r, v, n, err)
}

func (r *reader) s64() int64 {
	v, n, err := leb128.Int64(r.data[r.pos:r.end])
	return take(r, v, n, err)
}

func take[T uint32 | uint64 | int32 | int64](r *reader, value T, size int, err error) T {
	if err != nil {
		r.fail("%s", err)
		return 0
	}
	r.pos += size
	return value
}

// skip passes over size bytes.
func (r *reader) skip(size uint32) {
	if uint64(size) > uint64(r.left()) {
		r.fail("%d bytes are needed and %d are left", size, r.left())
		return
	}
	r.pos += int(size)
}

// count reads how many items follow, each of at least size bytes.
func (r *reader) count(size int) int {
	at := r.pos
	n := r.u32()
	if uint64(n)*uint64(size) > uint64(r.left()) {
		r.failAt(at, "count %d cannot fit into the %d bytes that are left", n, r.left())
		return 0
	}
	return int(n)
}

// each calls read for every item of a vector, each of at least size bytes. The
// items go by that name in errors.
func (r *reader) each(item string, size int, read func()) {
	r.items(item, r.count(size), read)
}

// items calls read for each of n items until there is an error.
func (r *reader) items(item string, n int, read func()) {
	r.item = item
	for r.index = 0; r.index < n && r.err == nil; r.index++ {
		read()
	}
	r.item = ""
}

// name reads a name and returns its bytes in place.
func (r *reader) name() []byte {
	at := r.pos
	size := r.u32()
	if uint64(size) > uint64(r.left()) {
		r.failAt(at, "name of %d bytes goes beyond the %d that are left", size, r.left())
		return nil
	}
	name := r.data[r.pos : r.pos+int(size)]
	if !utf8.Valid(name) {
		r.failAt(at, "name is not UTF-8")
		return nil
	}
	r.pos += int(size)
	return name
}

// since returns the range from offset to here.
func (r *reader) since(offset int) Range {
	return Range{uint32(offset), uint32(r.pos - offset)}
}
