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
	parse    engine.Func
	free     engine.Func
}

// The exports of the module that are used.
const (
	toolRealloc = "cabi_realloc"
	toolParse   = "local:wasm-tools/tools#parse"
	toolFree    = "cabi_post_" + toolParse
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
	t.realloc, t.parse, t.free = t.instance.Func(toolRealloc), t.instance.Func(toolParse), t.instance.Func(toolFree)
	if t.realloc == nil || t.parse == nil || t.free == nil || t.instance.Memory("memory") == nil {
		return errors.New("it is not the core module of wasm-tools")
	}
	return nil
}

// A TextError says why a text is none.
type TextError struct {
	Reason string
}

// Error returns the reason.
func (e *TextError) Error() string { return e.Reason }

// Translate returns the binary of a component or module in the text format.
// Errors in the text are of type [*TextError].
func (t *Tool) Translate(ctx context.Context, text string) ([]byte, error) {
	code, err := t.translate(ctx, text)
	if trap := engine.AsTrap(err); trap != nil {
		t.stop(ctx)
		if restart := t.start(ctx); restart != nil {
			return nil, restart
		}
	}
	return code, err
}

func (t *Tool) translate(ctx context.Context, text string) ([]byte, error) {
	size := uint64(len(text))
	stack := []uint64{0, 0, 1, size}
	if err := t.realloc.Call(ctx, stack); err != nil {
		return nil, err
	}
	at := uint32(stack[0])
	view, ok := engine.View(t.instance.Memory("memory"), at, uint32(size))
	if !ok {
		return nil, errors.New("the tool allocates beyond its memory")
	}
	copy(view, text)
	stack = []uint64{uint64(at), size}
	if err := t.parse.Call(ctx, stack); err != nil {
		return nil, err
	}
	result := stack[0]
	code, err := t.result(uint32(result))
	return code, errors.Join(err, t.free.Call(ctx, []uint64{result}))
}

// result reads a result<list<u8>, string>.
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
		return nil, &TextError{string(content)}
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
		var bad *TextError
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
