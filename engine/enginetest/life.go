package enginetest

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/patchbay-go/patchbay/engine"
)

var lifeTests = []test{
	{"CloseTwice", testCloseTwice},
	{"UseAfterClose", testUseAfterClose},
	{"ModuleClosedFirst", testModuleClosedFirst},
	{"EngineClosesAll", testEngineClosesAll},
	{"EngineClosed", testEngineClosed},
	{"BadBinaries", testBadBinaries},
	{"Checked", testChecked},
	{"ManyInstances", testManyInstances},
	{"ManyModules", testManyModules},
	{"ManyInstancesAtOnce", testManyInstancesAtOnce},
	{"Concurrently", testConcurrently},
	{"TrapsConcurrently", testTrapsConcurrently},
}

func testCloseTwice(b *bench) {
	m := b.compile("memory", engine.Limits{})
	i := b.make(m, nil, nil)
	host := b.host()
	for range 3 {
		b.close(i)
		b.close(host)
		if err := m.Close(context.Background()); err != nil {
			b.Errorf("close the module: %v", err)
		}
		if err := b.engine.Close(context.Background()); err != nil {
			b.Errorf("close the engine: %v", err)
		}
	}
}

func testUseAfterClose(b *bench) {
	m := b.compile("memory", engine.Limits{})
	i := b.make(m, nil, nil)
	f, memory := i.Func("size"), i.Memory("memory")
	b.close(i)
	if _, err := call(f); err == nil || engine.AsTrap(err) != nil {
		b.Errorf("a function of a closed instance: %v", err)
	}
	if _, err := call(i.Func("size")); err == nil {
		b.Error("a function was found in a closed instance and called")
	}
	if n := len(memory.Bytes()); n != 0 {
		b.Errorf("the memory of a closed instance has %d bytes", n)
	}
	if _, ok := memory.Grow(1); ok {
		b.Error("the memory of a closed instance grew")
	}
	if again := i.Memory("memory"); again != nil && len(again.Bytes()) > 0 {
		b.Error("a closed instance has a memory")
	}
	provider := b.guest("provider", nil)
	consumer := b.compile("consumer", engine.Limits{})
	externs := b.link(consumer, provided{"p": provider})
	b.close(provider)
	if _, err := consumer.Instantiate(context.Background(), externs, engine.InstanceConfig{}); err == nil {
		b.Error("a closed instance was imported from")
	}
	if err := m.Close(context.Background()); err != nil {
		b.Error(err)
	}
	if _, err := m.Instantiate(context.Background(), nil, engine.InstanceConfig{}); err == nil {
		b.Error("a closed module was instantiated")
	}
}

func testModuleClosedFirst(b *bench) {
	m := b.compile("memory", engine.Limits{})
	i, other := b.make(m, nil, nil), b.make(m, nil, nil)
	if err := m.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.want(1, i, "grow", 1)
	b.close(i)
	b.want(1, other, "size")
	b.want('d', other, "load", 8)
	again := b.compile("memory", engine.Limits{})
	b.close(other)
	b.want(1, b.make(again, nil, nil), "size")
}

func testEngineClosesAll(b *bench) {
	three := b.three()
	m := b.compile("memory", engine.Limits{})
	i := b.make(m, nil, nil)
	f := i.Func("size")
	if err := b.engine.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
	if _, err := call(f); err == nil {
		b.Error("a function was called after the engine was closed")
	}
	if _, err := m.Instantiate(context.Background(), nil, engine.InstanceConfig{}); err == nil {
		b.Error("a module was instantiated after the engine was closed")
	}
	for _, i := range append(three[:], i) {
		b.close(i)
	}
	if err := m.Close(context.Background()); err != nil {
		b.Errorf("close the module: %v", err)
	}
}

func testEngineClosed(b *bench) {
	ctx := context.Background()
	if err := b.engine.Close(ctx); err != nil {
		b.Fatal(err)
	}
	if _, err := b.engine.Compile(ctx, b.binary("memory"), engine.Limits{}); err == nil {
		b.Error("a closed engine compiled")
	}
	if _, err := b.engine.Host(ctx); err == nil {
		b.Error("a closed engine made a host instance")
	}
}

// testBadBinaries: whatever the bytes, there is an error and nothing else.
func testBadBinaries(b *bench) {
	ctx := context.Background()
	whole := b.binary("traps")
	bad := map[string][]byte{
		"nothing":   nil,
		"text":      []byte("this is not a module"),
		"version":   append([]byte("\x00asm\x02\x00\x00\x00"), whole[8:]...),
		"component": []byte("\x00asm\x0d\x00\x01\x00"),
	}
	for n := 9; n < len(whole)-1; n += 7 {
		bad[fmt.Sprintf("the first %d bytes", n)] = whole[:n]
	}
	for _, section := range []byte{1, 2, 3, 4, 5, 6, 7, 9, 10, 11} {
		bad[fmt.Sprintf("section %d with 2³²−1 items", section)] =
			append([]byte("\x00asm\x01\x00\x00\x00"), section, 5, 0xff, 0xff, 0xff, 0xff, 0x0f)
	}
	for name, binary := range bad {
		if m, err := b.engine.Compile(ctx, binary, engine.Limits{}); err == nil && len(m.Exports()) > 0 {
			b.Errorf("%s was compiled", name)
		}
	}
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if m, err := b.engine.Compile(canceled, whole, engine.Limits{}); err == nil && m == nil {
		b.Error("neither a module nor an error")
	}
	b.want(1, b.guest("memory", nil), "size")
}

// heap returns how many bytes are in use after a collection.
func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc + stats.StackInuse
}

// flat checks that what round does, done often, leaves nothing behind.
func (b *bench) flat(rounds int, round func()) {
	b.Helper()
	for range rounds / 10 {
		round()
	}
	goroutines, before := runtime.NumGoroutine(), heap()
	for range rounds {
		round()
	}
	after := heap()
	if grown := int64(after) - int64(before); grown > 1<<20 && grown/int64(rounds) > 16 {
		b.Errorf("%d rounds left %d KiB behind", rounds, grown>>10)
	}
	if now := runtime.NumGoroutine(); now > goroutines+5 {
		b.Errorf("%d goroutines more", now-goroutines)
	}
}

// testManyInstances makes and closes 10,000 instances, of which some trap and
// some share.
// testChecked compiles what was checked before, with the limits of the check.
func testChecked(b *bench) {
	compiler, ok := b.engine.(engine.CheckedCompiler)
	if !ok {
		return // it is an engine all the same
	}
	checked, err := engine.CheckModule(b.binary("memory"), engine.Limits{MemoryBytes: 3 * engine.PageSize})
	if err != nil {
		b.Fatal(err)
	}
	m, err := compiler.CompileChecked(context.Background(), checked, nil)
	if err != nil {
		b.Fatal(err)
	}
	memory := b.make(m, nil, nil).Memory("memory")
	if _, ok := memory.Grow(3); ok {
		b.Error("the limits of the check are not those of the module")
	}
	if _, ok := memory.Grow(1); !ok {
		b.Error("the memory is full before its limit")
	}
	if _, err := compiler.CompileChecked(context.Background(), new(engine.Checked), nil); err == nil {
		b.Error("what was not checked was compiled")
	}
}

func testManyInstances(b *bench) {
	m := b.compile("memory", engine.Limits{})
	b.flat(10_000, func() {
		i := b.make(m, nil, nil)
		b.want(1, i, "grow", 1)
		b.close(i)
	})
	traps := b.compile("traps", engine.Limits{})
	from := b.hostFor(traps, nil)
	b.flat(300, func() {
		i := b.make(traps, from, nil)
		_, err := call(i.Func("load"), no)
		b.trap(err, engine.MemoryBounds)
		b.close(i)
	})
	start := b.compile("trapstart", engine.Limits{})
	externs := b.link(start, b.hostFor(start, map[string]hostFunc{"proceed": func(_ context.Context, _ engine.Instance, stack []uint64) error {
		stack[0] = 1
		return nil
	}}))
	b.flat(300, func() {
		_, err := start.Instantiate(context.Background(), externs, engine.InstanceConfig{})
		b.trap(err, engine.Unreachable)
	})
	provider, consumer := b.compile("provider", engine.Limits{}), b.compile("consumer", engine.Limits{})
	b.flat(1000, func() {
		p := b.make(provider, nil, nil)
		c := b.make(consumer, provided{"p": p}, nil)
		b.want(18, c, "sum")
		b.close(c)
		b.close(p)
	})
}

func testManyModules(b *bench) {
	b.flat(200, func() {
		m := b.compile("bounded", engine.Limits{})
		b.close(b.make(m, nil, nil))
		if err := m.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
}

func testManyInstancesAtOnce(b *bench) {
	m := b.compile("memory", engine.Limits{})
	instances := make([]engine.Instance, 1000)
	for n := range instances {
		instances[n] = b.make(m, nil, n)
		b.one(instances[n], "store", 100, uint64(n%251))
	}
	for n, i := range instances {
		b.want(uint64(n%251), i, "load", 100)
		if i.Data() != n {
			b.Errorf("instance %d has the data of %v", n, i.Data())
		}
		b.close(i)
	}
}

// testConcurrently has many goroutines compile, instantiate, call and close.
func testConcurrently(b *bench) {
	shared := b.compile("host", engine.Limits{})
	from := b.hostFor(shared, map[string]hostFunc{
		"end": who,
		"reenter": func(ctx context.Context, c engine.Instance, stack []uint64) error {
			inner, err := callContext(ctx, c.Func("depth"), stack[0]-1)
			stack[0] = inner[0]
			return err
		},
	})
	externs := b.link(shared, from)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			m := shared
			if g%4 == 0 {
				var err error
				if m, err = b.engine.Compile(context.Background(), b.binary("host"), engine.Limits{}); err != nil {
					b.Error(err)
					return
				}
			}
			for n := range 20 {
				if err := useOnce(m, externs, g*1000+n); err != nil {
					b.Errorf("goroutine %d: %v", g, err)
				}
			}
		})
	}
	b.in("all goroutines", wg.Wait)
}

// useOnce makes an instance, calls it, and closes it.
func useOnce(m engine.Module, externs []engine.Extern, number int) error {
	i, err := m.Instantiate(context.Background(), externs, engine.InstanceConfig{Data: number})
	if err != nil {
		return err
	}
	for range 20 {
		stack, err := call(i.Func("end"), 1)
		if err != nil || stack[0] != uint64(number+1) {
			return fmt.Errorf("end: %v, %v, want %d", stack, err, number+1)
		}
	}
	if stack, err := call(i.Func("depth"), 5); err != nil || stack[0] != 5 {
		return fmt.Errorf("depth: %v, %v", stack, err)
	}
	return i.Close(context.Background())
}

// testTrapsConcurrently has traps with frames on many goroutines, while others
// call.
func testTrapsConcurrently(b *bench) {
	m := b.compile("traps", engine.Limits{})
	externs := b.link(m, b.hostFor(m, nil))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 10 {
				i, err := m.Instantiate(context.Background(), externs, engine.InstanceConfig{})
				if err != nil {
					b.Error(err)
					return
				}
				_, err = call(i.Func([]string{"frames", "throw", "ok", "unreachable"}[g%4]), no)
				if trap := engine.AsTrap(err); g%4 == 0 && (trap == nil || len(trap.Frames) != 3) || (err == nil) != (g%4 == 2) {
					b.Errorf("goroutine %d: %v", g, err)
				}
				if err := i.Close(context.Background()); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for range 2 { // deep stacks take long to fill, so once is enough
		i := b.make(m, b.hostFor(m, nil), nil)
		wg.Go(func() {
			if _, err := call(i.Func("recurse"), 0); err == nil {
				b.Error("an endless recursion ended")
			}
		})
	}
	b.in("all goroutines", wg.Wait)
}
