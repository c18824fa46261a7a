package wazero_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

const (
	opTryTable = 0x1f
	opThrow    = 0x08
	opThrowRef = 0x0a
	opCallRef  = 0x14
	opDrop     = 0x1a
	opAdd      = 0x6a
	opSub      = 0x6b
)

// handlerGuest has functions that change a local, throw within a try_table, and
// return the local as the handler sees it.
func handlerGuest(refs bool) []byte {
	var b corewasm.Builder
	i32 := []corewasm.ValueType{corewasm.I32}
	one, none := b.Tag(i32), b.Tag(nil)
	b.Table(corewasm.FuncRef, corewasm.Limit(1))
	thrower := b.Func(i32, i32, nil, corewasm.Code{}.LocalGet(0).Op(opThrow).U32(one))
	b.Elements(0, thrower)
	// sum(n) = n + sum(n-1), of which each call throws, and changes two locals.
	const sum = 1
	b.Func(i32, i32, []corewasm.ValueType{corewasm.I32, corewasm.I32}, corewasm.Code{}.I32Const(100).LocalSet(1).
		Block().Op(opTryTable, 0x40, 1, 2, 0).LocalGet(0).LocalSet(1).
		LocalGet(0).If().LocalGet(0).I32Const(1).Op(opSub).Call(sum).LocalSet(2).End().
		Op(opThrow).U32(none).End().End().LocalGet(1).LocalGet(2).Op(opAdd))
	// Local 0 is 1, and in a try_table that catches all it becomes 2.
	changed := func(then corewasm.Code) corewasm.Code {
		return corewasm.Code{}.I32Const(1).LocalSet(0).
			Block().Op(opTryTable, 0x40, 1, 2, 0).I32Const(2).LocalSet(0).Op(then...).End().End().LocalGet(0)
	}
	export := func(name string, code corewasm.Code) {
		b.Export(name, corewasm.KindFunc, b.Func(nil, i32, []corewasm.ValueType{corewasm.I32, corewasm.ExnRef}, code))
	}
	export("throw", changed(corewasm.Code{}.Op(opThrow).U32(none)))
	export("throw with a value", changed(corewasm.Code{}.I32Const(5).Op(opThrow).U32(one)))
	export("call", changed(corewasm.Code{}.I32Const(7).Call(thrower).Op(opDrop)))
	export("call_indirect", changed(corewasm.Code{}.I32Const(7).I32Const(0).CallIndirect(b.Type(i32, i32), 0).Op(opDrop)))
	export("through an inner handler", changed(corewasm.Code{}.
		Op(0x02, 0x7f).Op(opTryTable, 0x40, 1, 0).U32(one).U32(0).Op(opThrow).U32(none).End().I32Const(0).End().Op(opDrop))) // (result i32), (catch one 0)
	export("in the second pass", changed(corewasm.Code{}.I32Const(1).LocalSet(0).
		Loop().I32Const(2).LocalSet(0).I32Const(7).Call(thrower).Br(1).End()))
	if refs {
		export("call_ref", changed(corewasm.Code{}.I32Const(7).RefFunc(thrower).Op(opCallRef).U32(b.Type(i32, i32)).Op(opDrop)))
	}
	b.Export("recursion", corewasm.KindFunc, b.Func(nil, i32, nil, corewasm.Code{}.I32Const(4).Call(sum).I32Const(8).Op(opSub)))
	return b.Bytes()
}

// TestLocalsOfHandlers has guests change locals and throw within a try_table: the
// handler must see the change. The compiler of wazero 1.12 goes back to what the
// local was before (it is mended after that release), so it gets narrower
// try_tables.
func TestLocalsOfHandlers(t *testing.T) {
	for _, mode := range []wazero.Mode{wazero.Interpreter, wazero.Compiler} {
		e, err := wazero.New(t.Context(), wazero.Config{Mode: mode})
		if err != nil && mode == wazero.Compiler {
			continue // there is none for this platform
		}
		defer e.Close(t.Context())
		m, err := e.Compile(t.Context(), handlerGuest(false), engine.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		i, err := m.Instantiate(t.Context(), nil, engine.InstanceConfig{})
		if err != nil {
			t.Fatal(err)
		}
		for _, export := range m.Exports() {
			stack := make([]uint64, 1)
			if err := i.Func(export.Name).Call(t.Context(), stack); err != nil || stack[0] != 2 {
				t.Errorf("mode %v: %s: %d, %v, want 2", mode, export.Name, stack[0], err)
			}
		}
	}
}

// TestThrowRefIsRefused: wazero may have freed what throw_ref throws.
func TestThrowRefIsRefused(t *testing.T) {
	var b corewasm.Builder
	tag := b.Tag(nil)
	b.Func(nil, nil, nil, corewasm.Code{}.Op(0x02, 0x69).Op(opTryTable, 0x40, 1, 3, 0).Op(opThrow).U32(tag).End(). // (result exnref), (catch_all_ref 0)
															Unreachable().End().Op(opThrowRef))
	for _, mode := range []wazero.Mode{wazero.Interpreter, wazero.Compiler} {
		e, err := wazero.New(t.Context(), wazero.Config{Mode: mode})
		if err != nil && mode == wazero.Compiler {
			continue // there is none for this platform
		}
		defer e.Close(t.Context())
		_, err = e.Compile(t.Context(), b.Bytes(), engine.Limits{})
		var refused *engine.BinaryError
		if !errors.As(err, &refused) || refused.Feature != "throw_ref" || b.Bytes()[refused.Offset] != opThrowRef {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
}

// manyCalls has a try_table with a hundred calls, and a local that its handler
// needs.
func manyCalls() []byte {
	var b corewasm.Builder
	callee := b.Func(nil, nil, nil, nil)
	code := corewasm.Code{}.Block().Op(opTryTable, 0x40, 1, 2, 0).I32Const(1).LocalSet(0)
	for range 100 {
		code = code.Call(callee)
	}
	i32 := []corewasm.ValueType{corewasm.I32}
	b.Func(nil, i32, i32, code.End().End().LocalGet(0))
	return b.Bytes()
}

// TestHandlersThatAreRefused: where a try_table cannot be made narrower, the
// compiler's engine refuses the module, and the interpreter's takes it.
func TestHandlersThatAreRefused(t *testing.T) {
	const more = ": the compiler of wazero 1.12 would forget changes of local variables; " +
		"run the module with the interpreter or engine/wasmtime, or build it without WebAssembly exceptions"
	for _, test := range []struct {
		name   string
		binary []byte
		limits engine.Limits
		want   string
	}{
		{"call_ref", handlerGuest(true), engine.Limits{}, "section code: code[8]: local 0 is changed in try_table and needed by its handler, and it calls a reference at offset "},
		{"too complex", manyCalls(), engine.Limits{Complexity: 20_000}, "with each call in a try_table of its own: section code: code[1]: function with "},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, mode := range []wazero.Mode{wazero.Interpreter, wazero.Compiler} {
				e, err := wazero.New(t.Context(), wazero.Config{Mode: mode})
				if err != nil && mode == wazero.Compiler {
					continue // there is none for this platform
				}
				defer e.Close(t.Context())
				_, err = e.Compile(t.Context(), test.binary, test.limits)
				if mode == wazero.Interpreter {
					if err != nil {
						t.Error(err)
					}
					continue
				}
				var refused *engine.BinaryError
				if !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), test.want) || !strings.HasSuffix(err.Error(), more) {
					t.Errorf("%v, want %s", err, test.want)
				}
			}
		})
	}
}
