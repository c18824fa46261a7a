package corewasm

import "testing"

// FuzzParse wants no panic, no wild range and, because the fuzzer is killed
// otherwise, no wild allocation.
func FuzzParse(f *testing.F) {
	f.Add(everything())
	f.Add(module(SectionType, "\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, binary []byte) {
		m, err := Parse(binary)
		if err != nil {
			return
		}
		for _, segments := range [][]Segment{m.Elements, m.Data} {
			for _, s := range segments {
				m.Bytes(s.At)
				m.Bytes(s.Items)
			}
		}
		for _, e := range m.Exports {
			m.Desc(e.Kind, e.Index)
			m.FuncType(e.Index)
		}
		m.FunctionNames()
		m.ModuleName()
		if bodies, err := m.Bodies(); err == nil && len(bodies) != len(m.Functions) {
			t.Errorf("%d bodies of %d functions", len(bodies), len(m.Functions))
		}
	})
}

// FuzzRewrite wants no panic, no output beyond a small multiple of the input,
// a rewritten module that parses, and offsets that never go backwards.
func FuzzRewrite(f *testing.F) {
	f.Add(everything())
	var b Builder
	b.Global(I32, true, Code{}.I32Const(0))
	b.Func(nil, nil, nil, Code{}.Loop().Loop().GlobalGet(0).BrIf(0).End().End().Call(0))
	b.Func(nil, nil, []ValueType{I64}, Code{}.Op(0xfd, 0x0c).Op(make([]byte, 16)...).Op(0x1a).RefFunc(1).Op(0x1a))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, binary []byte) {
		module, err := Parse(binary)
		if err != nil {
			return
		}
		rewritten, err := Rewrite(module, Options{TickModule: "t", TickName: "t", Slice: -1, CounterName: "c", Trace: true})
		if err != nil {
			return
		}
		if n := len(rewritten.Binary); n > 1000+40*len(binary) {
			t.Errorf("%d bytes from %d", n, len(binary))
		}
		again, err := Parse(rewritten.Binary)
		if err != nil {
			t.Fatal(err)
		}
		checkOffsets(t, module, again, rewritten.Offsets)
	})
}

// checkOffsets wants each body to lead to its original, and offsets to ascend.
func checkOffsets(t *testing.T, original, rewritten *Module, offsets *OffsetMap) {
	before, _ := original.Section(SectionCode)
	after, _ := rewritten.Section(SectionCode)
	from, _ := original.Bodies()
	to, _ := rewritten.Bodies()
	if len(from) > len(to) {
		t.Fatalf("%d bodies from %d", len(to), len(from))
	}
	for i := range from {
		got := offsets.Original(uint64(to[i].Offset - after.Content.Offset))
		if want := uint64(from[i].Offset - before.Content.Offset); got != want {
			t.Errorf("body %d leads to %#x, want %#x", i, got, want)
		}
	}
	last := uint64(0)
	for at := range min(after.Content.Size, 10_000) {
		now := offsets.Original(uint64(at))
		if now < last || now > uint64(before.Content.Size) {
			t.Fatalf("%#x leads to %#x, the one before to %#x", at, now, last)
		}
		last = now
	}
}
