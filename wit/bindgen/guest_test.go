package bindgen_test

import (
	"context"
	"errors"
	"math"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	comptypes "github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay"
	exported "github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/exports/patchbay/kinds/counters"
	exportedecho "github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/exports/patchbay/kinds/echo"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/patchbay/kinds/counters"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/patchbay/kinds/echo"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/patchbay/kinds/types"
)

// What is exported to the host is what the host offers to who imports it.
var _ echo.Imports = (*exportedecho.Exports)(nil)

// open makes the guest of that name with the imports.
func open(t testing.TB, name string, imports relay.Imports) *relay.Exports {
	t.Helper()
	compiled, err := compile(name)
	if err != nil {
		t.Fatal(err)
	}
	guest, err := relay.New(t.Context(), compiled, imports)
	if err != nil {
		t.Fatal(err)
	}
	return guest
}

// newEngine makes the engine of all tests, which compile a guest once.
var newEngine = sync.OnceValues(func() (*wazero.Engine, error) { return wazero.New(context.Background(), wazero.Config{}) })

var compiledGuests sync.Map // by name, functions as of sync.OnceValues

func compile(name string) (*component.Component, error) {
	once, _ := compiledGuests.LoadOrStore(name, sync.OnceValues(func() (*component.Component, error) {
		engine, err := newEngine()
		if err != nil {
			return nil, err
		}
		binary, err := os.ReadFile("../../examples/guests/components/" + name + ".wasm")
		if err != nil {
			return nil, err
		}
		return component.Compile(context.Background(), engine, binary, component.Config{})
	}))
	return once.(func() (*component.Component, error))()
}

// A bridge has the counters of a guest as those of the host.
type bridge struct{ *exported.Exports }

// held returns the guest's counter that the host's is.
func held(c counters.Counter) *exported.Counter { return c.(*exported.Counter) }

func (b bridge) NewCounter(ctx context.Context, start int32) (counters.Counter, error) {
	return b.Exports.NewCounter(ctx, start)
}

func (b bridge) CounterMerge(ctx context.Context, x, y counters.Counter) (counters.Counter, error) {
	return b.Exports.CounterMerge(ctx, held(x), held(y))
}

func (b bridge) CounterSum(ctx context.Context, all []counters.Counter) (int64, error) {
	var own []*exported.Counter
	for _, c := range all {
		own = append(own, held(c))
	}
	return b.Exports.CounterSum(ctx, own)
}

func (b bridge) Split(ctx context.Context, c counters.Counter, parts uint32) (all []counters.Counter, err error) {
	own, err := b.Exports.Split(ctx, held(c), parts)
	for _, c := range own {
		all = append(all, c)
	}
	return all, err
}

func (b bridge) Open(ctx context.Context, start int32) (counters.Counter, error) {
	return b.Exports.Open(ctx, start)
}

func (b bridge) Pass(ctx context.Context, c comptypes.Maybe[counters.Counter]) (comptypes.Maybe[counters.Counter], error) {
	own := comptypes.Maybe[*exported.Counter]{Valid: c.Valid}
	if c.Valid {
		own.Value = held(c.Value)
	}
	own, err := b.Exports.Pass(ctx, own)
	return comptypes.Maybe[counters.Counter]{Value: own.Value, Valid: own.Valid}, err
}

// guests are components of several languages that answer, and some that ask
// another one, which the host has in between: all that is said goes through the
// generated code of an export, and on the other way of an import and an export.
func guests(t *testing.T, test func(t *testing.T, guest, mirror *relay.Exports)) {
	for _, name := range []string{"mirror-rust", "mirror-tinygo"} {
		t.Run(name, func(t *testing.T) {
			mirror := open(t, name, relay.Imports{})
			test(t, mirror, mirror)
		})
	}
	for _, name := range []string{"relay-c", "relay-tinygo", "relay-wat", "relay-wat-utf16", "relay-wat-latin1"} {
		t.Run(name, func(t *testing.T) {
			mirror := open(t, "mirror-rust", relay.Imports{})
			guest := open(t, name, relay.Imports{Echo: mirror.Echo, Counters: bridge{mirror.Counters}})
			test(t, guest, mirror)
			if err := guest.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if alive, err := mirror.Counters.Alive(t.Context()); err != nil || alive != 0 {
				t.Errorf("%d counters are alive after the guest was closed: %v", alive, err)
			}
		})
	}
}

// TestEcho sends values of all kinds through a guest.
func TestEcho(t *testing.T) {
	guests(t, func(t *testing.T, guest, _ *relay.Exports) {
		name, inner := "Ada", "in"
		point := types.Point{X: -1, Y: 2}
		shapes := []types.Shape{
			types.ShapeNothing{}, types.ShapeCircle{Value: 1.5}, types.ShapeSquare{Value: math.MaxUint64}, types.ShapeNamed{Value: "語"},
			types.ShapePath{Value: []types.Point{point, point}},
		}
		box := types.ShapeBox{}
		box.Value.F0, box.Value.F1 = point, types.Point{X: 3}
		shapes = append(shapes, box)
		maybe := uint16(7)
		mixed := types.Mixed{Small: 1, Large: 2, Medium: -3, Single: 4.5, Letter: 'λ', Maybe: &maybe, Points: []types.Point{point}}
		mixed.Pair.F0, mixed.Pair.F1 = 9, "pair"
		for _, sent := range []struct {
			name string
			args []any
		}{
			{"EchoBool", []any{true}}, {"EchoS8", []any{int8(-128)}}, {"EchoU64", []any{uint64(math.MaxUint64)}},
			{"EchoF32", []any{float32(0.5)}}, {"EchoChar", []any{'λ'}}, {"EchoString", []any{"grüß"}},
			{"EchoBytes", []any{[]byte{1, 2, 255}}}, {"EchoBools", []any{[]bool{true, false}}}, {"EchoShorts", []any{[]int16{-1, 2}}},
			{"EchoChars", []any{[]rune("aλ")}}, {"EchoStrings", []any{[]string{"", "x"}}},
			{"EchoColors", []any{[]types.Color{types.ColorBlue, types.ColorRed}}}, {"EchoPoint", []any{point}},
			{"EchoPoints", []any{[]types.Point{point}}}, {"EchoCube", []any{[][][]uint16{{{1}, {}}, {{2, 3}}}}},
			{"EchoReadings", []any{[]types.Reading{{Name: "t", Count: 1, Mean: 2, Valid: true}}}}, {"EchoMixed", []any{mixed}},
			{"EchoShapes", []any{shapes}}, {"EchoColor", []any{types.ColorGreen}},
			{"EchoAccess", []any{types.AccessRead | types.AccessExecute}}, {"EchoDays", []any{types.DaysFeast | types.DaysEve}},
			{"EchoBits", []any{types.BitsB31}}, {"EchoOption", []any{(*uint32)(nil)}},
			{"EchoOptions", []any{comptypes.Some(&inner)}}, {"EchoOptions", []any{comptypes.Maybe[*string]{Valid: true}}},
			{"EchoOptions", []any{comptypes.Maybe[*string]{}}}, {"EchoOptions", []any{comptypes.Some(&name)}},
		} {
			args := []reflect.Value{reflect.ValueOf(t.Context())}
			for _, arg := range sent.args {
				args = append(args, reflect.ValueOf(arg))
			}
			got := reflect.ValueOf(guest.Echo).MethodByName(sent.name).Call(args)
			if err, _ := got[1].Interface().(error); err != nil || !reflect.DeepEqual(got[0].Interface(), sent.args[0]) {
				t.Errorf("%s(%+v) = %+v, %v", sent.name, sent.args[0], got[0], err)
			}
		}
		for _, shape := range shapes {
			if got, err := guest.Echo.EchoShape(t.Context(), shape); err != nil || !reflect.DeepEqual(got, shape) {
				t.Errorf("%+v came back as %+v, %v", shape, got, err)
			}
		}
	})
}

// TestResults has errors of guests as errors of Go, and of the host as those of
// guests.
func TestResults(t *testing.T) {
	guests(t, func(t *testing.T, guest, _ *relay.Exports) {
		ctx, result := t.Context(), comptypes.Outcome[uint32, string]{Error: "no", Failed: true}
		_, err := guest.Echo.EchoResult(ctx, result)
		var text *component.ResultError[string]
		if !errors.As(err, &text) || text.Value != "no" {
			t.Errorf("got %v", err)
		}
		result = comptypes.Outcome[uint32, string]{Value: 7}
		if v, err := guest.Echo.EchoResult(ctx, result); v != 7 || err != nil {
			t.Errorf("got %d, %v", v, err)
		}
		err = guest.Echo.EchoError(ctx, comptypes.Outcome[struct{}, types.Color]{Error: types.ColorBlue, Failed: true})
		var color *component.ResultError[types.Color]
		if !errors.As(err, &color) || color.Value != types.ColorBlue || err.Error() != "blue" {
			t.Errorf("got %v", err)
		}
		if err := guest.Echo.EchoBare(ctx, comptypes.Outcome[struct{}, struct{}]{}); err != nil {
			t.Error(err)
		}
	})
}

// TestResources makes, calls, lends, gives away and drops resources, and counts
// that all of them end.
func TestResources(t *testing.T) {
	guests(t, func(t *testing.T, guest, mirror *relay.Exports) {
		ctx := t.Context()
		c := guest.Counters
		wantAlive := func(want uint32) {
			t.Helper()
			if alive, err := mirror.Counters.Alive(ctx); err != nil || alive != want {
				t.Errorf("%d counters are alive, want %d: %v", alive, want, err)
			}
		}
		five, err := c.NewCounter(ctx, 5)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := five.Add(ctx, 2); sum != 7 || err != nil {
			t.Errorf("5 and 2 is %d, %v", sum, err)
		}
		parts, err := c.Split(ctx, five, 3)
		if err != nil || len(parts) != 3 {
			t.Fatalf("%d parts: %v", len(parts), err)
		}
		wantAlive(4)
		if sum, err := c.CounterSum(ctx, parts); sum != 7 || err != nil {
			t.Errorf("the parts are %d, %v", sum, err)
		}
		merged, err := c.CounterMerge(ctx, parts[0], parts[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parts[0].Value(ctx); err == nil || !strings.Contains(err.Error(), "given away") {
			t.Errorf("what was given away says %v", err)
		}
		passed, err := c.Pass(ctx, comptypes.Some(merged))
		if err != nil || !passed.Valid {
			t.Fatal(err)
		}
		if none, err := c.Pass(ctx, comptypes.Maybe[*exported.Counter]{}); none.Valid || err != nil {
			t.Errorf("none came back as %v, %v", none, err)
		}
		_, err = c.Open(ctx, -1)
		var refused *component.ResultError[string]
		if !errors.As(err, &refused) {
			t.Errorf("got %v", err)
		}
		wantAlive(3)
		for _, counter := range []*exported.Counter{five, parts[2], passed.Value} {
			if err := counter.Drop(ctx); err != nil {
				t.Error(err)
			}
		}
		if err := five.Drop(ctx); err == nil {
			t.Error("it was dropped twice")
		}
		wantAlive(0)
		if _, err := c.CounterSum(ctx, []*exported.Counter{nil}); err == nil || !strings.Contains(err.Error(), "argument all: element 0: borrow") {
			t.Errorf("nil for a counter: %v", err)
		}
		left, err := c.Open(ctx, 1) // until the guest is closed
		if err != nil || left == nil {
			t.Fatal(err)
		}
	})
}

// TestNoCase calls with a variant that is none.
func TestNoCase(t *testing.T) {
	guests(t, func(t *testing.T, guest, _ *relay.Exports) {
		if _, err := guest.Echo.EchoShape(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no case is set") {
			t.Errorf("got %v", err)
		}
		if _, err := guest.Echo.EchoShape(t.Context(), &types.ShapeCircle{}); err == nil || !strings.Contains(err.Error(), "none of its cases") {
			t.Errorf("got %v", err)
		}
		if got, err := guest.Echo.EchoShape(t.Context(), types.ShapeCircle{Value: 1}); err != nil || got != (types.ShapeCircle{Value: 1}) {
			t.Errorf("after it: %v, %v", got, err)
		}
	})
}
