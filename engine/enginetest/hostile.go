package enginetest

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// Hostile runs the corpus of bytes that kill engines, or trick them. Each is
// refused for the reason that is expected of it, or runs as it should; none
// takes long or much memory, and the engine works afterwards. So do guests that
// are cut off at each byte, that have bytes changed, and whose sections are left
// out or there twice.
func Hostile(t *testing.T, open func(t *testing.T) engine.Engine) {
	wantNothingLeft(t, open, func(b *bench) {
		for _, group := range [][]hostile{hostileCounts, hostileLayout, hostileLimits, hostileFeatures, hostileNames, hostileMeaning} {
			for _, h := range group {
				b.Run(h.name, func(t *testing.T) { h.run(&bench{T: t, engine: b.engine}) })
			}
		}
		b.Run("cut off", func(t *testing.T) { testCutOff(&bench{T: t, engine: b.engine}) })
		b.Run("changed", func(t *testing.T) { testChanged(&bench{T: t, engine: b.engine}) })
		b.Run("sections left out and doubled", func(t *testing.T) { testSections(&bench{T: t, engine: b.engine}) })
	})
}

// A hostile is a binary, and what comes of it: how the outcome begins (see
// [bench.outcome]), or two ways with a bar between them if engines may differ.
type hostile struct {
	name   string
	want   string
	limits engine.Limits
	binary func() []byte
}

// What a hostile binary may take at most. What is refused by the check takes next
// to nothing.
const (
	hostileTime    = 5 * time.Minute
	hostileBytes   = 512 << 20
	refusedBytes   = 4 << 20
	refusedPerByte = 8
)

func (h hostile) run(b *bench) {
	binary := h.binary()
	before, began := allocated(), time.Now()
	got := b.outcome(binary, h.limits)
	took, bytes := time.Since(began), allocated()-before
	want, other, differ := strings.Cut(h.want, "|")
	if !strings.HasPrefix(got, want) && !(differ && strings.HasPrefix(got, other)) {
		b.Errorf("%s\nwant %s", got, h.want)
	}
	most := uint64(hostileBytes)
	if strings.HasPrefix(got, "check: ") {
		most = refusedBytes + refusedPerByte*uint64(len(binary))
	}
	if took > hostileTime || bytes > most {
		b.Errorf("%d bytes took %v and %d bytes of memory", len(binary), took, bytes)
	}
	b.works()
}

// allocated returns how many bytes were allocated so far.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// outcome compiles and instantiates a binary, calls its export "run" if there is
// one, and says what came of it:
//
//	check: TEXT          refused before the engine saw it, with all of the error
//	refused              by the engine's own validation
//	not instantiated     the engine found when linking that it does not fit
//	trap: KIND           while it was instantiated or ran
//	runs
func (b *bench) outcome(binary []byte, limits engine.Limits) string {
	b.Helper()
	ctx := context.Background()
	if limits.Timeout == 0 {
		limits.Timeout = time.Second
	}
	module, err := b.engine.Compile(ctx, binary, limits)
	var refused *engine.BinaryError
	switch {
	case errors.As(err, &refused):
		return "check: " + refused.Error()
	case err != nil:
		return "refused"
	}
	defer func() { _ = module.Close(ctx) }()
	instance, err := module.Instantiate(ctx, b.imports(module), engine.InstanceConfig{})
	if err == nil {
		defer func() { _ = instance.Close(ctx) }()
		if run := instance.Func("run"); run != nil && run.Type().Slots() == 0 {
			err = run.Call(ctx, nil)
		}
	} else if engine.AsTrap(err) == nil {
		return "not instantiated"
	}
	switch trap := engine.AsTrap(err); {
	case trap != nil:
		_ = err.Error()
		return "trap: " + trap.Kind.String()
	case err != nil:
		return "error: " + err.Error()
	}
	return "runs"
}

// imports satisfies imports of functions, and no others.
func (b *bench) imports(module engine.Module) []engine.Extern {
	var externs []engine.Extern
	for _, imported := range module.Imports() {
		extern := engine.Extern{Name: "f"}
		if imported.Type.Kind == engine.KindFunc {
			extern.Instance = b.host(engine.HostFunc{Name: "f", Type: imported.Type.Func,
				Call: func(context.Context, engine.Instance, []uint64) error { return nil }})
		}
		externs = append(externs, extern)
	}
	return externs
}

// works wants the engine to do its work.
func (b *bench) works() {
	b.Helper()
	var guest corewasm.Builder
	guest.Export("answer", corewasm.KindFunc, guest.Func(nil, i32s, nil, corewasm.Code{}.I32Const(42)))
	module, err := b.engine.Compile(context.Background(), guest.Bytes(), engine.Limits{})
	if err != nil {
		b.Fatalf("afterwards: %v", err)
	}
	instance := b.make(module, nil, nil)
	b.want(42, instance, "answer")
	b.close(instance)
	if err := module.Close(context.Background()); err != nil {
		b.Error(err)
	}
}

const (
	header = "\x00asm\x01\x00\x00\x00"
	huge   = "\xff\xff\xff\xff\x0f" // the largest number of 32 bits
)

// raw returns a binary of these bytes.
func raw(binary string) func() []byte { return func() []byte { return []byte(binary) } }

// sections returns a binary of sections given as ID and content.
func sections(of ...string) func() []byte {
	return func() []byte {
		binary := []byte(header)
		for _, section := range of {
			binary = leb128.AppendUint32(append(binary, section[0]), uint32(len(section)-1))
			binary = append(binary, section[1:]...)
		}
		return binary
	}
}

// built returns a binary that a builder makes.
func built(build func(b *corewasm.Builder)) func() []byte {
	return func() []byte {
		var b corewasm.Builder
		build(&b)
		return b.Bytes()
	}
}

// body returns a binary with a function () -> () of that body: locals and code
// with its end.
func body(bytes string) func() []byte {
	return built(func(b *corewasm.Builder) { b.FuncBody(b.Type(nil, nil), []byte(bytes)) })
}

// code returns a binary with a function () -> () without locals and of that code,
// its end left out.
func code(bytes string) func() []byte { return body("\x00" + bytes + "\x0b") }

// testCutOff cuts the guests of the suite off before each of their bytes.
func testCutOff(b *bench) {
	b.eachGuest(func(binary []byte) {
		for n := range binary {
			b.survives(binary[:n])
		}
	})
	b.works()
}

// testChanged changes every third byte of the guests.
func testChanged(b *bench) {
	compiled, refused := 0, 0
	b.eachGuest(func(binary []byte) {
		for k := 0; k < len(binary); k += 3 {
			old := binary[k]
			if binary[k] ^= byte(1 + k%255); b.survives(binary) {
				compiled++
			} else {
				refused++
			}
			binary[k] = old
		}
	})
	if compiled == 0 || refused == 0 {
		b.Errorf("%d compiled, %d refused", compiled, refused)
	}
	b.works()
}

// testSections leaves out, doubles, and moves to the end each section of the
// guests.
func testSections(b *bench) {
	b.eachGuest(func(binary []byte) {
		module, err := corewasm.Parse(binary)
		if err != nil {
			b.Fatal(err)
		}
		at := len(header)
		for _, section := range module.Sections {
			end := int(section.Content.End())
			before, it, after := string(binary[:at]), string(binary[at:end]), string(binary[end:])
			for _, changed := range []string{before + after, before + it + it + after, before + after + it} {
				b.survives([]byte(changed))
			}
			at = end
		}
	})
	b.works()
}

// eachGuest calls f with a copy of each guest of the suite.
func (b *bench) eachGuest(f func(binary []byte)) {
	b.Helper()
	entries, err := guests.ReadDir("testdata")
	if err != nil || len(entries) == 0 {
		b.Fatal(err)
	}
	for _, entry := range entries {
		f(b.binary(strings.TrimSuffix(entry.Name(), ".wasm")))
	}
}

// survives compiles a binary and, if that goes well, begins to instantiate it,
// which ends before its start function has run. It reports whether it compiled.
func (b *bench) survives(binary []byte) (compiled bool) {
	b.Helper()
	module, err := b.engine.Compile(context.Background(), binary, engine.Limits{MemoryBytes: 1 << 20})
	if err != nil {
		return false
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, ctx := range []context.Context{canceled, context.Background()} {
		if ctx != canceled && hasStart(binary) {
			continue
		}
		if instance, err := module.Instantiate(ctx, b.imports(module), engine.InstanceConfig{}); err == nil {
			b.close(instance)
		}
	}
	if err := module.Close(context.Background()); err != nil {
		b.Error(err)
	}
	return true
}

// hasStart reports whether a module has a start function, which may not end.
func hasStart(binary []byte) bool {
	module, err := corewasm.Parse(binary)
	return err != nil || module.HasStart
}
