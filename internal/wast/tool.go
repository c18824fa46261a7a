package wast

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// A Tool translates text to binaries. It is the core module of wasm-tools that
// jco-transpile carries, run by our own engine: its exports take and return
// values by the canonical ABI. One goroutine at a time uses it.
type Tool struct {
	engine *wazero.Engine
	host   *p1.Host
	module engine.Module

	system   *p1.System
	instance engine.Instance
	realloc  engine.Func
}

// The exports of the module that are used. Each of the tools has one more, which
// frees its result.
const (
	toolRealloc = "cabi_realloc"
	toolParse   = "local:wasm-tools/tools#parse"
	toolWit     = "local:wasm-tools/tools#component-wit"
	toolFree    = "cabi_post_"
)

// OpenTool compiles the module in that file. It takes a second.
func OpenTool(ctx context.Context, file string) (*Tool, error) {
	code, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		return nil, err
	}
	t := &Tool{engine: eng}
	if err := t.load(ctx, code); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", file, err), t.Close(ctx))
	}
	return t, nil
}

func (t *Tool) load(ctx context.Context, code []byte) (err error) {
	if t.host, err = p1.NewHost(ctx, t.engine); err != nil {
		return err
	}
	if t.module, err = t.engine.Compile(ctx, code, engine.Limits{}); err != nil {
		return err
	}
	return t.start(ctx)
}

// start makes a new instance.
func (t *Tool) start(ctx context.Context) (err error) {
	// Only the newer spelling of indices would be understood otherwise.
	if t.system, err = p1.New(wasi.Config{Env: []string{"WAST_STRICT_COMPONENT_INDICES=0"}}); err != nil {
		return err
	}
	imports, err := engine.Link(t.module, t.host.Modules())
	if err != nil {
		return err
	}
	t.instance, err = t.module.Instantiate(ctx, imports, engine.InstanceConfig{System: t.system})
	if err != nil {
		return err
	}
	t.realloc = t.instance.Func(toolRealloc)
	for _, name := range []string{toolRealloc, toolParse, toolFree + toolParse, toolWit, toolFree + toolWit} {
		if t.instance.Func(name) == nil {
			return fmt.Errorf("it is not the core module of wasm-tools: no export %s", name)
		}
	}
	if t.instance.Memory("memory") == nil {
		return errors.New("it is not the core module of wasm-tools: no memory")
	}
	return nil
}

// A ToolError is why the tool refuses what it was given.
type ToolError struct {
	Reason string
}

// Error returns the reason.
func (e *ToolError) Error() string { return e.Reason }

// Translate returns the binary of a component or module in the text format.
// Errors in the text are of type [*ToolError].
func (t *Tool) Translate(ctx context.Context, text string) ([]byte, error) {
	return t.run(ctx, toolParse, []byte(text))
}

// Wit returns the interface of a component as text. The tool validates the
// component first, but for the code of its core modules; what it says against it
// is of type [*ToolError].
func (t *Tool) Wit(ctx context.Context, component []byte) (string, error) {
	text, err := t.run(ctx, toolWit, component)
	return string(text), err
}

// run calls a tool. A trap costs the instance.
func (t *Tool) run(ctx context.Context, name string, input []byte) ([]byte, error) {
	output, err := t.call(ctx, name, input)
	if trap := engine.AsTrap(err); trap != nil {
		t.stop(ctx)
		if restart := t.start(ctx); restart != nil {
			return nil, restart
		}
	}
	return output, err
}

func (t *Tool) call(ctx context.Context, name string, input []byte) ([]byte, error) {
	size := uint64(len(input))
	stack := []uint64{0, 0, 1, size}
	if err := t.realloc.Call(ctx, stack); err != nil {
		return nil, err
	}
	at := uint32(stack[0])
	view, ok := engine.View(t.instance.Memory("memory"), at, uint32(size))
	if !ok {
		return nil, errors.New("the tool allocates beyond its memory")
	}
	copy(view, input)
	stack = []uint64{uint64(at), size}
	if err := t.instance.Func(name).Call(ctx, stack); err != nil {
		return nil, err
	}
	result := stack[0]
	output, err := t.result(uint32(result))
	return output, errors.Join(err, t.instance.Func(toolFree+name).Call(ctx, []uint64{result}))
}

// result reads a result<list<u8>, string>, or of a string instead of the list.
func (t *Tool) result(at uint32) ([]byte, error) {
	memory := t.instance.Memory("memory")
	head, ok := engine.View(memory, at, 12)
	if !ok {
		return nil, errors.New("the tool returns a result beyond its memory")
	}
	content, ok := engine.View(memory, binary.LittleEndian.Uint32(head[4:]), binary.LittleEndian.Uint32(head[8:]))
	if !ok {
		return nil, errors.New("the tool returns bytes beyond its memory")
	}
	if head[0] != 0 {
		return nil, &ToolError{string(content)}
	}
	return append([]byte{}, content...), nil
}

func (t *Tool) stop(ctx context.Context) error {
	if t.instance == nil {
		return nil
	}
	return errors.Join(t.instance.Close(ctx), t.system.Close())
}

// Close frees everything.
func (t *Tool) Close(ctx context.Context) error {
	return errors.Join(t.stop(ctx), t.engine.Close(ctx))
}

// TranslateScript replaces the texts of all commands by their binaries, or by
// why they are none.
func (t *Tool) TranslateScript(ctx context.Context, commands []Command) error {
	for i := range commands {
		source := commands[i].Source
		if source == nil || source.Binary != nil {
			continue
		}
		code, err := t.Translate(ctx, source.Text)
		var bad *ToolError
		switch {
		case errors.As(err, &bad):
			source.TextError = bad.Reason
		case err != nil:
			return fmt.Errorf("line %d: %w", commands[i].Line, err)
		default:
			source.Binary = code
		}
	}
	return nil
}
