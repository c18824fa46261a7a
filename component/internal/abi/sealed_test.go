package abi

import (
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// A figure is a sealed interface with a case of each sort.
type figure interface{ isFigure(figureCases) }

type (
	figureNone  struct{}
	figureDisk  struct{ Radius float64 }
	figureName  struct{ Value string }
	figureMaybe struct{ Value *uint8 } // which Go keeps in the interface itself
	figureInner struct{ Value inner }
)

func (figureNone) isFigure(figureCases)  {}
func (figureDisk) isFigure(figureCases)  {}
func (figureName) isFigure(figureCases)  {}
func (figureMaybe) isFigure(figureCases) {}
func (figureInner) isFigure(figureCases) {}

type figureCases struct {
	None  figureNone
	Disk  figureDisk
	Name  figureName
	Maybe figureMaybe
	Inner figureInner
}

type inner interface{ isInner(innerCases) }

type innerOnly struct{ Value []uint16 }

func (innerOnly) isInner(innerCases) {}

type innerCases struct{ Only innerOnly }

const figureText = "variant { none, disk(f64), name(string), maybe(option<u8>), inner(variant { only(list<u16>) }) }"

// TestSealed takes sealed interfaces to a guest and back, flat and in memory.
func TestSealed(t *testing.T) {
	seven := uint8(7)
	all := []figure{
		figureNone{}, figureDisk{1.5}, figureName{"語"}, figureMaybe{}, figureMaybe{&seven}, figureInner{innerOnly{[]uint16{1, 2}}},
	}
	for _, one := range all {
		if got := sentThrough(t, &one, figureText); !reflect.DeepEqual(got, one) {
			t.Errorf("%#v came back as %#v", one, got)
		}
	}
	if got := sentThrough(t, &all, "list<"+figureText+">"); !reflect.DeepEqual(got, all) {
		t.Errorf("%#v came back as %#v", all, got)
	}
	many := make([]figure, 3000) // so that the garbage collector looks at them
	for i := range many {
		many[i] = all[i%len(all)]
	}
	if got := sentThrough(t, &many, "list<"+figureText+">"); !reflect.DeepEqual(got, many) {
		t.Error("many came back as others")
	}
}

// sentThrough returns what a guest gets of the value at p.
func sentThrough[T any](t *testing.T, p *T, text string) T {
	t.Helper()
	typ := parseType(t, text)
	b, err := Bind(reflect.TypeFor[T](), typ)
	if err != nil {
		t.Fatal(err)
	}
	sig, cx, stack := unary(typ), newGuest(make([]byte, 16)...).context(UTF8), make([]uint64, 16)
	if err := lowerGo(sig, cx, b, reflect.ValueOf(p), stack); err != nil {
		t.Fatal(err)
	}
	lifted, err := liftGo(sig, cx, b, stack)
	if err != nil {
		t.Fatal(err)
	}
	return lifted.Interface().(T)
}

type (
	unsealed interface{ Open(figureCases) }
	returns  interface{ isFigure(figureCases) int }
	takesTwo interface{ isFigure(figureCases, int) }
	foreign  interface{ isForeign(foreignOf) }

	foreignOf   struct{ A figureNone }
	tooMany     interface{ isMany(tooManyOf) }
	tooManyOf   struct{ A manyFields }
	manyFields  struct{ A, B uint8 }
	payloadLess interface{ isLess(payloadsOf) }
	payloadsOf  struct{ A payload }
	payload     struct{ V uint8 }
)

func (manyFields) isMany(tooManyOf) {}
func (payload) isLess(payloadsOf)   {}

func TestSealedErrors(t *testing.T) {
	for _, test := range []struct {
		goType reflect.Type
		typ    string
		want   string
	}{
		{reflect.TypeFor[unsealed](), "variant { none }", "abi.unsealed does not stand for variant"},
		{reflect.TypeFor[returns](), "variant { none }", "abi.returns does not stand for variant"},
		{reflect.TypeFor[takesTwo](), "variant { none }", "abi.takesTwo does not stand for variant"},
		{reflect.TypeFor[any](), "variant { none }", "interface {} does not stand for variant"},
		{reflect.TypeFor[figure](), "variant { none }", "variant { none } has no disk"},
		{reflect.TypeFor[figure](), "u8", "abi.figure does not stand for u8"},
		{reflect.TypeFor[figure](), strings.Replace(figureText, "f64", "f32", 1), "case disk: float64 does not stand for f32"},
		{reflect.TypeFor[foreign](), "variant { a }", "case a: abi.figureNone is no struct that implements abi.foreign"},
		{reflect.TypeFor[tooMany](), "variant { a(u8) }", "case a: abi.manyFields for a payload; want a struct with one field"},
		{reflect.TypeFor[payloadLess](), "variant { a }", "case a: abi.payload for no payload; want a struct without fields"},
	} {
		_, err := Bind(test.goType, parseType(t, test.typ))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v for %s: got %v, want %s", test.goType, test.typ, err, test.want)
		}
	}
	b, err := Bind(reflect.TypeFor[figure](), parseType(t, figureText))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		value figure
		want  string
	}{
		{nil, "no case is set"},
		{&figureDisk{}, "a type that is none of its cases, perhaps a pointer to one"},
		{figureName{"\xff"}, "argument a: case name: the string is not UTF-8"},
		{figureInner{}, "argument a: case inner: variant { only(list<u16>) }: no case is set"},
	} {
		cx := newGuest(make([]byte, 16)...).context(UTF8)
		err := unary(b.Type).LowerGo(cx, one(b), unsafe.Pointer(&test.value), make([]uint64, 16))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%#v: got %v, want %s", test.value, err, test.want)
		}
	}
}

// A holding is a handle as a struct with an owner.
type holding struct {
	handle *types.Handle
	owner  *string
}

// TestHolding binds handles in structs, and gives them their owners.
func TestHolding(t *testing.T) {
	resource := &types.ResourceType{Name: "r"}
	typ, owner := types.OwnOf(resource), "owner"
	for _, wrong := range []reflect.Type{
		reflect.TypeFor[holding](), reflect.TypeFor[*struct{ A uint8 }](), reflect.TypeFor[any](), reflect.TypeFor[*struct{}](),
		reflect.TypeFor[*struct {
			H *types.Handle
			N int
		}](),
	} {
		if _, err := Bind(wrong, typ); err == nil || !strings.Contains(err.Error(), "does not stand for own") {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	b, err := BindFor(Owners{reflect.TypeFor[*string](): unsafe.Pointer(&owner)}, reflect.TypeFor[[]*holding](), types.ListOf(typ))
	if err != nil {
		t.Fatal(err)
	}
	sig, cx, stack := unary(b.Type), newGuest(make([]byte, 16)...).context(UTF8), make([]uint64, 4)
	in := []*holding{{handle: &types.Handle{Resource: resource, Rep: 7}}}
	if err := lowerGo(sig, cx, b, reflect.ValueOf(&in), stack); err != nil {
		t.Fatal(err)
	}
	lifted, err := liftGo(sig, cx, b, stack)
	if err != nil {
		t.Fatal(err)
	}
	if out := lifted.Interface().([]*holding); len(out) != 1 || out[0].handle.Rep != 7 || out[0].owner != &owner {
		t.Errorf("got %+v", out)
	}
	in = []*holding{nil}
	if err := lowerGo(sig, cx, b, reflect.ValueOf(&in), stack); err == nil || !strings.Contains(err.Error(), "no handle") {
		t.Errorf("nil: %v", err)
	}
}

// A thing is a resource of the host as a Go value, of which there is one.
type thing interface{ Name() string }

type things struct {
	of      reflect.Type
	kept    thing
	removed int
}

func (s *things) GoType() reflect.Type           { return s.of }
func (s *things) Put(p unsafe.Pointer) uint32    { s.kept = *(*thing)(p); return 3 }
func (s *things) Get(_ uint32, p unsafe.Pointer) { *(*thing)(p) = s.kept }
func (s *things) Remove(uint32)                  { s.removed++ }

type stone string

func (s stone) Name() string { return string(s) }

// TestGoValues gives Go values to a guest and takes them back.
func TestGoValues(t *testing.T) {
	values := &things{of: reflect.TypeFor[thing]()}
	typ := types.OwnOf(&types.ResourceType{Name: "thing", Host: values})
	var in thing = stone("flint")
	if out := sentValue(t, typ, &in); out == nil || out.Name() != "flint" || values.removed != 1 {
		t.Errorf("%v came back, %d were removed", out, values.removed)
	}
	b, err := Bind(reflect.TypeFor[thing](), typ)
	if err != nil {
		t.Fatal(err)
	}
	lower := func(value thing) error {
		return lowerGo(unary(typ), newGuest(make([]byte, 16)...).context(UTF8), b, reflect.ValueOf(&value), make([]uint64, 4))
	}
	if err := lower(nil); err == nil || !strings.Contains(err.Error(), "the abi.thing is nil") {
		t.Errorf("nil: %v", err)
	}
	values.of = reflect.TypeFor[unsealed]()
	if err := lower(in); err == nil || !strings.Contains(err.Error(), "own<thing> as Go type abi.thing: "+errHostType.Error()) {
		t.Errorf("another type: %v", err)
	}
}

func sentValue(t *testing.T, typ *types.Type, p *thing) thing {
	t.Helper()
	b, err := Bind(reflect.TypeFor[thing](), typ)
	if err != nil {
		t.Fatal(err)
	}
	sig, cx, stack := unary(typ), newGuest(make([]byte, 16)...).context(UTF8), make([]uint64, 4)
	if err := lowerGo(sig, cx, b, reflect.ValueOf(p), stack); err != nil {
		t.Fatal(err)
	}
	lifted, err := liftGo(sig, cx, b, stack)
	if err != nil {
		t.Fatal(err)
	}
	return lifted.Interface().(thing)
}
