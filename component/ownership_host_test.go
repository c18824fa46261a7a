package component_test

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// A numberHost knows things by the numbers that handles have.
type numberHost struct{ thing *component.Resource }

func (h *numberHost) define(k *keeper, l *component.Linker) {
	h.thing = &component.Resource{Name: "thing", Drop: func(_ context.Context, n uint32) error { return k.drop(n) }}
	l.DefineResource(h.thing, "things", "thing")
	own := types.OwnOf(h.thing.Type())
	make := func(args []types.Value) types.Value {
		return types.HandleValue(own, h.thing.New(uint32(args[0].Uint())))
	}
	define := func(name string, f func(args []types.Value) types.Value) {
		l.Define(func(_ context.Context, args []types.Value) (types.Value, error) { return f(args), nil }, "things", name)
	}
	define("make", make)
	define("take", func(args []types.Value) types.Value {
		k.taken = append(k.taken, args[0].Handle().Rep)
		return types.Value{}
	})
	define("get-first", func(args []types.Value) types.Value {
		return types.RecordValue(types.TupleOf(own, types.String.Type()), make(args), types.StringValue("text"))
	})
	define("get-last", func(args []types.Value) types.Value {
		return types.RecordValue(types.TupleOf(types.String.Type(), own), types.StringValue("text"), make(args))
	})
}

func (h *numberHost) call(k *keeper, function string, n uint32) (has []uint32, err error) {
	lent, thing := h.thing.New(8), h.thing.New(n)
	var got *types.Handle
	f := func(name string) *component.Func { return k.Func("hands", name) }
	switch function {
	case "give":
		err = f(function).CallGo(k.Context(), &got, n)
	case "give-lent":
		err = f(function).CallGo(k.Context(), &got, lent, n)
	case "give-wrong":
		var pair struct {
			Thing *types.Handle
			Mark  rune
		}
		err = f(function).CallGo(k.Context(), &pair, n)
		got = pair.Thing
	case "keep-this":
		err = f(function).CallGo(k.Context(), nil, thing)
	case "accept":
		err = f(function).CallGo(k.Context(), nil, thing, "text")
		got = thing
	default:
		err = k.Func(function).CallGo(k.Context(), nil, n)
	}
	for _, handle := range []*types.Handle{got, lent} {
		if handle != nil && !handle.Gone && (handle != lent || function == "give-lent") {
			has = append(has, handle.Rep)
		}
	}
	return has, err
}

// A goHost has things as Go values.
type goHost struct{}

type thing interface {
	component.Dropper
	number() uint32
}

type aThing struct {
	k *keeper
	n uint32
}

func (t aThing) number() uint32             { return t.n }
func (t aThing) Drop(context.Context) error { return t.k.drop(t.n) }

type number struct{ N uint32 }

func (goHost) define(k *keeper, l *component.Linker) {
	l.DefineResource(component.NewGoResource[thing]("thing"), "things", "thing")
	component.DefineGo(l, func(_ context.Context, p number) (thing, error) { return aThing{k, p.N}, nil }, "things", "make")
	component.DefineGo(l, func(_ context.Context, p struct {
		Thing thing
		Mark  rune
	}) (struct{}, error) {
		k.taken = append(k.taken, p.Thing.number())
		return struct{}{}, nil
	}, "things", "take")
	component.DefineGo(l, func(_ context.Context, p number) (struct {
		Thing thing
		Text  string
	}, error) {
		return struct {
			Thing thing
			Text  string
		}{aThing{k, p.N}, "text"}, nil
	}, "things", "get-first")
	component.DefineGo(l, func(_ context.Context, p number) (struct {
		Text  string
		Thing thing
	}, error) {
		return struct {
			Text  string
			Thing thing
		}{"text", aThing{k, p.N}}, nil
	}, "things", "get-last")
}

func (goHost) call(k *keeper, function string, n uint32) (has []uint32, err error) {
	lent, given := aThing{k, 8}, aThing{k, n}
	switch function {
	case "give":
		got, err := bound[number, thing](k, function)(number{n})
		return []uint32{got.number()}, err
	case "give-lent":
		_, err = bound[struct {
			Lent thing
			N    uint32
		}, thing](k, function)(struct {
			Lent thing
			N    uint32
		}{lent, n})
		return []uint32{8}, err
	case "give-wrong":
		_, err = bound[number, struct {
			Thing thing
			Mark  rune
		}](k, function)(number{n})
	case "keep-this":
		_, err = bound[struct{ Thing thing }, struct{}](k, function)(struct{ Thing thing }{given})
	case "accept":
		_, err = bound[struct {
			Thing thing
			Text  string
		}, struct{}](k, function)(struct {
			Thing thing
			Text  string
		}{given, "text"})
		return []uint32{n}, err
	default:
		err = k.Func(function).CallGo(k.Context(), nil, n)
	}
	return nil, err
}

func bound[P, R any](k *keeper, function string) func(P) (R, error) {
	b, err := component.Bind[P, R](k.Func("hands", function))
	if err != nil {
		k.Fatal(fmt.Errorf("%s: %w", function, err))
	}
	return func(params P) (R, error) { return b.Call(k.Context(), params) }
}
