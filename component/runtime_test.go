package component_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// A runtime runs what scripts call.
type runtime struct {
	t        *testing.T
	engine   engine.Engine
	features validate.Features
	linker   *component.Linker
	compile  compiler
	fused    int  // functions of adapters in all components
	lenient  bool // what is imported is there
	limits   engine.Limits
	close    []func(context.Context) error
}

// A compiler says how calls between component instances go.
type compiler func(context.Context, engine.Engine, []byte, validate.Config) (*component.Component, error)

var _ wast.Runtime = (*runtime)(nil)

// An onlyEngine does not say that it interprets, so that adapters do all that they
// can.
type onlyEngine struct{ engine.Engine }

func newRuntime(t *testing.T, features validate.Features) *runtime {
	t.Helper()
	eng, err := coreEngine()
	if err != nil {
		t.Fatal(err)
	}
	return &runtime{t: t, engine: onlyEngine{eng}, features: features, linker: new(component.Linker), compile: component.CompileWith}
}

// Instantiate makes an instance that imports from the host and from instances
// that have a name.
func (r *runtime) Instantiate(binary []byte, registered map[string]any) (any, error) {
	ctx := context.Background()
	for _, name := range slices.Sorted(maps.Keys(registered)) {
		r.linker.DefineInstance(registered[name].(*component.Instance), name)
	}
	config := validate.Config{Features: r.features, Limits: r.limits}
	c, err := r.compile(ctx, r.engine, binary, config)
	if err != nil {
		return nil, err
	}
	r.fused += c.Fused()
	if r.lenient {
		r.close = append(r.close, offerAll(r.t, r.engine, r.linker, c.Type().Imports)...)
	}
	r.close = append(r.close, c.Close)
	pre, err := r.linker.Link(c)
	if err != nil {
		return nil, err
	}
	instance, err := pre.Instantiate(ctx)
	if err != nil {
		return nil, err
	}
	r.close = append(r.close, instance.Close)
	return instance, nil
}

// finish frees what the script left, the last first.
func (r *runtime) finish() {
	for _, c := range slices.Backward(r.close) {
		if err := c(context.Background()); err != nil {
			r.t.Errorf("close: %v", err)
		}
	}
}

// Invoke calls an export.
func (r *runtime) Invoke(instance any, name string, args []wast.Value) ([]wast.Value, error) {
	f := instance.(*component.Instance).Func(name)
	if f == nil {
		return nil, fmt.Errorf("%w: no export %s", wast.ErrNoInstance, name)
	}
	values := make([]types.Value, len(args))
	for i, a := range args {
		v, err := valueOf(f.Type().Params[i].Type, a)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	result, err := f.Call(context.Background(), values...)
	if err != nil || result.Type() == nil {
		return nil, err
	}
	return []wast.Value{literalOf(result)}, nil
}

// valueOf returns the value of type t that a literal stands for.
func valueOf(t *types.Type, v wast.Value) (types.Value, error) {
	switch t.Kind() {
	case types.Bool:
		return types.BoolValue(v.Text == "true"), nil
	case types.String:
		return types.StringValue(v.Text), nil
	case types.Char:
		return types.CharValue([]rune(v.Text)[0]), nil
	case types.F32, types.F64:
		return floatOf(t, v.Text)
	case types.Flags:
		var bits uint32
		for _, name := range v.Names {
			bits |= 1 << t.FieldIndex(name)
		}
		return types.FlagsValue(t, bits), nil
	}
	switch {
	case t.IsVariant():
		return variantOf(t, v)
	case t.IsRecord(), t.IsList(), t.Kind() == types.FixedList:
		return elementsOf(t, v)
	}
	n, err := strconv.ParseInt(v.Text, 0, 64)
	if err != nil {
		var unsigned uint64
		unsigned, err = strconv.ParseUint(v.Text, 0, 64)
		n = int64(unsigned)
	}
	return types.ScalarValue(t, uint64(n)), err
}

func floatOf(t *types.Type, text string) (types.Value, error) {
	f := math.NaN()
	if !strings.Contains(text, "nan") {
		var err error
		if f, err = strconv.ParseFloat(text, 64); err != nil {
			return types.Value{}, err
		}
	}
	if t.Kind() == types.F32 {
		return types.F32Value(float32(f)), nil
	}
	return types.F64Value(f), nil
}

func variantOf(t *types.Type, v wast.Value) (types.Value, error) {
	name := v.Text
	if t.Kind() == types.Result && name == "err" {
		name = "error"
	}
	index := t.FieldIndex(name)
	if index < 0 {
		return types.Value{}, fmt.Errorf("%v has no case %s", t, name)
	}
	if len(v.Items) == 0 {
		return types.VariantValue(t, index), nil
	}
	payload, err := valueOf(t.Fields()[index].Type, v.Items[0])
	return types.VariantValue(t, index, payload), err
}

func elementsOf(t *types.Type, v wast.Value) (types.Value, error) {
	elems := make([]types.Value, len(v.Items))
	for i, item := range v.Items {
		elem := t.Elem()
		if t.IsRecord() {
			elem = t.Fields()[i].Type
		}
		var err error
		if elems[i], err = valueOf(elem, item); err != nil {
			return types.Value{}, err
		}
	}
	if t.IsRecord() {
		return types.RecordValue(t, elems...), nil
	}
	return types.ListValue(t, elems...), nil
}

// literalOf returns the literal for a value.
func literalOf(v types.Value) wast.Value {
	t := v.Type()
	l := wast.Value{Type: t.Kind().String()}
	switch kind := t.Kind(); {
	case kind == types.String:
		l.Type, l.Text = "str", v.Text()
	case kind == types.Char:
		l.Text = string(v.Char())
	case kind == types.Map:
		l.Type = "list"
		fallthrough
	case t.IsRecord(), kind == types.List, kind == types.FixedList:
		for i, e := range v.All() {
			if kind == types.Record {
				l.Names = append(l.Names, t.Fields()[i].Name)
			}
			l.Items = append(l.Items, literalOf(e))
		}
	case t.IsVariant():
		l.Text = v.Case()
		if kind == types.Result && l.Text == "error" {
			l.Text = "err"
		}
		if payload, ok := v.Payload(); ok {
			l.Items = append(l.Items, literalOf(payload))
		}
	case kind == types.Flags:
		for _, f := range t.Fields() {
			if v.Flag(f.Name) {
				l.Names = append(l.Names, f.Name)
			}
		}
	default:
		l.Text = v.String()
	}
	return l
}

// sayings are what wasmtime says of traps where the seam says something else.
var sayings = map[engine.TrapKind]string{
	engine.Unreachable:       "wasm trap: wasm `unreachable` instruction executed",
	engine.MemoryBounds:      "wasm trap: out of bounds memory access",
	engine.UncaughtException: "uncaught exception propagated out of component",
}

// runMeans reports whether an error of a call or of instantiation says what a
// script wants.
func runMeans(err error, message string) bool {
	text := "wasm trap: " + err.Error()
	var trap *engine.Trap
	if errors.As(err, &trap) {
		text += " " + sayings[trap.Kind] + " wasm trap: " + trap.Text
	}
	return strings.Contains(text, message)
}
