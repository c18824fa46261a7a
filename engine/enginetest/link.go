package enginetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

var linkTests = []test{
	{"ThreeInstances", testThreeInstances},
	{"StartOrder", testStartOrder},
	{"TwoGroups", testTwoGroups},
	{"CloseInAnyOrder", testCloseInAnyOrder},
	{"Names", testNames},
	{"OneImportTwice", testOneImportTwice},
	{"Reexports", testReexports},
	{"Mismatches", testMismatches},
	{"WrongCounts", testWrongCounts},
	{"OtherEngine", testOtherEngine},
	{"Beside", testBeside},
	{"Unmet", testUnmet},
}

// three makes three instances that share a memory, a table and a global, whose
// Data are 1, 2 and 3.
func (b *bench) three() [3]engine.Instance {
	b.Helper()
	instances, _ := b.threeStarted()
	return instances
}

// threeStarted also returns in which order they were started.
func (b *bench) threeStarted() (three [3]engine.Instance, started []uint64) {
	b.Helper()
	from := b.hostFor(b.compile("first", engine.Limits{}), map[string]hostFunc{
		"who": who,
		"started": func(_ context.Context, c engine.Instance, stack []uint64) error {
			if c.Data() != int(stack[0]) {
				return errors.New("another instance is the caller")
			}
			started = append(started, stack[0])
			return nil
		},
	})
	for k, name := range []string{"first", "second", "third"} {
		three[k] = b.make(b.compile(name, engine.Limits{}), from, k+1)
		from[name] = three[k]
	}
	return three, started
}

func testThreeInstances(b *bench) {
	three := b.three()
	first, second, third := three[0], three[1], three[2]

	// The start functions built on one another through the memory.
	b.want(11, first, "load", 0)
	b.want(33, first, "load", 4)
	b.want(66, third, "load", 8)
	b.want(101, first, "counter_value")

	// All see the elements of all, in both directions, and a host function is
	// called by whose code it is that calls it.
	for _, i := range three {
		n := uint64(i.Data().(int))
		for element, want := range []uint64{1, n, 2 + 33, 2, 3 + 66, 3} {
			b.want(want, i, "through_table", uint64(element))
		}
		_, err := call(i.Func("through_table"), 6)
		b.trap(err, engine.TableBounds)
	}
	b.want(1, third, "through_first", 1)

	// What one writes, the others see, and the host through each of them.
	b.one(first, "store", 100, 12345)
	b.want(12345, third, "load", 100)
	b.want(12345, second, "load_through_first", 100)
	if got := second.Memory("memory").Bytes()[100]; got != 12345&0xff {
		b.Errorf("the host sees %d through the second", got)
	}
	second.Memory("memory").Bytes()[101] = 0
	b.want(12345&0xff, first, "load", 100)

	// When one grows the memory, it is larger for all.
	b.want(1, first, "grow", 3)
	b.want(4, second, "size")
	if got := len(second.Memory("memory").Bytes()); got != 4*engine.PageSize {
		b.Errorf("the second has %d bytes after the first grew", got)
	}
	b.one(first, "store", 3*engine.PageSize, 77)
	b.want(77, third, "load", 3*engine.PageSize)
	if before, ok := second.Memory("memory").Grow(1); !ok || before != 4 {
		b.Errorf("the host grows through the second: %d, %v", before, ok)
	}
	b.want(0, third, "load", 5*engine.PageSize-4)
	b.want(0, first, "load", 5*engine.PageSize-4)

	first.Global("counter").Set(500)
	b.want(500, first, "counter_value")
}

func testStartOrder(b *bench) {
	if _, started := b.threeStarted(); !slices.Equal(started, []uint64{1, 2, 3}) {
		b.Errorf("started %v", started)
	}
}

// testTwoGroups: instances of the same modules share nothing unless they are
// linked with each other.
func testTwoGroups(b *bench) {
	one, other := b.three(), b.three()
	b.one(one[0], "store", 200, 1)
	b.one(other[0], "store", 200, 2)
	b.want(1, one[2], "load", 200)
	b.want(2, other[2], "load", 200)
}

// testCloseInAnyOrder: what is still open goes on as long as it is open, when
// those that import are closed first; other orders must do no harm.
func testCloseInAnyOrder(b *bench) {
	for _, order := range [][]int{{2, 1, 0}, {2, 0, 1}, {1, 2, 0}, {1, 0, 2}, {0, 1, 2}, {0, 2, 1}} {
		three := b.three()
		open := [3]bool{true, true, true}
		for _, k := range order {
			b.close(three[k])
			b.close(three[k])
			open[k] = false
			if _, err := call(three[k].Func("through_table"), 0); err == nil {
				b.Errorf("order %v: a closed instance was called", order)
			}
			for n, i := range three {
				if open[n] && (n == 0 || open[0]) {
					b.want(1, i, "through_table", 0)
					b.want(uint64(n+1), i, "through_table", 1)
				}
			}
		}
	}
}

func testNames(b *bench) {
	m := b.compile("names", engine.Limits{})
	number := func(n uint64) engine.Instance {
		body := func(_ context.Context, _ engine.Instance, stack []uint64) error {
			stack[0] = n
			return nil
		}
		result := engine.FuncType{Results: []engine.ValueType{engine.I32}}
		return b.host(
			engine.HostFunc{Name: "", Type: result, Call: body},
			engine.HostFunc{Name: "a", Type: result, Call: body},
			engine.HostFunc{Name: "same", Type: result, Call: body},
		)
	}
	i := b.make(m, provided{"": number(1), "b": number(2), "same": number(3)}, nil)
	b.want(1, i, "empty")
	b.want(1, i, "a")
	b.want(2, i, "b")
	b.want(3003, i, "")
	if t, ok := i.Export(""); !ok || t.Kind != engine.KindFunc {
		b.Errorf("the export without a name is %v, %v", t, ok)
	}
}

// testOneImportTwice gives an import that is there twice two things, and each
// import something of another name.
func testOneImportTwice(b *bench) {
	m := b.compile("names", engine.Limits{})
	var funcs []engine.HostFunc
	for n, name := range []string{"one", "two", "three", "four", "five"} {
		funcs = append(funcs, engine.HostFunc{
			Name: name,
			Type: engine.FuncType{Results: []engine.ValueType{engine.I32}},
			Call: func(_ context.Context, c engine.Instance, stack []uint64) error {
				if c.Data() != "data" {
					return errors.New("another caller")
				}
				stack[0] = uint64(n + 1)
				return nil
			},
		})
	}
	host := b.host(funcs...)
	var externs []engine.Extern
	for _, f := range funcs {
		externs = append(externs, engine.Extern{Instance: host, Name: f.Name})
	}
	for range 2 {
		i, err := m.Instantiate(context.Background(), externs, engine.InstanceConfig{Data: "data"})
		if err != nil {
			b.Fatal(err)
		}
		b.want(1, i, "empty")
		b.want(2, i, "a")
		b.want(3, i, "b")
		b.want(4005, i, "")
		slices.Reverse(externs)
		i, err = m.Instantiate(context.Background(), externs, engine.InstanceConfig{Data: "data"})
		if err != nil {
			b.Fatal(err)
		}
		b.want(5, i, "empty")
		b.want(2001, i, "")
		slices.Reverse(externs)
		b.close(i)
	}
}

// testReexports links a chain in which each exports what it imports.
func testReexports(b *bench) {
	provider := b.guest("provider", nil)
	m := b.compile("consumer", engine.Limits{})
	externs := b.link(m, provided{"p": provider})
	var chain []engine.Instance
	for range 4 {
		i, err := m.Instantiate(context.Background(), externs, engine.InstanceConfig{})
		if err != nil {
			b.Fatal(err)
		}
		b.want(18, i, "sum")
		chain = append(chain, i)
		for k, imported := range m.Imports() {
			if imported.Name != "table" {
				externs[k] = engine.Extern{Instance: i, Name: imported.Name}
			}
		}
	}
	chain[3].Global("var").Set(100)
	b.want(112, chain[0], "sum")
	b.one(chain[2], "store", 8, 99)
	b.want(99, provider, "load", 8)
	b.want(7, chain[3], "get")
	if got := chain[3].Memory("memory").Bytes()[8]; got != 99 {
		b.Errorf("the last of the chain has %d in its memory", got)
	}
}

func testMismatches(b *bench) {
	provider := b.guest("provider", nil)
	memory := b.guest("memory", nil)
	bounded := b.guest("bounded", nil)
	calls := b.guest("calls", nil)
	traps := b.compile("traps", engine.Limits{})
	host := b.hostFor(traps, nil)["host"]
	m := b.compile("consumer", engine.Limits{})
	good := b.link(m, provided{"p": provider})
	of := func(i engine.Instance, name string) engine.Extern { return engine.Extern{Instance: i, Name: name} }
	for _, test := range []struct {
		name   string
		place  int
		extern engine.Extern
		ok     bool
	}{
		{"a memory without maximum", 0, of(memory, "memory"), false},
		{"a smaller maximum", 0, of(bounded, "memory"), true},
		{"a function for a memory", 0, of(provider, "get"), false},
		{"a memory for a function", 4, of(provider, "memory"), false},
		{"a global for a table", 1, of(provider, "const"), false},
		{"a mutable global for a constant", 2, of(calls, "g_i32"), false},
		{"a constant for a mutable global", 3, of(provider, "const"), false},
		{"a global of another type", 3, of(calls, "g_f64"), false},
		{"a global that fits", 3, of(calls, "g_i64"), true},
		{"a function of another type", 4, of(provider, "load"), false},
		{"a host function of another type", 4, of(host, "a"), false},
		{"a function that fits", 4, of(calls, "get_i32"), true},
		{"an export that is not there", 4, of(provider, "nothing"), false},
		{"no instance", 4, engine.Extern{}, false},
	} {
		b.Run(test.name, func(t *testing.T) {
			externs := slices.Clone(good)
			externs[test.place] = test.extern
			i, err := m.Instantiate(context.Background(), externs, engine.InstanceConfig{})
			if test.ok != (err == nil) || engine.AsTrap(err) != nil {
				t.Errorf("error %v", err)
			}
			if err == nil {
				if err := i.Close(context.Background()); err != nil {
					t.Error(err)
				}
			} else if !strings.Contains(err.Error(), m.Imports()[test.place].Name) {
				t.Errorf("error %q does not name the import", err)
			}
		})
	}
	b.want(18, b.make(m, provided{"p": provider}, nil), "sum")
}

func testWrongCounts(b *bench) {
	m := b.compile("consumer", engine.Limits{})
	externs := b.link(m, provided{"p": b.guest("provider", nil)})
	for _, wrong := range [][]engine.Extern{nil, externs[:4], append(slices.Clone(externs), externs[0])} {
		if _, err := m.Instantiate(context.Background(), wrong, engine.InstanceConfig{}); err == nil {
			b.Errorf("%d imports were taken for 5", len(wrong))
		}
	}
}

// stranger is an instance that no engine made.
type stranger struct{ engine.Instance }

func testOtherEngine(b *bench) {
	m := b.compile("consumer", engine.Limits{})
	provider := b.guest("provider", nil)
	externs := b.link(m, provided{"p": provider})
	externs[0].Instance = stranger{provider}
	if _, err := m.Instantiate(context.Background(), externs, engine.InstanceConfig{}); err == nil {
		b.Error("an instance of another engine was linked")
	}
}

func testUnmet(b *bench) {
	m := b.compile("consumer", engine.Limits{})
	_, err := engine.Link(m, provided{"q": b.guest("provider", nil)})
	var link *engine.LinkError
	if !errors.As(err, &link) || len(link.Unmet) != 5 {
		b.Errorf("error %v", err)
	}
	_, err = engine.Link(m, provided{"p": b.guest("calls", nil)})
	if !errors.As(err, &link) || len(link.Unmet) != 5 {
		b.Errorf("error %v", err)
	}
}

// testBeside: from instances that belong together others can import anything,
// although both have run.
func testBeside(b *bench) {
	i32 := []corewasm.ValueType{corewasm.I32}
	var first corewasm.Builder
	ran := first.ImportFunc("host", "ran", nil, nil)
	first.Export("memory", corewasm.KindMemory, first.Memory(corewasm.Limit(1)))
	first.Export("global", corewasm.KindGlobal, first.Global(corewasm.I32, true, corewasm.Code{}.I32Const(7)))
	first.Export("get", corewasm.KindFunc, first.Func(nil, i32, nil, corewasm.Code{}.GlobalGet(0)))
	first.Start(first.Func(nil, nil, nil, corewasm.Code{}.Call(ran)))
	var last corewasm.Builder
	last.Import("one", "memory", corewasm.Desc{Kind: corewasm.KindMemory})
	last.Import("other", "global", corewasm.Desc{Kind: corewasm.KindGlobal, Value: corewasm.I32, Mutable: true})
	last.Export("get", corewasm.KindFunc, last.ImportFunc("other", "get", nil, i32))
	const i32Load8U = 0x2d
	last.Export("load", corewasm.KindFunc, last.Func(nil, i32, nil, corewasm.Code{}.I32Const(0).Mem(i32Load8U, 0, 0)))
	last.Export("set", corewasm.KindFunc, last.Func(i32, nil, nil, corewasm.Code{}.LocalGet(0).GlobalSet(0)))

	m := b.compileBytes(first.Bytes(), engine.Limits{})
	times := 0
	from := b.hostFor(m, map[string]hostFunc{"ran": func(context.Context, engine.Instance, []uint64) error {
		times++
		return nil
	}})
	var instances []engine.Instance
	var config engine.InstanceConfig
	for range 2 {
		i, err := m.Instantiate(context.Background(), b.link(m, from), config)
		if err != nil {
			b.Fatal(err)
		}
		config.Beside = i
		instances = append(instances, i)
	}
	one, other := instances[0], instances[1]
	one.Memory("memory").Bytes()[0] = 5
	third := b.compileBytes(last.Bytes(), engine.Limits{})
	i, err := third.Instantiate(context.Background(), b.link(third, provided{"one": one, "other": other}), config)
	if err != nil {
		b.Fatal(err)
	}
	b.want(5, i, "load")
	b.want(7, i, "get")
	b.one(i, "set", 8)
	b.want(8, other, "get")
	b.want(7, one, "get")
	if times != 2 {
		b.Errorf("%d start functions ran", times)
	}
}
