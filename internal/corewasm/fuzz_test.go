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
