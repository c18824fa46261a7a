package types

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func point() *Type {
	return RecordOf(Field{"x", S32.Type()}, Field{"y", S32.Type()})
}

func labels(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("l%d", i)
	}
	return names
}

func TestLayout(t *testing.T) {
	r := &ResourceType{Name: "file"}
	for _, test := range []struct {
		typ                      *Type
		text                     string
		size, align, flat, size6 uint64
	}{
		{Bool.Type(), "bool", 1, 1, 1, 1},
		{S16.Type(), "s16", 2, 2, 1, 2},
		{U64.Type(), "u64", 8, 8, 1, 8},
		{Char.Type(), "char", 4, 4, 1, 4},
		{String.Type(), "string", 8, 4, 2, 16},
		{ErrorContext.Type(), "error-context", 4, 4, 1, 4},
		{ListOf(U64.Type()), "list<u64>", 8, 4, 2, 16},
		{FixedListOf(U16.Type(), 3), "list<u16, 3>", 6, 2, 3, 6},
		{MapOf(String.Type(), U8.Type()), "map<string, u8>", 8, 4, 2, 16},
		{point(), "record { x: s32, y: s32 }", 8, 4, 2, 8},
		{RecordOf(Field{"a", U8.Type()}, Field{"b", U64.Type()}, Field{"c", U8.Type()}),
			"record { a: u8, b: u64, c: u8 }", 24, 8, 3, 24},
		{TupleOf(U8.Type(), U16.Type(), U8.Type()), "tuple<u8, u16, u8>", 6, 2, 3, 6},
		{VariantOf(Field{"a", nil}, Field{"b", U64.Type()}, Field{"c", F32.Type()}),
			"variant { a, b(u64), c(f32) }", 16, 8, 2, 16},
		{VariantOf(Field{"s", String.Type()}), "variant { s(string) }", 12, 4, 3, 24},
		{EnumOf(labels(256)...), "", 1, 1, 1, 1},
		{EnumOf(labels(257)...), "", 2, 2, 1, 2},
		{EnumOf(labels(1<<16 + 1)...), "", 4, 4, 1, 4},
		{OptionOf(U32.Type()), "option<u32>", 8, 4, 2, 8},
		{OptionOf(OptionOf(U8.Type())), "option<option<u8>>", 3, 1, 3, 3},
		{ResultOf(nil, nil), "result", 1, 1, 1, 1},
		{ResultOf(U16.Type(), nil), "result<u16>", 4, 2, 2, 4},
		{ResultOf(nil, String.Type()), "result<_, string>", 12, 4, 3, 24},
		{FlagsOf(labels(8)...), "", 1, 1, 1, 1},
		{FlagsOf(labels(9)...), "", 2, 2, 1, 2},
		{FlagsOf(labels(17)...), "", 4, 4, 1, 4},
		{FlagsOf("r", "w"), "flags { r, w }", 1, 1, 1, 1},
		{OwnOf(r), "own<file>", 4, 4, 1, 4},
		{BorrowOf(r), "borrow<file>", 4, 4, 1, 4},
		{StreamOf(U8.Type()), "stream<u8>", 4, 4, 1, 4},
		{FutureOf(nil), "future", 4, 4, 1, 4},
	} {
		typ := test.typ
		got := [...]uint64{typ.Size(), uint64(typ.Align()), uint64(typ.FlatCount()), typ.Size64()}
		if want := [...]uint64{test.size, test.align, test.flat, test.size6}; got != want {
			t.Errorf("%v: size, align, flat, size64 are %v, want %v", typ, got, want)
		}
		if text := typ.String(); test.text != "" && text != test.text {
			t.Errorf("text is %q, want %q", text, test.text)
		}
		if err := typ.Check(); err != nil && typ.Len() < 1000 {
			t.Errorf("%v: %v", typ, err)
		}
	}
}

func TestOffsets(t *testing.T) {
	r := RecordOf(Field{"a", U8.Type()}, Field{"b", String.Type()}, Field{"c", U16.Type()}, Field{"d", F64.Type()})
	for i, want := range []uint32{0, 4, 12, 16} {
		if got := r.Offset(i); got != want {
			t.Errorf("field %d is at %d, want %d", i, got, want)
		}
	}
	v := VariantOf(Field{"a", U8.Type()}, Field{"b", F64.Type()})
	if got := v.PayloadOffset(); got != 8 {
		t.Errorf("payload is at %d, want 8", got)
	}
}

// TestHugeTypes makes what few bytes can describe: sizes must not wrap, and
// nothing may take time by them.
func TestHugeTypes(t *testing.T) {
	huge := U64.Type()
	for range 64 {
		huge = TupleOf(huge, huge)
	}
	if huge.Size() < math.MaxUint64-8 || huge.FlatCount() != math.MaxUint32 || huge.Weight() != math.MaxUint32 {
		t.Errorf("size %d, flat %d, weight %d", huge.Size(), huge.FlatCount(), huge.Weight())
	}
	if err := huge.Check(); err == nil {
		t.Error("a huge type is accepted")
	}
	if text := huge.String(); len(text) > maxText+100 {
		t.Errorf("its text has %d bytes", len(text))
	}
	fixed := FixedListOf(FixedListOf(FixedListOf(U64.Type(), math.MaxUint32), math.MaxUint32), math.MaxUint32)
	if fixed.Size() != math.MaxUint64 || fixed.Check() == nil {
		t.Errorf("a list of size %d is accepted: %v", fixed.Size(), fixed.Check())
	}
	deep := U8.Type()
	for range MaxDepth {
		deep = ListOf(deep)
	}
	if err := deep.Check(); err == nil || !strings.Contains(err.Error(), "101 deep") {
		t.Errorf("depth: %v", err)
	}
}

func TestCheck(t *testing.T) {
	r := RecordOf(Field{"a", U8.Type()}, Field{"a", U8.Type()})
	for _, test := range []struct {
		typ  *Type
		want string
	}{
		{nil, "no type"},
		{RecordOf(), "record: it is empty"},
		{EnumOf(), "enum: it is empty"},
		{FlagsOf(labels(33)...), "flags: 33 labels, more than 32"},
		{r, "record: a occurs twice"},
		{ListOf(r), "list: record: a occurs twice"},
		{VariantOf(Field{"c", r}), "variant: c: record: a occurs twice"},
		{RecordOf(Field{"a", nil}), "record: a has no type"},
		{EnumOf(""), "enum: name 0 is empty"},
		{ListOf(nil), "list: no element type"},
		{FixedListOf(U8.Type(), 0), "list: no elements"},
		{FixedListOf(U8.Type(), MaxSize), "a value takes 268435456 bytes, not less than 268435456"},
		{OwnOf(nil), "own: no resource type"},
	} {
		if err := test.typ.Check(); err == nil || err.Error() != test.want {
			t.Errorf("%v: %v, want %s", test.typ, err, test.want)
		}
	}
	if err := StreamOf(nil).Check(); err != nil {
		t.Errorf("stream: %v", err)
	}
}

func TestEqual(t *testing.T) {
	file, socket := &ResourceType{Name: "r"}, &ResourceType{Name: "r"}
	all := []*Type{
		U8.Type(), S8.Type(), ListOf(U8.Type()), ListOf(S8.Type()), FixedListOf(U8.Type(), 2), FixedListOf(U8.Type(), 3),
		point(), RecordOf(Field{"x", S32.Type()}, Field{"z", S32.Type()}), TupleOf(S32.Type(), S32.Type()),
		OptionOf(point()), OptionOf(U32.Type()), OptionOf(S32.Type()), ResultOf(U8.Type(), nil), ResultOf(nil, U8.Type()),
		VariantOf(Field{"none", nil}, Field{"some", U32.Type()}),
		OwnOf(file), OwnOf(socket), BorrowOf(file), EnumOf("a", "b"), EnumOf("b", "a"), FlagsOf("a", "b"),
		StreamOf(nil), StreamOf(U8.Type()), FutureOf(U8.Type()), MapOf(U8.Type(), U8.Type()),
		ListOf(TupleOf(U8.Type(), U8.Type())),
	}
	var in Interner
	for i, a := range all {
		for j, b := range all {
			if got := a.Equal(copyType(b)); got != (i == j) {
				t.Errorf("%v equals %v: %t", a, b, got)
			}
			if same := in.Intern(a) == in.Intern(copyType(b)); same != (i == j) {
				t.Errorf("%v is interned as %v: %t", a, b, same)
			}
		}
	}
}

// copyType returns an equal type that shares nothing that can be copied.
func copyType(t *Type) *Type {
	if t == nil || t.kind.IsPrimitive() {
		return t
	}
	copied := *t
	copied.elem = copyType(t.elem)
	copied.fields = append([]Field(nil), t.fields...)
	for i := range copied.fields {
		copied.fields[i].Type = copyType(copied.fields[i].Type)
	}
	return &copied
}

func TestSameShape(t *testing.T) {
	file, socket := &ResourceType{}, &ResourceType{}
	a, b := ListOf(RecordOf(Field{"h", OwnOf(file)})), ListOf(RecordOf(Field{"h", OwnOf(socket)}))
	if !a.SameShape(b) || a.Equal(b) || a.SameShape(ListOf(RecordOf(Field{"h", BorrowOf(file)}))) {
		t.Error("shapes")
	}
}

func TestInternSharesParts(t *testing.T) {
	var in Interner
	a, b := in.Intern(ListOf(point())), in.Intern(OptionOf(point()))
	if a.Elem() != b.Elem() || a.Elem() != in.Intern(point()) {
		t.Error("equal parts are not one")
	}
	if got := in.Intern(ListOf(point())); got != a {
		t.Error("equal types are not one")
	}
	left, right := U8.Type(), U8.Type()
	for range 64 {
		left, right = TupleOf(left, left), TupleOf(right, right)
	}
	if in.Intern(left) != in.Intern(right) {
		t.Error("equal huge types are not one")
	}
}

func TestSubstitution(t *testing.T) {
	from, to, other := &ResourceType{Name: "from"}, &ResourceType{Name: "to"}, &ResourceType{Name: "other"}
	s := Substitution{from: to}
	typ := RecordOf(Field{"a", ListOf(OwnOf(from))}, Field{"b", OptionOf(BorrowOf(other))}, Field{"c", point()})
	got := s.Type(typ)
	if want := "record { a: list<own<to>>, b: option<borrow<other>>, c: record { x: s32, y: s32 } }"; got.String() != want {
		t.Errorf("got %v", got)
	}
	if got.Fields()[1].Type != typ.Fields()[1].Type {
		t.Error("a part without the resource is copied")
	}
	if s.Type(point()).Contains(HasOwn) || s.Type(got) != got {
		t.Error("a type without the resource is changed")
	}
	if got := s.Type(OptionOf(OwnOf(from))); got.Elem() != got.Fields()[1].Type {
		t.Error("the parts of an option disagree")
	}
	f := &FuncType{Params: []Param{{"self", BorrowOf(from)}}, Result: U8.Type()}
	if got := s.Func(f).String(); got != "func(self: borrow<to>) -> u8" {
		t.Errorf("got %s", got)
	}
	plain := &FuncType{Result: U8.Type()}
	if s.Func(plain) != plain {
		t.Error("a function without the resource is copied")
	}
}

func TestSubstitutionOfHugeTypes(t *testing.T) {
	from, to := &ResourceType{}, &ResourceType{}
	huge := OwnOf(from)
	for range 64 {
		huge = TupleOf(huge, huge)
	}
	got := Substitution{from: to}.Type(huge)
	for got.Kind() == Tuple {
		got = got.Fields()[0].Type
	}
	if got.Resource() != to {
		t.Error("not replaced")
	}
}

func TestFuncType(t *testing.T) {
	f := &FuncType{Params: []Param{{"a", String.Type()}, {"b", point()}}, Result: ListOf(U8.Type()), Async: true}
	if got, want := f.String(), "async func(a: string, b: record { x: s32, y: s32 }) -> list<u8>"; got != want {
		t.Errorf("got %s", got)
	}
	g := &FuncType{Params: []Param{{"a", String.Type()}, {"b", point()}}, Result: ListOf(U8.Type())}
	if f.Equal(g) {
		t.Error("async does not count")
	}
	g.Async = true
	if !f.Equal(g) {
		t.Error("equal functions differ")
	}
	g.Params[1].Name = "c"
	if f.Equal(g) {
		t.Error("names of parameters do not count")
	}
}

func TestContents(t *testing.T) {
	r := &ResourceType{}
	typ := ListOf(VariantOf(Field{"a", BorrowOf(r)}, Field{"b", MapOf(String.Type(), StreamOf(nil))}))
	if want := HasList | HasBorrow | HasMap | HasString | HasStream; typ.contents != want {
		t.Errorf("contents are %b, want %b", typ.contents, want)
	}
	if typ.Contains(HasOwn|HasFuture) || !typ.Contains(HasHandles) || (*Type)(nil).Contains(HasOwn) {
		t.Error("Contains")
	}
}

// TestExternTypeText holds what messages say of modules and components.
func TestExternTypeText(t *testing.T) {
	f := CoreFuncType{Params: []CoreValueType{CoreI32}, Results: []CoreValueType{CoreI64, CoreFuncRef}}
	module := &ModuleType{
		Imports: []CoreImport{
			{"env", "f", CoreType{Kind: CoreFunc, Func: f}},
			{"env", "m", CoreType{Kind: CoreMemory, Limits: CoreLimits{Min: 1, Max: 2, HasMax: true, Is64: true, Shared: true, PageSize: 1}}},
		},
		Exports: []CoreExport{
			{"t", CoreType{Kind: CoreTable, Limits: CoreLimits{Min: 3}, Value: CoreExternRef}},
			{"g", CoreType{Kind: CoreGlobal, Value: CoreF32}},
			{"h", CoreType{Kind: CoreGlobal, Value: CoreF64, Mutable: true}},
			{"x", CoreType{Kind: CoreTag, Func: CoreFuncType{Params: f.Params}}},
		},
	}
	want := `core module (import "env" "f" (func (i32) -> (i64, funcref))) (import "env" "m" (memory i64 1 2 shared of pages of 1 bytes))` +
		` (export "t" (table 3 externref)) (export "g" (global f32)) (export "h" (global (mut f64))) (export "x" (tag (i32) -> ()))`
	if got := module.String(); got != want {
		t.Errorf("got %s", got)
	}
	c := &ComponentType{
		Imports: []NamedExtern{{Name: "a", Extern: Extern{Kind: ExternFunc, Func: &FuncType{Result: U32.Type()}}}},
		Exports: []NamedExtern{{Name: "b", Extern: Extern{Kind: ExternInstance, Instance: &InstanceType{}}}},
	}
	if got, want := c.String(), `component (import "a" (func() -> u32)) (export "b" (instance of 0 exports))`; got != want {
		t.Errorf("got %s", got)
	}
	for range 20 {
		c.Exports = append(c.Exports, c.Exports[0])
	}
	if got, want := c.String(), `(export "b" (instance of 0 exports)) and 11 more`; !strings.HasSuffix(got, want) {
		t.Errorf("got %s", got)
	}
}
