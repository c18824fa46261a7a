package componentbinary

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// section returns a section with that content.
func section(id SectionID, content string) string {
	return string(leb128.AppendUint32([]byte{byte(id)}, uint32(len(content)))) + content
}

// vector returns a section with those items.
func vector(id SectionID, items ...string) string {
	return section(id, string(leb128.AppendUint32(nil, uint32(len(items))))+strings.Join(items, ""))
}

func component(sections ...string) string {
	return componentHeader + strings.Join(sections, "")
}

// everything is a component with each form of each definition, and most of the
// things it refers to are not there.
func everything() []byte {
	return []byte(component(
		section(SectionCustom, "\x04notehello"),
		section(SectionCoreModule, moduleHeader),
		vector(SectionCoreType, "\x60\x01\x7f\x00", "\x4e\x02\x60\x00\x00\x60\x00\x01\x7e",
			"\x50\x04\x01\x60\x00\x00\x02\x10\x01\x01\x02\x00\x01m\x01f\x00\x03\x03\x01g\x03\x7f\x01"),
		vector(SectionCoreInstance, "\x00\x07\x01\x01a\x12\x03", "\x01\x02\x01f\x00\x01\x01t\x04\x02"),
		section(SectionComponent, component(section(SectionComponent, component(section(SectionStart, "\x01\x02\x03\x04\x05"))))),
		vector(SectionType, "\x7f", "\x64", "\x72\x01\x01f\x73", "\x71\x02\x01a\x00\x00\x01b\x01\x05\x00", "\x70\x79",
			"\x67\x7d\x04", "\x6f\x02\x7c\x7b", "\x6e\x01\x01f", "\x6d\x02\x01a\x01b", "\x6b\x7a",
			"\x6a\x00\x01\x78", "\x69\x03", "\x68\x04", "\x66\x00", "\x65\x01\x77", "\x63\x73\x76",
			"\x40\x01\x01p\x75\x00\x74", "\x43\x00\x01\x00", "\x3f\x7f\x00", "\x3f\x7e\x01\x09",
			"\x42\x03\x00\x60\x00\x00\x01\x6b\x73\x04\x00\x01e\x03\x01",
			"\x41\x03\x02\x03\x02\x01\x05\x03\x00\x01i\x01\x02\x01\x42\x00"),
		vector(SectionAlias, "\x01\x00\x03\x01x", "\x00\x02\x01\x04\x01y", "\x00\x11\x02\x01\x06"),
		vector(SectionInstance, "\x00\x02\x01\x01a\x05\x01", "\x01\x01\x00\x01e\x00\x11\x02"),
		vector(SectionCanon, "\x00\x00\x01\x03\x00\x03\x02\x04\x05\x06", "\x01\x00\x07\x00", "\x09\x00\x73\x00",
			"\x0a\x7f\x01", "\x20\x01\x02", "\x27\x01\x02", "\x41\x01\x02\x03", "\x11\x02\x01"),
		vector(SectionImport, "\x00\x01a\x00\x11\x01", "\x01\x01b\x02\x01\x79", "\x02\x01c\x02\x00\x01i\x02\x01e\x05\x02",
			"\x00\x01d\x03\x01", "\x00\x01e\x03\x00\x04"),
		vector(SectionExport, "\x00\x01a\x01\x02\x00", "\x00\x01b\x03\x01\x01\x03\x00\x02"),
		vector(SectionValue, "\x7f\x01\x01"),
		vector(SectionImport),
	))
}

// TestNamesAreCopied reads names of many sizes, also larger than what is copied
// at once, and with what is no name between them.
func TestNamesAreCopied(t *testing.T) {
	var sections, want []string
	for size := 0; size < 3*textSize; size += 1 + size/3 {
		name := strings.Repeat(string(rune('a'+size%26)), size)
		item := "\x00" + string(leb128.AppendUint32(nil, uint32(size))) + name + "\x01\x00"
		sections = append(sections, vector(SectionImport, item, item), section(SectionCoreModule, moduleHeader+name),
			section(SectionCustom, "\x01x"+name))
		want = append(want, name, name)
	}
	c, err := Parse([]byte(component(sections...)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range c.Imports {
		got = append(got, i.Name.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParse(t *testing.T) {
	got, err := Parse(everything())
	if err != nil {
		t.Fatal(err)
	}
	i32, i64 := corewasm.I32, corewasm.I64
	want := &Component{
		Customs: []Custom{{Name: "note"}},
		Modules: []Range{{}},
		CoreTypes: []CoreTypeDef{
			{Type: CoreFuncs{{Params: []corewasm.ValueType{i32}}}},
			{Type: CoreFuncs{{}, {Results: []corewasm.ValueType{i64}}}},
			{Type: &ModuleType{[]ModuleDecl{
				{Def: CoreFuncs{{}}},
				{Def: CoreAlias{Count: 1, Index: 2}},
				{Def: corewasm.Import{Module: "m", Name: "f", Desc: corewasm.Desc{Type: 3}}},
				{Def: CoreExportDecl{"g", corewasm.Desc{Kind: corewasm.KindGlobal, Value: i32, Mutable: true}}},
			}}},
		},
		CoreInstances: []CoreInstance{
			{Module: 7, Args: []CoreArg{{Name: "a", Instance: 3}}},
			{Inline: true, Exports: []CoreInline{
				{Name: "f", Item: SortIndex{CoreSortFunc, 1}}, {Name: "t", Item: SortIndex{CoreSortTag, 2}},
			}},
		},
		Components: []*Component{{Components: []*Component{{Starts: []Start{{Func: 1, Args: []uint32{3, 4}, Results: 5}}}}}},
		Types: []TypeDef{
			{Type: Primitive{Bool}}, {Type: Primitive{ErrorContext}},
			{Type: &Record{[]Labelled{{Label: "f", Type: String}}}},
			{Type: &Variant{[]Labelled{{Label: "a", Type: None}, {Label: "b", Type: 5}}}},
			{Type: &List{U32}}, {Type: &FixedList{U8, 4}}, {Type: &Tuple{[]ValueType{S16, U16}}},
			{Type: &Flags{[]string{"f"}}}, {Type: &Enum{[]string{"a", "b"}}}, {Type: &Option{S32}},
			{Type: &Result{None, S64}}, {Type: Own{3}}, {Type: Borrow{4}}, {Type: &Stream{None}},
			{Type: &Future{U64}}, {Type: &Map{String, F32}},
			{Type: &Func{Params: []Labelled{{Label: "p", Type: F64}}, Result: Char}},
			{Type: &Func{Async: true, Result: None}},
			{Type: &Resource{Rep: i32}}, {Type: &Resource{Rep: i64, Dtor: 9, HasDtor: true}},
			{Type: &InstanceType{[]Decl{
				{Def: CoreFuncs{{}}}, {Def: &Option{String}},
				{Def: ExportDecl{ExternName{Name: "e"}, ExternType{Sort: SortType, Bound: BoundOther}}},
			}}},
			{Type: &ComponentType{[]Decl{
				{Def: Alias{Target: AliasOuter, Sort: SortType, Count: 1, Index: 5}},
				{Def: Import{Name: ExternName{Name: "i"}, Type: ExternType{Sort: SortFunc, Index: 2}}},
				{Def: &InstanceType{}},
			}}},
		},
		Aliases: []Alias{
			{Target: AliasExport, Sort: SortFunc, Instance: 3, Name: "x"},
			{Target: AliasCoreExport, Sort: CoreSortMemory, Instance: 4, Name: "y"},
			{Target: AliasOuter, Sort: CoreSortModule, Count: 1, Index: 6},
		},
		Instances: []Instance{
			{Component: 2, Args: []Arg{{Name: "a", Item: SortIndex{SortInstance, 1}}}},
			{Inline: true, Exports: []Inline{{Name: ExternName{Name: "e"}, Item: SortIndex{CoreSortModule, 2}}}},
		},
		Canons: []Canon{
			{Op: Lift, Index: 1, Type: 6, Result: None, Options: []CanonOption{
				{Kind: OptionUTF8}, {Kind: OptionMemory, Index: 2}, {Kind: OptionRealloc, Index: 5},
			}},
			{Op: Lower, Index: 7, Result: None}, {Op: TaskReturn, Result: String},
			{Op: ContextGet, Core: i32, Slot: 1, Result: None}, {Op: WaitableSetWait, Flag: true, Index: 2, Result: None},
			{Op: ThreadNewIndirect, Index: 1, Slot: 2, Result: None},
			{Op: ThreadSpawnIndirect, Flag: true, Index: 2, Slot: 3, Result: None},
			{Op: StreamCancelRead, Flag: true, Index: 2, Result: None},
		},
		Imports: []Import{
			{Name: ExternName{Name: "a"}, Type: ExternType{Sort: CoreSortModule, Index: 1}},
			{Name: ExternName{Name: "b"}, Type: ExternType{Sort: SortValue, Bound: BoundOther, Value: U32}},
			{Name: ExternName{Name: "c", Attributes: &Attributes{Implements: "i", ExternalID: "e", Has: 5}}, Type: ExternType{Sort: SortInstance, Index: 2}},
			{Name: ExternName{Name: "d"}, Type: ExternType{Sort: SortType, Bound: BoundOther}},
			{Name: ExternName{Name: "e"}, Type: ExternType{Sort: SortType, Index: 4}},
		},
		Exports: []Export{
			{Name: ExternName{Name: "a"}, Item: SortIndex{SortFunc, 2}},
			{Name: ExternName{Name: "b"}, Item: SortIndex{SortType, 1}, Ascribed: true, Type: ExternType{Sort: SortType, Index: 2}},
		},
		Values: []Value{{Type: Bool}},
	}
	ignored := cmp.Options{
		cmpopts.IgnoreUnexported(Component{}), cmpopts.IgnoreFields(Component{}, "Sections"),
		cmpopts.IgnoreTypes(Range{}), cmpopts.IgnoreFields(Resource{}, "RepAt"), cmpopts.EquateEmpty(),
		cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Offset" }, cmp.Ignore()),
	}
	if diff := cmp.Diff(want, got, ignored); diff != "" {
		t.Error(diff)
	}
}

func TestRangesAndSections(t *testing.T) {
	binary := everything()
	c, err := Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(c.Bytes(c.Customs[0].Content)); got != "hello" {
		t.Errorf("custom section has %q", got)
	}
	if got := string(c.Bytes(c.Modules[0])); got != moduleHeader {
		t.Errorf("module is %q", got)
	}
	if got := string(c.Bytes(c.Values[0].Content)); got != "\x01" {
		t.Errorf("value is %q", got)
	}
	inner := c.Components[0].Components[0]
	if got := string(inner.Bytes(inner.Range)); got != component(section(SectionStart, "\x01\x02\x03\x04\x05")) {
		t.Errorf("the innermost component is %q", got)
	}
	for i, want := range map[int]Section{
		0:  {ID: SectionCustom, Count: 1},
		8:  {ID: SectionCanon, Count: 8},
		12: {ID: SectionImport, First: 5},
	} {
		got := c.Sections[i]
		if got.ID != want.ID || got.First != want.First || got.Count != want.Count || SectionID(binary[got.Header]) != want.ID {
			t.Errorf("section %d: %+v", i, got)
		}
	}
	first := c.Types[2]
	if binary[first.Offset] != 0x72 {
		t.Errorf("type 2 is said to stand at %#x", first.Offset)
	}
}

func TestParseErrors(t *testing.T) {
	const huge = "\xff\xff\xff\xff\x0f"
	deep := strings.Repeat("\x42\x01\x01", 101) + "\x42\x00"
	tests := []struct {
		binary, want string
	}{
		{"", "unexpected end-of-file: it is cut off within the first 8 bytes at offset 0x0"},
		{"\x7fELF", "magic header not detected: it is not a WebAssembly binary at offset 0x0"},
		{moduleHeader, "expected a version header for a component: it is a core module at offset 0x4"},
		{"\x00asm\x0e\x00\x01\x00", "unknown binary version 0xe of components at offset 0x4"},
		{"\x00asm\x0d\x00\x02\x00", "unknown binary version and layer: 0d 00 02 00 at offset 0x4"},
		{component("\x0d\x00"), "malformed section id: 0xd at offset 0x8"},
		{component("\x07\x02\x00"), "section type: unexpected end-of-file: section of 2 bytes, and 1 are left at offset 0x9"},
		{component(section(SectionType, "\x00\x00")), "section type: unexpected data at the end of the section: 1 bytes at offset 0xb"},
		{component(section(SectionType, huge)), "section type: unexpected end-of-file: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa"},
		{component(vector(SectionType, "\x72"+huge)), "section type: type[0]: unexpected end-of-file: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xc"},
		{component(vector(SectionType, "\x7f", "\x71\x01\x01a\x00\x01")), "section type: type[1]: case[0]: invalid leading byte (0x1) for zero byte required at offset 0x11"},
		{component(vector(SectionType, "\x62")), "section type: type[0]: invalid leading byte (0x62) for component defined type at offset 0xb"},
		{component(vector(SectionType, "\x70\x72")), "section type: type[0]: invalid leading byte (0x72) for component value type at offset 0xc"},
		{component(vector(SectionType, "\x42\x01\x03\x00\x01a\x01\x00")), "section type: type[0]: declaration[0]: invalid leading byte (0x3) for component or instance type declaration at offset 0xd"},
		{component(vector(SectionType, deep)), "section type: type[0]: " + strings.Repeat("declaration[0]: ", 6) + "…" + strings.Repeat(": declaration[0]", 8) + ": nesting too deep: more than 100 levels at offset 0x136"},
		{component(vector(SectionCoreType, "\x00\x60\x00\x00")), "section core type: type[0]: invalid leading byte (0x60) for non-final sub type at offset 0xc"},
		{component(vector(SectionCoreType, "\x60\x01\x7f\x00", "\x00")), "section core type: type[1]: unexpected end-of-file at offset 0x10"},
		{component(vector(SectionCoreType, "\x5f\x00")), "section core type: type[0]: feature GC types is not supported at offset 0xb"},
		{component(vector(SectionCoreInstance, "\x00\x00\x01\x01a\x00\x00")), "section core instance: instance[0]: argument[0]: invalid leading byte (0x0) for instantiation arg kind at offset 0x10"},
		{component(vector(SectionAlias, "\x01\x02\x00\x00")), "section alias: alias[0]: invalid leading byte (0x1) for component outer alias kind at offset 0xb"},
		{component(vector(SectionAlias, "\x00\x13\x02\x00\x00")), "section alias: alias[0]: invalid leading byte (0x13) for component outer alias kind at offset 0xc"},
		{component(vector(SectionAlias, "\x01\x03\x00\x00")), "section alias: alias[0]: invalid leading byte (0x3) for alias at offset 0xc"},
		{component(vector(SectionCanon, "\x07")), "section canon: canon[0]: invalid leading byte (0x7) for canonical function at offset 0xb"},
		{component(vector(SectionCanon, "\x20\x02\x00")), "section canon: canon[0]: invalid boolean value 0x2 at offset 0xc"},
		{component(vector(SectionCanon, "\x01\x00\x00\x01\x0a")), "section canon: canon[0]: option[0]: invalid leading byte (0xa) for canonical option at offset 0xf"},
		{component(vector(SectionImport, "\x03\x01a\x01\x00")), "section import: import[0]: invalid leading byte (0x3) for component name at offset 0xb"},
		{component(vector(SectionImport, "\x00\x02\xff\xfe\x01\x00")), "section import: import[0]: malformed UTF-8 encoding at offset 0xc"},
		{component(vector(SectionImport, "\x02\x01a\x02\x00\x01x\x00\x01y\x05\x00")), "section import: import[0]: attribute[1]: duplicate 'implements' option in name at offset 0x12"},
		{component(vector(SectionImport, "\x00\x01m\x00\x00")), "section import: import[0]: invalid leading byte (0x0) for component external kind at offset 0xf"},
		{component(section(SectionComponent, component(section(SectionComponent, component(vector(SectionType, "\x61")))))),
			"component[0]: component[0]: section type: type[0]: invalid leading byte (0x61) for component defined type at offset 0x1f"},
		{component(section(SectionComponent, "\x00asm\x01\x00\x00\x00")), "component[0]: expected a version header for a component: it is a core module at offset 0xe"},
		{component(section(SectionCustom, "\x05ab")), "section custom: unexpected end-of-file: name of 5 bytes, and 2 are left at offset 0xa"},
		{component(vector(SectionType, "\x70\xff\xff\xff\xff\x7f")), "section type: type[0]: invalid leading byte (0xff) for component value type at offset 0xc"},
	}
	for _, test := range tests {
		_, err := Parse([]byte(test.binary))
		var parse *Error
		if !errors.As(err, &parse) || err.Error() != test.want {
			t.Errorf("%q:\n got %v\nwant %s", test.binary, err, test.want)
		}
		if parse != nil && (parse.Feature != "") != strings.Contains(test.want, "feature") {
			t.Errorf("%q: feature %q", test.binary, parse.Feature)
		}
	}
}

// TestItemsAreBounded wants a binary with very many small definitions to be
// refused before they take memory.
func TestItemsAreBounded(t *testing.T) {
	labels := strings.Repeat("\x00", maxItems)
	_, err := Parse([]byte(component(vector(SectionType, "\x6e"+string(leb128.AppendUint32(nil, maxItems))+labels))))
	var limit *Error
	if !errors.As(err, &limit) || limit.Limit != "items" {
		t.Errorf("%v", err)
	}
}

func TestParseEveryPrefix(t *testing.T) {
	whole := everything()
	complete := 0
	for n := range whole {
		_, err := Parse(whole[:n:n])
		if err == nil {
			complete++
			continue
		}
		var parse *Error
		if !errors.As(err, &parse) || parse.Offset > n {
			t.Errorf("prefix %d: %v", n, err)
		}
	}
	// A prefix is a component only where it ends between sections.
	if complete != 13 {
		t.Errorf("%d prefixes are components", complete)
	}
}

func TestIs(t *testing.T) {
	for binary, want := range map[string]bool{
		componentHeader: true, moduleHeader: false, componentHeader[:7]: false, "\x00asm\x0e\x00\x01\x00": true, "hello, world": false,
	} {
		if Is([]byte(binary)) != want {
			t.Errorf("%q is a component: %v", binary, !want)
		}
	}
}

// FuzzParse wants no panic, no offset outside of the binary and, because the
// fuzzer is killed otherwise, no wild allocation.
func FuzzParse(f *testing.F) {
	f.Add(everything())
	f.Add([]byte(component(section(SectionType, "\xff\xff\xff\xff\x0f"))))
	f.Fuzz(func(t *testing.T, binary []byte) {
		c, err := Parse(binary)
		var parse *Error
		switch {
		case errors.As(err, &parse):
			if parse.Offset < 0 || parse.Offset > len(binary) {
				t.Errorf("offset %d of %d: %v", parse.Offset, len(binary), err)
			}
		case err != nil:
			t.Errorf("%T: %v", err, err)
		default:
			touch(c)
		}
	})
}

// touch looks at every range.
func touch(c *Component) {
	for _, m := range c.Modules {
		c.Bytes(m)
	}
	c.Names()
	for _, s := range c.Sections {
		c.Bytes(s.Content)
	}
	for _, v := range c.Values {
		c.Bytes(v.Content)
	}
	for _, inner := range c.Components {
		touch(inner)
	}
}

// BenchmarkParse reads a component of many types and a large module.
func BenchmarkParse(b *testing.B) {
	types := make([]string, 20_000)
	for i := range types {
		types[i] = []string{"\x72\x02\x05first\x73\x06second\x79", "\x6b\x79", "\x40\x02\x01a\x00\x01b\x00\x00\x73", "\x70\x7d"}[i%4]
	}
	for _, bench := range []struct {
		name   string
		module int
	}{{"types", 0}, {"types and a module of 10 MB", 10_000_000}} {
		binary := []byte(component(
			section(SectionCoreModule, moduleHeader+strings.Repeat("\x00", bench.module)), vector(SectionType, types...)))
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(binary)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(binary); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestMemoryIsBounded wants what is decoded to be a small multiple of the binary
// in memory, whatever it is full of.
func TestMemoryIsBounded(t *testing.T) {
	const n = 200_000
	many := func(id SectionID, item string) string {
		return component(section(id, string(leb128.AppendUint32(nil, n))+strings.Repeat(item, n)))
	}
	for name, binary := range map[string]string{
		"primitive types": many(SectionType, "\x7f"),
		"flags":           component(vector(SectionType, "\x6e"+string(leb128.AppendUint32(nil, n))+strings.Repeat("\x00", n))),
		"built-ins":       many(SectionCanon, "\x05"),
		"aliases":         many(SectionAlias, "\x01\x00\x00\x00"),
		"imports":         many(SectionImport, "\x02\x00\x00\x01\x00"),
		"empty bags":      many(SectionInstance, "\x01\x00"),
		"core types":      many(SectionCoreType, "\x60\x00\x00"),
		"sections":        component(strings.Repeat(section(SectionType, "\x00"), n)),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c, err := Parse([]byte(binary))
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 150*uint64(len(binary))+1<<20 {
			t.Errorf("%s: %d bytes for a binary of %d", name, took, len(binary))
		}
		runtime.KeepAlive(c)
	}
}
