package corewasm

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// everything is a module with something in every section.
func everything() []byte {
	var b Builder
	void := b.Type(nil, nil)
	b.ImportFunc("env", "log", []ValueType{I32, I64}, nil)
	b.Import("env", "table", Desc{Kind: KindTable, Value: ExternRef, Limits: Limit(1, 2)})
	b.Import("", "", Desc{Kind: KindGlobal, Value: F64, Mutable: true})
	b.Import("env", "thrown", Desc{Kind: KindTag, Type: void})
	b.Table(FuncRef, Limit(10))
	b.Memory(Limits{Min: 1, Max: 3, HasMax: true, Shared: true})
	b.Tag([]ValueType{I32})
	b.Global(I64, false, Code{}.I64Const(-7))
	f := b.Func([]ValueType{I32}, []ValueType{I32}, []ValueType{V128, FuncRef}, Code{}.LocalGet(0))
	g := b.Func(nil, nil, nil, Code{}.I32Const(1).Call(f).Op(0x1a))
	b.Export("f", KindFunc, f)
	b.Export("memory", KindMemory, 0)
	b.Start(g)
	b.Elements(2, f, g, f)
	b.ElementSegment([]byte{5, byte(FuncRef), 2, opRefFunc, 1, opEnd, opRefNull, byte(FuncRef), opEnd})
	b.Data(16, []byte("hello"))
	b.PassiveData([]byte("later"))
	b.Custom("name", []byte{0, 2, 1, 'm', 1, 9, 2, 0, 3, 'l', 'o', 'g', 1, 1, 'f'})
	b.Custom("producers", []byte("x"))
	b.Custom("producers", []byte("y"))
	return b.Bytes()
}

func TestParse(t *testing.T) {
	m, err := Parse(everything())
	if err != nil {
		t.Fatal(err)
	}
	want := &Module{
		Types: []FuncType{{}, {Params: []ValueType{I32, I64}}, {Params: []ValueType{I32}},
			{Params: []ValueType{I32}, Results: []ValueType{I32}}},
		Imports: []Import{
			{"env", "log", Desc{Kind: KindFunc, Type: 1}},
			{"env", "table", Desc{Kind: KindTable, Value: ExternRef, Limits: Limit(1, 2)}},
			{"", "", Desc{Kind: KindGlobal, Value: F64, Mutable: true}},
			{"env", "thrown", Desc{Kind: KindTag}},
		},
		Functions: []uint32{3, 0},
		Tables:    []Definition{{Desc: Desc{Kind: KindTable, Value: FuncRef, Limits: Limit(10)}}},
		Memories:  []Desc{{Kind: KindMemory, Limits: Limits{Min: 1, Max: 3, HasMax: true, Shared: true}}},
		Tags:      []Desc{{Kind: KindTag, Type: 2}},
		Globals:   []Definition{{Desc: Desc{Kind: KindGlobal, Value: I64}}},
		Exports:   []Export{{"f", KindFunc, 1}, {"memory", KindMemory, 0}},
		Elements: []Segment{{Type: FuncRef, Count: 3},
			{Mode: Passive, Exprs: true, Type: FuncRef, Count: 2}},
		Data:     []Segment{{Count: 5}, {Mode: Passive, Count: 5}},
		Customs:  []Custom{{Name: "name"}, {Name: "producers"}, {Name: "producers"}},
		Start:    2,
		HasStart: true,
	}
	ignored := cmp.Options{
		cmpopts.IgnoreUnexported(Module{}), cmpopts.IgnoreFields(Module{}, "Sections"),
		cmpopts.IgnoreTypes(Range{}),
	}
	if diff := cmp.Diff(want, m, ignored); diff != "" {
		t.Error(diff)
	}
	parts := map[string]string{
		"\x42\x79\x0b":          string(m.Bytes(m.Globals[0].Init)),
		"hello":                 string(m.Bytes(m.Data[0].Items)),
		"\x41\x10\x0b":          string(m.Bytes(m.Data[0].At)),
		"\x01\x02\x01":          string(m.Bytes(m.Elements[0].Items)),
		"\xd2\x01\x0b\xd0p\x0b": string(m.Bytes(m.Elements[1].Items)),
	}
	for want, got := range parts {
		if got != want {
			t.Errorf("part is %q, want %q", got, want)
		}
	}
	if got := m.Custom("producers"); len(got) != 2 || string(got[0]) != "x" || string(got[1]) != "y" {
		t.Errorf("producers: %q", got)
	}
	if diff := cmp.Diff(map[uint32]string{0: "log", 1: "f"}, m.FunctionNames()); diff != "" {
		t.Error(diff)
	}
	if got := m.ModuleName(); got != "m" {
		t.Errorf("module name %q", got)
	}
	bodies, err := m.Bodies()
	if err != nil || len(bodies) != 2 || string(m.Bytes(bodies[0])) != "\x02\x01\x7b\x01\x70\x20\x00\x0b" {
		t.Errorf("bodies %v, %v", bodies, err)
	}
}

func TestDesc(t *testing.T) {
	m, err := Parse(everything())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		kind  Kind
		index uint32
		want  Desc
		ok    bool
	}{
		{KindFunc, 0, Desc{Type: 1}, true},
		{KindFunc, 1, Desc{Type: 3}, true},
		{KindFunc, 3, Desc{}, false},
		{KindFunc, 1<<32 - 1, Desc{}, false},
		{KindTable, 1, Desc{Kind: KindTable, Value: FuncRef, Limits: Limit(10)}, true},
		{KindGlobal, 1, Desc{Kind: KindGlobal, Value: I64}, true},
		{KindMemory, 1, Desc{}, false},
		{KindTag, 1, Desc{Kind: KindTag, Type: 2}, true},
		{kinds, 0, Desc{}, false},
	}
	for _, test := range tests {
		got, ok := m.Desc(test.kind, test.index)
		if got != test.want || ok != test.ok {
			t.Errorf("%v %d: %+v, %v", test.kind, test.index, got, ok)
		}
	}
	if got, ok := m.FuncType(0); !ok || len(got.Params) != 2 {
		t.Errorf("function 0: %v, %v", got, ok)
	}
}

// module returns a module of sections given as ID and content.
func module(sections ...any) []byte {
	binary := []byte(header)
	for i := 0; i < len(sections); i += 2 {
		binary = appendSection(binary, sections[i].(SectionID), []byte(sections[i+1].(string)))
	}
	return binary
}

func TestParseErrors(t *testing.T) {
	const huge = "\xff\xff\xff\xff\x0f"
	tests := []struct {
		binary []byte
		want   string
	}{
		{nil, "it is empty at offset 0x0"},
		{[]byte("\x00as"), "it is cut off within the first 8 bytes at offset 0x0"},
		{[]byte(header[:5]), "it is cut off within the first 8 bytes at offset 0x0"},
		{[]byte("\x7fELF\x02\x01\x01\x00\x00"), "it is not a WebAssembly binary: the magic number is missing at offset 0x0"},
		{[]byte("\n (module)"), "it is the text format (WAT): translate it to a binary first at offset 0x0"},
		{[]byte("{\"a\": 1}"), "it looks like text, not like a WebAssembly binary at offset 0x0"},
		{[]byte("\x00asm\x0d\x00\x01\x00"), "it is a component, not a core module at offset 0x0"},
		{[]byte("\x00asm\x02\x00\x00\x00"), "it has version 0x2, not 1 at offset 0x0"},
		{[]byte(header + "\x0e\x00"), "unknown section 0xe at offset 0x8"},
		{[]byte(header + "\x01\x02\x00"), "section type: size 2 goes beyond the end at offset 0x9"},
		{[]byte(header + "\x01\x80"), "section type: integer is cut off at offset 0x9"},
		{module(SectionImport, "\x00", SectionType, "\x00"), "section type: it is out of order or there twice at offset 0xb"},
		{module(SectionType, "\x00", SectionType, "\x00"), "section type: it is out of order or there twice at offset 0xb"},
		{module(SectionGlobal, "\x00", SectionTag, "\x00"), "section tag: it is out of order or there twice at offset 0xb"},
		{module(SectionType, "\x00\x00"), "section type: 1 bytes are left over at offset 0xb"},
		{module(SectionType, huge), "section type: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa"},
		{module(SectionType, "\x01\x60"+huge), "section type: type[0]: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xc"},
		{module(SectionType, "\x01\x5f\x00"), "section type: type[0]: feature GC types is not supported at offset 0xb"},
		{module(SectionType, "\x01\x60\x01\x44\x00"), "section type: type[0]: 0x44 is no value type at offset 0xd"},
		{module(SectionImport, "\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\xff\xff\x00\x00\x00"), "section import: import[3]: name is not UTF-8 at offset 0x18"},
		{module(SectionImport, "\x01\x00\x00\x09\x00"), "section import: import[0]: 0x9 is no kind of import at offset 0xd"},
		{module(SectionMemory, "\x01\x04\x01"), "section memory: memory[0]: feature memory64 is not supported at offset 0xb"},
		{module(SectionMemory, "\x01\x00\x81\x80\x04"), "section memory: memory[0]: memory of more than 65536 pages at offset 0xb"},
		{module(SectionMemory, "\x01\x01\x02\x01"), "section memory: memory[0]: maximum 1 is below the minimum 2 at offset 0xd"},
		{module(SectionGlobal, "\x01\x7f\x00\x10\x0b"), "section global: global[0]: instruction 0x10 is not constant at offset 0xd"},
		{module(SectionGlobal, "\x01\x7f\x00\x41\x80"), "section global: global[0]: integer is cut off at offset 0xe"},
		{module(SectionExport, "\x01\x00\x05\x00"), "section export: export[0]: 0x5 is no kind of export at offset 0xc"},
		{module(SectionElement, "\x01\x08\x00"), "section element: element[0]: 0x8 are no flags of an element segment at offset 0xb"},
		{module(SectionData, "\x01\x01\x05\x00"), "section data: data[0]: 5 bytes are needed and 1 are left at offset 0xd"},
		{module(SectionFunction, "\x01\x00"), "1 functions and 0 bodies at offset 0xc"},
	}
	for _, test := range tests {
		_, err := Parse(test.binary)
		var parse *Error
		if !errors.As(err, &parse) || err.Error() != test.want {
			t.Errorf("%q:\n got %v\nwant %s", test.binary, err, test.want)
		}
		if parse != nil && (parse.Feature != "") != strings.Contains(test.want, "feature") {
			t.Errorf("%q: feature %q", test.binary, parse.Feature)
		}
	}
}

func TestParseEveryPrefix(t *testing.T) {
	whole := everything()
	complete := 0
	for n := range whole {
		m, err := Parse(whole[:n])
		if err == nil {
			complete++
			m.FunctionNames()
			continue
		}
		var parse *Error
		if !errors.As(err, &parse) || parse.Offset > n {
			t.Errorf("prefix %d: %v", n, err)
		}
	}
	// A prefix is a module only where it ends between sections, and where the
	// functions either all have bodies or are not there yet.
	if complete == 0 || complete > 9 {
		t.Errorf("%d prefixes are modules", complete)
	}
}

func TestNamesAreTolerated(t *testing.T) {
	tests := []struct {
		section string
		want    map[uint32]string
	}{
		{"", map[uint32]string{}},
		{"\x01\x80", map[uint32]string{}},
		{"\x01\xff\xff\xff\xff\x0f", map[uint32]string{}},
		{"\x01\x04\x01\x00\x01f", map[uint32]string{0: "f"}},
		{"\x01\x63\x02\x00\x01f\x01\x01g", map[uint32]string{0: "f"}},
		{"\x01\x07\x03\x00\x01f\x01\x09g", map[uint32]string{0: "f"}},
		{"\x01\x06\x03\x00\x01f\x01\x01", map[uint32]string{}},
		{"\x01\x08\x02\x00\x01f\x01\x09gg", map[uint32]string{0: "f"}},
		{"\x02\x01\x00\x01\x04\x01\x00\x01f", map[uint32]string{0: "f"}},
	}
	for _, test := range tests {
		var b Builder
		b.Func(nil, nil, nil, nil)
		b.Custom("name", []byte(test.section))
		m, err := Parse(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, m.FunctionNames()); diff != "" {
			t.Errorf("%q: %s", test.section, diff)
		}
	}
}
