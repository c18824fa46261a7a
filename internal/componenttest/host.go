package componenttest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// TooMany is of how many parts a split traps: a mirror has no memory for them,
// and the host refuses.
const TooMany = math.MaxUint32

// A Host answers for what a relay imports as a mirror answers by itself, whoever
// runs the relay. It notes what it is asked.
type Host struct {
	// Asked are the calls and drops so far, those apart that come because the
	// instance is closed: what is dropped then is up to who runs the guest.
	Asked []string

	// Resource is the type of its counters: what runs the guest may want one
	// of its own.
	Resource *component.Resource

	world  *World
	values map[uint32]int32 // counters
	next   uint32

	closing bool
}

// NewHost returns a host that has no counters yet.
func NewHost(w *World) *Host {
	return &Host{world: w, Resource: &w.Counter, values: map[uint32]int32{}}
}

// Serve answers a function of echo or counters.
func (h *Host) Serve(name string, t *types.FuncType, args []types.Value) (types.Value, error) {
	h.Asked = append(h.Asked, fmt.Sprint(name, seen(args)))
	switch {
	case name == "split" && args[1].Uint() == TooMany:
		return types.Value{}, errors.New("too many parts")
	case name == "echo-many":
		return many(t.Result, args), nil
	case strings.HasPrefix(name, "echo-"):
		return args[0], nil
	case name == "nop":
		return types.Value{}, nil
	case name == "add":
		return types.U32Value(uint32(args[0].Uint() + args[1].Uint())), nil
	}
	return h.count(name, t, args)
}

// many returns the arguments of echo-many as texts.
func many(t *types.Type, args []types.Value) types.Value {
	var texts []types.Value
	add := func(v any) { texts = append(texts, types.StringValue(fmt.Sprint(v))) }
	for i, arg := range args {
		switch arg.Kind() {
		case types.F32, types.F64, types.Bool, types.Enum:
			add(arg.Bits())
		case types.List:
			add(arg.Len())
		case types.Option:
			some := uint64(7)
			if p, ok := arg.Payload(); ok {
				some = p.Uint()
			}
			add(some)
		case types.Record:
			for _, field := range arg.All() {
				add(field)
			}
		case types.Char:
			add(string(arg.Char()))
		case types.String:
			add(arg.Text())
		default:
			add(args[i])
		}
	}
	return types.ListValue(t, texts...)
}

// seen returns arguments as text; handles as what the host knows them by.
func seen(args []types.Value) string {
	texts := make([]string, len(args))
	for i, arg := range args {
		if texts[i] = arg.String(); arg.Handle() != nil {
			texts[i] = fmt.Sprint("#", arg.Handle().Rep)
		}
		if arg.Kind() == types.List && arg.Type().Elem().Kind() == types.Borrow {
			var reps []uint32
			for _, e := range arg.All() {
				reps = append(reps, e.Handle().Rep)
			}
			texts[i] = fmt.Sprint(reps)
		}
		if p, ok := arg.Payload(); ok && p.Handle() != nil {
			texts[i] = fmt.Sprint("some #", p.Handle().Rep)
		}
	}
	return fmt.Sprint(texts)
}

func (h *Host) make(value int32) *types.Handle {
	h.next++
	h.values[h.next] = value
	return h.Resource.New(h.next)
}

func (h *Host) count(name string, t *types.FuncType, args []types.Value) (types.Value, error) {
	rep := func(v types.Value) uint32 { return v.Handle().Rep }
	switch name {
	case "[constructor]counter":
		return types.HandleValue(t.Result, h.make(int32(args[0].Int()))), nil
	case "[method]counter.add":
		h.values[rep(args[0])] += int32(args[1].Int())
		return types.S32Value(h.values[rep(args[0])]), nil
	case "[method]counter.value":
		return types.S32Value(h.values[rep(args[0])]), nil
	case "[static]counter.merge":
		sum := h.values[rep(args[0])] + h.values[rep(args[1])]
		delete(h.values, rep(args[0]))
		delete(h.values, rep(args[1]))
		return types.HandleValue(t.Result, h.make(sum)), nil
	case "[static]counter.sum":
		var sum int64
		for _, c := range args[0].All() {
			sum += int64(h.values[rep(c)])
		}
		return types.S64Value(sum), nil
	case "split":
		return h.split(t.Result, h.values[rep(args[0])], int(args[1].Uint())), nil
	case "open":
		if args[0].Int() < 0 {
			return types.ErrorValue(t.Result, types.StringValue(fmt.Sprint(args[0].Int(), " is negative"))), nil
		}
		return types.OkValue(t.Result, types.HandleValue(types.OwnOf(h.Resource.Type()), h.make(int32(args[0].Int())))), nil
	case "pass":
		if p, ok := args[0].Payload(); ok {
			return types.SomeValue(t.Result, types.HandleValue(p.Type(), h.Resource.New(rep(p)))), nil
		}
		return args[0], nil
	case "alive":
		return types.U32Value(uint32(len(h.values))), nil
	}
	return types.Value{}, errors.New("the host has no " + name)
}

func (h *Host) split(t *types.Type, left int32, parts int) types.Value {
	values := make([]types.Value, parts)
	for i := range values {
		part := left / int32(parts-i)
		left -= part
		values[i] = types.HandleValue(t.Elem(), h.make(part))
	}
	return types.ListValue(t, values...)
}

// Dropped is called when the owner of a counter of the host drops it.
func (h *Host) Dropped(rep uint32) {
	if !h.closing {
		h.Asked = append(h.Asked, fmt.Sprint("drop #", rep))
	}
	delete(h.values, rep)
}

// Linker offers what the host answers to a component, and functions that trap for
// whatever else it imports.
func (h *Host) Linker(c *component.Component) *component.Linker {
	to := new(component.Linker)
	h.Resource = &component.Resource{Name: "counter", Drop: func(_ context.Context, rep uint32) error { h.Dropped(rep); return nil }}
	to.DefineResource(h.Resource, Counters, "counter")
	substitution := types.Substitution{h.world.Counter.Type(): h.Resource.Type()}
	for name, f := range h.world.Echo {
		to.Define(func(_ context.Context, args []types.Value) (types.Value, error) { return h.Serve(name, f, args) }, Echo, name)
	}
	for name, f := range h.world.Counters {
		f = substitution.Func(f)
		to.Define(func(_ context.Context, args []types.Value) (types.Value, error) { return h.Serve(name, f, args) }, Counters, name)
	}
	for _, from := range c.Type().Imports {
		if from.Kind == types.ExternInstance && from.Name != Echo && from.Name != Counters {
			refuse(to, from)
		}
	}
	return to
}

func refuse(to *component.Linker, from types.NamedExtern) {
	for _, item := range from.Instance.Exports {
		switch {
		case item.Kind == types.ExternFunc:
			to.Define(func(context.Context, []types.Value) (types.Value, error) {
				return types.Value{}, fmt.Errorf("nothing provides %s %s", from.Name, item.Name)
			}, from.Name, item.Name)
		case item.Fresh:
			to.DefineResource(&component.Resource{Name: item.Name}, from.Name, item.Name)
		}
	}
}
