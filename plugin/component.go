package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wit/valuejson"
	"github.com/patchbay-go/patchbay/wit/wave"
)

// componentGuest is an instance of a component as a guest of bytes: payloads are
// JSON arrays of arguments, and replies are results as JSON (see
// [valuejson]).
type componentGuest struct {
	instance   *component.Instance
	operations *operations
	functions  map[*componentFunc]*component.Func
	reader     valuejson.Reader
	waveReader wave.Reader
	waveResult []byte // memory for results as WAVE
	id         uint64
}

// CallAppend calls the function of that name. A function without a result
// answers null.
func (g *componentGuest) CallAppend(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error) {
	f, err := g.find(operation)
	if err != nil {
		return dst, err
	}
	args, err := g.reader.Args(unsafe.String(unsafe.SliceData(payload), len(payload)), f.Type())
	defer g.reader.Reset()
	if err != nil {
		return dst, fmt.Errorf("arguments: %w", err)
	}
	result, err := f.Call(ctx, args...)
	if err != nil {
		return dst, err
	}
	if result.Type() == nil {
		return append(dst, "null"...), nil
	}
	if dst == nil { // it is often as long as the arguments
		dst = make([]byte, 0, len(payload)+64)
	}
	return valuejson.Format{}.Append(dst, result)
}

// callWAVE calls a function with arguments as WAVE and returns its result as that.
func (g *componentGuest) callWAVE(ctx context.Context, f *component.Func, text string) (string, error) {
	args, err := g.waveReader.Args(text, f.Type())
	defer g.waveReader.Reset()
	if err != nil {
		return "", fmt.Errorf("arguments: %w", err)
	}
	result, err := f.Call(ctx, args...)
	if err != nil || result.Type() == nil {
		return "", err
	}
	printed := wave.Append(slices.Grow(g.waveResult[:0], len(text)), result) // it is often as long as the arguments
	if g.waveResult = printed; cap(printed) > 64<<10 {
		g.waveResult = nil
	}
	return string(printed), nil
}

// find finds a function that can be called in any instance.
func (g *componentGuest) find(name string) (*component.Func, error) {
	f, err := g.operations.find(name)
	if err != nil {
		return nil, err
	}
	if known := g.functions[f]; known != nil {
		return known, nil
	}
	if err := f.callable(); err != nil {
		return nil, err
	}
	found := g.instance.Func(f.path...)
	if found == nil {
		return nil, fmt.Errorf("%s is exported in a way that cannot be called", f.name())
	}
	g.functions[f] = found
	return found, nil
}

// callable is an error for functions that no instance of a pool can be asked for.
func (f *componentFunc) callable() error {
	if hasHandles(f.typ) {
		return fmt.Errorf("%s takes or returns handles, and %w", f.name(), component.ErrHandles)
	}
	return nil
}

func hasHandles(f *types.FuncType) bool {
	for _, p := range f.Params {
		if p.Type.Contains(types.HasHandles) {
			return true
		}
	}
	return f.Result != nil && f.Result.Contains(types.HasHandles)
}

func (g *componentGuest) MemorySize() uint64 { return g.instance.MemorySize() }

func (g *componentGuest) Spent() uint64 { return g.instance.Spent() }

func (g *componentGuest) Close(ctx context.Context) error { return g.instance.Close(ctx) }

// compileComponent compiles a component when it is its turn.
func (h *Hosts) compileComponent(ctx context.Context, binary []byte, limits engine.Limits) (*component.Component, error) {
	if limits.Memory == nil {
		limits.Memory = h.memory
	}
	if err := h.takeTurn(ctx); err != nil {
		return nil, err
	}
	defer h.giveTurn()
	return component.Compile(ctx, h.engine, binary, component.Config{Limits: limits})
}

// prepareComponent compiles and links a component.
func (p *Plugin) prepareComponent(ctx context.Context, binary []byte) (generation, error) {
	switch declared := p.options.Contract; {
	case declared != "" && declared != Component:
		return generation{}, fmt.Errorf("this is a component, and it was declared to be of contract %s", declared)
	case p.contract != "" && p.contract != Component:
		return generation{}, fmt.Errorf("the new module is of contract %s, the old one of %s", Component, p.contract)
	}
	compiled, err := p.hosts.compileComponent(ctx, append([]byte(nil), binary...), p.options.Limits)
	if err != nil {
		return generation{}, err
	}
	linker := p.linker(compiled.Type())
	pre, err := linker.Link(compiled)
	var ops *operations
	if err == nil {
		ops, err = operationsOf(compiled.Type())
	}
	if err != nil {
		return generation{}, closing(err, compiled.Close(context.WithoutCancel(ctx)))
	}
	p.contract = Component
	linked := func(ctx context.Context, id uint64, _ any) (guest, error) {
		g := &componentGuest{operations: ops, functions: make(map[*componentFunc]*component.Func), id: id}
		var err error
		g.instance, err = pre.InstantiateWith(ctx, g)
		return g, err
	}
	return generation{
		open:       func(ctx context.Context) (*instance, error) { return p.open(ctx, linked, false) },
		release:    func() error { return compiled.Close(context.Background()) },
		operations: ops,
	}, nil
}

// linker offers what the component imports: what the options have for it, functions
// that the handler answers, or what traps if that was asked for.
func (p *Plugin) linker(t *types.ComponentType) *component.Linker {
	l := new(component.Linker)
	if p.options.Imports != nil {
		p.options.Imports(l)
	}
	for _, x := range t.Imports {
		switch x.Kind {
		case types.ExternFunc:
			p.offer(l, x.Extern, x.Name)
		case types.ExternInstance:
			for _, inner := range x.Instance.Exports {
				p.offer(l, inner.Extern, x.Name, inner.Name)
			}
		}
	}
	return l
}

// offer offers an import, unless that has been done.
func (p *Plugin) offer(l *component.Linker, x types.Extern, path ...string) {
	at, offered := l.Find(path...)
	switch {
	case offered:
	case x.Kind == types.ExternType && x.Resource != nil && p.options.UnmetTraps:
		l.DefineResource(&component.Resource{Name: path[len(path)-1]}, at...)
	case x.Kind != types.ExternFunc:
	case p.options.Handler != nil && !hasHandles(x.Func):
		l.Define(p.served(x.Func, path), at...)
	case p.options.UnmetTraps:
		l.Define(func(context.Context, []types.Value) (types.Value, error) {
			return types.Value{}, fmt.Errorf("nothing provides the import %s", strings.Join(path, "#"))
		}, at...)
	}
}

// callingGuest returns the guest that called the host function whose context this is.
func callingGuest(ctx context.Context) *componentGuest {
	for caller := range engine.Callers(ctx) {
		g, _ := dataOf(caller).(*componentGuest)
		return g
	}
	return nil
}

// dataOf returns the guest that an instance of the engine is, or is part of.
func dataOf(i engine.Instance) any {
	if c := component.InstanceOf(i); c != nil {
		return c.Data()
	}
	return i.Data()
}

// served makes an import an invocation: the interface is its namespace, the
// function its operation, and the payload a JSON array of the arguments; the
// reply is the result as JSON.
func (p *Plugin) served(f *types.FuncType, path []string) component.HostFunc {
	namespace, operation := strings.Join(path[:len(path)-1], "#"), path[len(path)-1]
	return func(ctx context.Context, args []types.Value) (types.Value, error) {
		payload, err := appendArgs(nil, args)
		if err != nil {
			return types.Value{}, err
		}
		inv := &bus.Invocation{
			Caller: bus.Caller{Plugin: p.options.Name}, Namespace: namespace, Operation: operation,
			Format: bus.JSON, Payload: payload,
		}
		if g := callingGuest(ctx); g != nil {
			inv.Caller.Instance = g.id
		}
		reply, err := p.options.Handler.Invoke(ctx, inv)
		if err != nil || f.Result == nil {
			return types.Value{}, err
		}
		result, err := valuejson.Parse(string(reply.Payload), f.Result)
		if err != nil {
			return types.Value{}, fmt.Errorf("the reply of %s: %w", strings.Join(path, "#"), err)
		}
		return result, nil
	}
}

func appendArgs(dst []byte, args []types.Value) ([]byte, error) {
	dst = append(dst, '[')
	for i, arg := range args {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = (valuejson.Format{}).Append(dst, arg); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}
