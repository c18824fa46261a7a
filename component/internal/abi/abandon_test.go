package abi

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/patchbay-go/patchbay/component/types"
)

// A graveyard is a Holder and GoValues that note what is destroyed.
type graveyard struct {
	handles
	kept  []thing
	ended []string
}

func (g *graveyard) GoType() reflect.Type { return reflect.TypeFor[thing]() }
func (g *graveyard) Put(p unsafe.Pointer) uint32 {
	g.kept = append(g.kept, *(*thing)(p))
	return uint32(len(g.kept))
}
func (g *graveyard) Get(rep uint32, p unsafe.Pointer) { *(*thing)(p) = g.kept[rep-1] }
func (g *graveyard) Remove(uint32)                    {}

// A graveyardHolder is the graveyard as a Holder: both have a Put.
type graveyardHolder struct{ *graveyard }

func (g graveyardHolder) Put(*types.Type, GoValues, uint32) {}

func (g graveyardHolder) Destroy(_ context.Context, t *types.Type, rep uint32) error {
	name := "number " + string(rune('a'+rep))
	if _, ok := t.Resource().Host.(GoValues); ok {
		name = g.kept[rep-1].Name()
	}
	g.ended = append(g.ended, name)
	return nil
}

type (
	quarry interface{ isQuarry(quarryCases) }
	// quarryCases are the cases of a variant that may have a thing.
	quarryCases struct {
		Empty quarryEmpty
		Full  quarryFull
	}
	quarryEmpty struct{}
	quarryFull  struct{ Thing thing }
)

func (quarryEmpty) isQuarry(quarryCases) {}
func (quarryFull) isQuarry(quarryCases)  {}

// abandoned is a result that has own handles in all sorts of places.
type abandoned struct {
	One    thing
	List   []thing
	Array  [2]thing
	Some   *thing
	None   *thing
	Maybe  types.Maybe[[]thing]
	Ok     types.Outcome[thing, string]
	Failed types.Outcome[string, thing]
	Cases  struct {
		Bare  bool
		Thing *thing
	}
	Sealed  quarry
	Empty   quarry
	Handle  *types.Handle
	Gone    *types.Handle
	Holding *holding
	Lent    thing
}

// TestAbandon destroys what a result owns, but for what the guest has got.
func TestAbandon(t *testing.T) {
	yard := new(graveyard)
	resource, numbers := &types.ResourceType{Name: "thing", Host: yard}, &types.ResourceType{Name: "number"}
	own, number, text := types.OwnOf(resource), types.OwnOf(numbers), types.String.Type()
	cases := types.VariantOf(types.Field{Name: "empty"}, types.Field{Name: "full", Type: own})
	typ := types.RecordOf(
		types.Field{Name: "one", Type: own}, types.Field{Name: "list", Type: types.ListOf(own)},
		types.Field{Name: "array", Type: types.FixedListOf(own, 2)}, types.Field{Name: "some", Type: types.OptionOf(own)},
		types.Field{Name: "none", Type: types.OptionOf(own)}, types.Field{Name: "maybe", Type: types.OptionOf(types.ListOf(own))},
		types.Field{Name: "ok", Type: types.ResultOf(own, text)}, types.Field{Name: "failed", Type: types.ResultOf(text, own)},
		types.Field{Name: "cases", Type: types.VariantOf(types.Field{Name: "bare"}, types.Field{Name: "thing", Type: own})},
		types.Field{Name: "sealed", Type: cases}, types.Field{Name: "empty", Type: cases},
		types.Field{Name: "handle", Type: number}, types.Field{Name: "gone", Type: number}, types.Field{Name: "holding", Type: number},
		types.Field{Name: "lent", Type: types.BorrowOf(resource)},
	)
	b, err := Bind(reflect.TypeFor[abandoned](), typ)
	if err != nil {
		t.Fatal(err)
	}
	called := func(name string) thing { return stone(name) }
	some, named := called("some"), called("cases")
	everything := []string{"one", "list 0", "list 1", "array 0", "array 1", "some", "maybe", "ok", "failed", "cases", "sealed", "number b", "number d"}
	for gave := range 12 {
		*yard = graveyard{}
		result := abandoned{
			One: called("one"), List: []thing{called("list 0"), called("list 1")}, Array: [2]thing{called("array 0"), called("array 1")},
			Some: &some, Maybe: types.Some([]thing{called("maybe")}), Ok: types.Ok[thing, string](called("ok")),
			Failed: types.Failure[string](called("failed")), Sealed: quarryFull{called("sealed")}, Empty: quarryEmpty{},
			Handle: &types.Handle{Resource: numbers, Rep: 1, Owned: true}, Gone: &types.Handle{Resource: numbers, Rep: 2, Owned: true, Gone: true},
			Holding: &holding{handle: &types.Handle{Resource: numbers, Rep: 3, Owned: true}}, Lent: called("lent"),
		}
		result.Cases.Thing = &named
		cx := &Context{Holder: graveyardHolder{yard}, gave: gave}
		for range 2 { // the second time all handles are gone
			if err := cx.AbandonGo(context.Background(), b, unsafe.Pointer(&result)); err != nil {
				t.Fatal(err)
			}
			if !result.Handle.Gone || !result.Holding.handle.Gone {
				t.Error("a handle is good still")
			}
			cx.gave = 1000
		}
		want := slices.Clone(everything[min(gave, 11):])
		if diff := cmp.Diff(want, yard.ended); diff != "" {
			t.Errorf("the guest got %d: %s", gave, diff)
		}
	}
}

// TestAbandonValue does the same with values.
func TestAbandonValue(t *testing.T) {
	yard, numbers := new(graveyard), &types.ResourceType{Name: "number"}
	own := types.OwnOf(numbers)
	handle := func(rep uint32) types.Value {
		return types.HandleValue(own, &types.Handle{Resource: numbers, Rep: rep, Owned: true})
	}
	given := handle(3)
	given.Handle().Gone = true
	list, option := types.ListOf(own), types.OptionOf(own)
	typ := types.TupleOf(list, option, option, own)
	sig := NewSignature(&types.FuncType{Result: typ})
	v := types.RecordValue(typ, types.ListValue(list, handle(0), given, handle(1)), types.SomeValue(option, handle(2)), types.NoneValue(option), handle(4))
	cx := &Context{Holder: graveyardHolder{yard}}
	for range 2 {
		if err := sig.AbandonValue(context.Background(), cx, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := sig.AbandonValue(context.Background(), cx, types.U32Value(1)); err != nil {
		t.Errorf("a value of another type: %v", err)
	}
	if diff := cmp.Diff([]string{"number a", "number b", "number c", "number e"}, yard.ended); diff != "" {
		t.Error(diff)
	}
}
