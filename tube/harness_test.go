package tube_test

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/tube"
)

func newEngine(t testing.TB) engine.Engine {
	t.Helper()
	eng, err := wazero.New(context.Background(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := eng.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return eng
}

// compile compiles a guest of testdata.
func compile(t testing.TB, eng engine.Engine, name string, limits engine.Limits) engine.Module {
	t.Helper()
	bytes, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	module, err := eng.Compile(context.Background(), bytes, limits)
	if err != nil {
		t.Fatal(err)
	}
	return module
}

// start makes an instance of a guest of testdata on an engine of its own.
func start(t testing.TB, name string, config tube.Config, limits engine.Limits) *tube.Instance {
	t.Helper()
	module, err := tube.Link(compile(t, newEngine(t), name, limits), config)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := module.Instantiate(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := instance.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return instance
}

// numbers reads a reply that is a list of i32.
func numbers(reply []byte) []uint32 {
	var out []uint32
	for len(reply) >= 4 {
		out = append(out, binary.LittleEndian.Uint32(reply))
		reply = reply[4:]
	}
	return out
}

// mustWith makes a call and returns its reply as numbers.
func mustWith(t testing.TB, in *tube.Instance, request tube.Request) []uint32 {
	t.Helper()
	reply, err := in.CallWith(context.Background(), nil, &request)
	if err != nil {
		t.Fatalf("%s: %v", request.Function, err)
	}
	return numbers(reply)
}

func i32(n int32) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(n)) }

// long is a reply of the long form.
func long(pointer uint32, length int32) []byte {
	return binary.LittleEndian.AppendUint64(nil, uint64(pointer)<<32|uint64(uint32(length)))
}
