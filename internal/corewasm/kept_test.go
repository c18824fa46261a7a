package corewasm_test

import (
	"bytes"
	"testing"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// keepable is a rewritten module with many countdowns, so that its offsets have
// marks, and something thrown.
func keepable(t testing.TB) *Rewritten {
	var b Builder
	tag := b.Tag(nil)
	code := Code{}
	for range 300 {
		code = code.Loop().End()
	}
	b.Func(nil, nil, nil, code.Op(0x08).U32(tag))
	b.Func(nil, nil, nil, Code{}.Call(0))
	return rewrite(t, b.Bytes(), Options{Slice: 9, CounterName: "c", Waits: true, Trace: true})
}

func TestKept(t *testing.T) {
	for name, r := range map[string]*Rewritten{
		"code":    keepable(t),
		"no code": rewrite(t, []byte("\x00asm\x01\x00\x00\x00"), Options{Unmetered: true}),
	} {
		kept := r.Append([]byte("before"))[len("before"):]
		again, err := ReadRewritten(kept)
		if err != nil {
			t.Fatal(name, err)
		}
		if !bytes.Equal(again.Binary, r.Binary) || again.Functions != r.Functions || again.Throws != r.Throws || again.Unneeded != r.Unneeded {
			t.Errorf("%s: %+v from %+v", name, again, r)
		}
		for at := range uint64(len(r.Binary) + 100) {
			if got, want := again.Offsets.Original(at), r.Offsets.Original(at); got != want {
				t.Fatalf("%s: %#x leads to %#x, want %#x", name, at, got, want)
			}
		}
		if got := again.Append(nil); !bytes.Equal(got, kept) {
			t.Errorf("%s: %d bytes are kept of what was read from %d", name, len(got), len(kept))
		}
	}
}

// TestKeptPrefixes: what is left of kept bytes is read, if it is, as a shorter
// binary.
func TestKeptPrefixes(t *testing.T) {
	r := keepable(t)
	kept := r.Append(nil)
	tables := len(kept) - len(r.Binary)
	for n := range kept {
		switch again, err := ReadRewritten(kept[:n]); {
		case n < tables && err == nil:
			t.Errorf("prefix %d was read", n)
		case n >= tables && (err != nil || len(again.Binary) != n-tables):
			t.Errorf("prefix %d: %v", n, err)
		}
	}
}

func TestKeptNil(t *testing.T) {
	var none *OffsetMap
	m, rest, err := ReadOffsetMap(append(none.Append(nil), "rest"...))
	if err != nil || string(rest) != "rest" || m.Original(7) != 7 {
		t.Errorf("%v, rest %q", err, rest)
	}
}

// FuzzReadRewritten reads anything. What it accepts it can use.
func FuzzReadRewritten(f *testing.F) {
	kept := keepable(f).Append(nil)
	f.Add(kept)
	f.Add(kept[:len(kept)/2])
	f.Add([]byte("\x01\x02\x03\x00\x00\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadRewritten(data)
		if err != nil {
			return
		}
		for _, at := range []uint64{0, 1, 64, 1 << 20, 1<<31 - 1, 1 << 40} {
			_ = r.Offsets.Original(at)
		}
		_, _ = r.Functions.Original(uint32(len(data)))
		again, err := ReadRewritten(r.Append(nil))
		if err != nil || !bytes.Equal(again.Binary, r.Binary) {
			t.Errorf("what was read cannot be kept: %v", err)
		}
	})
}
