package adapter

import (
	"context"
	"testing"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A looker looks at bytes with a routine.
type looker struct {
	memory engine.Memory
	call   engine.Func
	stack  [2]uint64
}

func newLooker(t testing.TB, kind routineKind) *looker {
	t.Helper()
	e, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	var b corewasm.Builder
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(1, 1)))
	guest := instantiate(t, e, b.Bytes(), engine.Limits{}, nil)
	access := instantiate(t, e, AccessTo("memory", kind.name()), engine.Limits{Trusted: true}, []engine.Extern{{Instance: guest, Name: "memory"}})
	return &looker{memory: guest.Memory("memory"), call: access.Func(kind.name())}
}

// looks returns what the routine says of bytes that are at ptr.
func (l *looker) looks(t testing.TB, ptr uint32, bytes []byte) bool {
	t.Helper()
	copy(l.memory.Bytes()[ptr:], bytes)
	return l.at(t, ptr, uint32(len(bytes)))
}

func (l *looker) at(t testing.TB, ptr, size uint32) bool {
	t.Helper()
	l.stack = [2]uint64{uint64(ptr), uint64(size)}
	if err := l.call.Call(context.Background(), l.stack[:]); err != nil {
		t.Fatal(err)
	}
	return uint32(l.stack[0]) != 0
}

// TestText holds what is UTF-8 to Go's own: sequences of each lead byte, with those
// bytes after it where something begins or ends, everywhere in and between vectors,
// also where the text ends within the sequence.
func TestText(t *testing.T) {
	l := newLooker(t, isText)
	edges := []byte{0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff}
	all := make([]byte, 0, 256)
	for b := range 256 {
		all = append(all, byte(b))
	}
	buffer := make([]byte, 64)
	number := 0
	look := func(at, used, size int) {
		number++
		text := buffer[:size]
		if got, want := l.looks(t, 1000+uint32(number%7), text), utf8.Valid(text); got != want {
			t.Fatalf("%x, %d of %d at %d: %t, want %t", text, used, size, at, got, want)
		}
	}
	for _, at := range []int{0, 13, 14, 15, 20} {
		for i := range buffer {
			buffer[i] = 'a'
		}
		for lead := 0x80; lead < 0x100; lead++ {
			seconds := all
			if at != 14 {
				seconds = edges
			}
			for _, second := range seconds {
				for _, third := range edges {
					for n, fourth := range edges {
						copy(buffer[at:], []byte{byte(lead), second, third, fourth})
						look(at, 4, at+4+7*(n%3))
						if n == 0 {
							look(at, 1, at+1)
							look(at, 2, at+2)
							look(at, 3, at+3)
						}
					}
				}
			}
		}
	}
}

// TestTextSizes looks at text of every size up to some vectors, of characters of
// each length, and with one byte changed everywhere.
func TestTextSizes(t *testing.T) {
	l := newLooker(t, isText)
	for _, of := range []string{"a", "é", "€", "𝄞", "aé€𝄞"} {
		var text []byte
		for len(text) < 80 {
			text = append(text, of...)
		}
		for size := range text {
			for at := range size {
				for _, changed := range []byte{text[at], 'a', 0x80, 0xe1} {
					bytes := append([]byte(nil), text[:size]...)
					bytes[at] = changed
					if got, want := l.looks(t, 500, bytes), utf8.Valid(bytes); got != want {
						t.Fatalf("%x: %t, want %t", bytes, got, want)
					}
				}
			}
		}
	}
}

// TestOutside: what is not in memory is nothing, and nothing around text is looked
// at.
func TestOutside(t *testing.T) {
	for _, kind := range []routineKind{isText, areChars} {
		l := newLooker(t, kind)
		memory := l.memory.Bytes()
		for i := range memory {
			memory[i] = 0xff
		}
		for _, at := range []int{0, 65536 - 64} {
			clear(memory[at : at+64])
			copy(memory[at:], "\xc3\xa9\x00\x00")
		}
		for _, test := range []struct {
			ptr, size uint32
			want      bool
		}{
			{0, 0, true},
			{0, 64, true},
			{0, 20, true},
			{65536 - 64, 64, true},
			{65536, 0, true},
			{65536, 4, false},
			{65536 - 60, 64, false},
			{65537, 0, false},
			{0, 65536, false},
			{0, 0xfffffffc, false},
			{0xfffffffc, 4, false},
			{0xfffffff0, 0x20, false},
		} {
			if got := l.at(t, test.ptr, test.size); got != test.want {
				t.Errorf("%s: %d bytes at %d: %t", kind.name(), test.size, test.ptr, got)
			}
		}
	}
}

// TestChars holds each of some Unicode scalar values and what is none to Go's own,
// among others.
func TestChars(t *testing.T) {
	l := newLooker(t, areChars)
	for _, c := range []uint32{
		0, 'a', 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff, 0x110000, 0x7fffffff, 0x80000000,
		0x8000d800, 0xffffffff, 0xfffff7ff, 0xffff2800,
	} {
		for count := 1; count < 14; count++ {
			for at := range count {
				bytes := make([]byte, 4*count)
				for i := range bytes {
					bytes[i] = []byte{'a', 0, 0, 0}[i%4]
				}
				copy(bytes[4*at:], []byte{byte(c), byte(c >> 8), byte(c >> 16), byte(c >> 24)})
				want := c <= utf8.MaxRune && utf8.ValidRune(rune(c))
				if got := l.looks(t, 800, bytes); got != want {
					t.Fatalf("%#x at %d of %d: %t, want %t", c, at, count, got, want)
				}
			}
		}
	}
}

// FuzzText holds what is UTF-8 to Go's own.
func FuzzText(f *testing.F) {
	for _, text := range []string{"", "text", "höher", "naïve café, twice", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80 and more text", "ᚠᛇᚻ᛫ᛒᛦᚦ᛫ᚠᚱᚩᚠᚢᚱ"} {
		f.Add([]byte(text), uint16(0))
	}
	l := newLooker(f, isText)
	f.Fuzz(func(t *testing.T, text []byte, ptr uint16) {
		if int(ptr)+len(text) > 65536 {
			return
		}
		if got, want := l.looks(t, uint32(ptr), text), utf8.Valid(text); got != want {
			t.Errorf("%x at %d: %t, want %t", text, ptr, got, want)
		}
	})
}
