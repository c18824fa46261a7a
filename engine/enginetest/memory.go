package enginetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

var memoryTests = []test{
	{"Grow", testGrow},
	{"GrowByHost", testGrowByHost},
	{"OwnMaximum", testOwnMaximum},
	{"Limits", testMemoryLimits},
	{"Tables", testTables},
	{"Views", testViews},
	{"Clone", testClone},
	{"Fresh", testFresh},
}

// no is what memory.grow answers when it refuses.
const no = 0xffffffff

func testGrow(b *bench) {
	m := b.compile("memory", engine.Limits{MemoryBytes: 4*engine.PageSize + 100})
	i := b.make(m, nil, nil)
	memory := i.Memory("memory")
	b.one(i, "store", 65535, 9)
	for _, step := range []struct{ grow, answer, size uint64 }{
		{0, 1, 1}, {1, 1, 2}, {3, no, 2}, {0xffff, no, 2}, {0x10000, no, 2}, {0x80000000, no, 2}, {no, no, 2},
		{2, 2, 4}, {1, no, 4}, {0, 4, 4},
	} {
		b.want(step.answer, i, "grow", garbage|step.grow)
		b.want(step.size, i, "size")
		if got := len(memory.Bytes()); got != int(step.size)*engine.PageSize {
			b.Errorf("after grow %d the host sees %d bytes", step.grow, got)
		}
		b.want(9, i, "load", 65535)
		b.want(0, i, "load", step.size*engine.PageSize-2)
	}
	_, err := call(i.Func("load"), 4*engine.PageSize)
	b.trap(err, engine.MemoryBounds)
	b.one(i, "store", 4*engine.PageSize-1, 8)
	if got := memory.Bytes()[4*engine.PageSize-1]; got != 8 {
		b.Errorf("the host sees %d in the last byte", got)
	}
}

func testGrowByHost(b *bench) {
	m := b.compile("memory", engine.Limits{MemoryBytes: 3 * engine.PageSize})
	i := b.make(m, nil, nil)
	memory := i.Memory("memory")
	for _, step := range []struct {
		grow, before, size uint32
		ok                 bool
	}{
		{0, 1, 1, true}, {1, 1, 2, true}, {2, 0, 2, false}, {0xffffffff, 0, 2, false}, {1, 2, 3, true}, {1, 0, 3, false},
	} {
		before, ok := memory.Grow(step.grow)
		if ok != step.ok || ok && before != step.before {
			b.Errorf("Grow(%d) = %d, %v, want %d, %v", step.grow, before, ok, step.before, step.ok)
		}
		b.want(uint64(step.size), i, "size")
		memory.Bytes()[int(step.size)*engine.PageSize-1] = byte(step.size)
		b.want(uint64(step.size), i, "load", uint64(step.size)*engine.PageSize-1)
	}
	if string(memory.Bytes()[8:12]) != "data" {
		b.Error("the data is gone")
	}
}

func testOwnMaximum(b *bench) {
	i := b.guest("bounded", nil)
	b.want(1, i, "grow", 1)
	b.want(no, i, "grow", 1)
	if _, ok := i.Memory("memory").Grow(1); ok {
		b.Error("the host grew a memory beyond its maximum")
	}
	b.want(2, i, "size")
}

func testMemoryLimits(b *bench) {
	ctx := context.Background()
	_, err := b.engine.Compile(ctx, b.binary("provider"), engine.Limits{MemoryBytes: engine.PageSize})
	var refused *engine.BinaryError
	if !errors.As(err, &refused) || refused.Limit != "MemoryBytes" {
		b.Errorf("a memory of two pages where one is allowed: %v", err)
	}
	m, err := b.engine.Compile(ctx, b.binary("huge"), engine.Limits{MemoryBytes: 2 * engine.PageSize})
	if err != nil {
		b.Fatalf("a maximum beyond the limit: %v", err)
	}
	i := b.make(m, nil, nil)
	b.want(1, i, "grow", 1)
	b.want(no, i, "grow", 1)
	b.want(no, i, "grow", 0xfffe)
	if _, err := b.engine.Compile(ctx, b.binary("huge"), engine.Limits{MemoryBytes: 1 << 50}); err != nil {
		b.Errorf("a limit that is none: %v", err)
	}
	for field, limits := range map[string]engine.Limits{
		"ModuleSize": {ModuleSize: 100}, "Functions": {Functions: 3}, "FunctionSize": {FunctionSize: 10}, "TableElements": {TableElements: 3},
	} {
		_, err := b.engine.Compile(ctx, b.binary("traps"), limits)
		if !errors.As(err, &refused) || refused.Limit != field {
			b.Errorf("%s: %v", field, err)
		}
	}
}

// testTables has tables grow to their limit together, whoever grows them.
func testTables(b *bench) {
	limits := engine.Limits{TableElements: 10}
	exportGrow := func(build *corewasm.Builder, table byte) {
		i32 := []corewasm.ValueType{corewasm.I32}
		code := corewasm.Code{}.Op(0xd0, 0x70).LocalGet(0).Op(0xfc, 15, table) // ref.null func, table.grow
		build.Export(fmt.Sprint("grow", table), corewasm.KindFunc, build.Func(i32, i32, nil, code))
	}
	var owner, user corewasm.Builder
	owner.Export("table", corewasm.KindTable, owner.Table(corewasm.FuncRef, corewasm.Limit(3)))
	owner.Table(corewasm.FuncRef, corewasm.Limit(4))
	exportGrow(&owner, 0)
	exportGrow(&owner, 1)
	user.Import("owner", "table", corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(0)})
	user.Table(corewasm.FuncRef, corewasm.Limit(8))
	exportGrow(&user, 0)
	exportGrow(&user, 1)
	of := b.make(b.compileBytes(owner.Bytes(), limits), nil, nil)
	by := b.make(b.compileBytes(user.Bytes(), limits), provided{"owner": of}, nil)
	b.want(no, of, "grow0", 4)
	b.want(3, of, "grow0", 2)
	b.want(no, of, "grow1", 2)
	b.want(4, of, "grow1", 1)
	b.want(no, of, "grow0", 1)
	b.want(no, by, "grow1", 3)
	b.want(8, by, "grow1", 2)
	b.want(5, by, "grow0", 0)
	b.want(no, by, "grow0", 6)
	_, err := b.engine.Compile(context.Background(), owner.Bytes(), engine.Limits{TableElements: 6})
	var refused *engine.BinaryError
	if !errors.As(err, &refused) || refused.Limit != "TableElements" {
		b.Errorf("tables of 3 and 4 elements where 6 are allowed: %v", err)
	}
}

func testViews(b *bench) {
	i := b.guest("memory", nil)
	memory := i.Memory("memory")
	for _, v := range []struct {
		ptr, size uint32
		ok        bool
	}{
		{8, 4, true}, {0, 65536, true}, {65535, 1, true}, {65535, 2, false}, {65536, 0, true}, {0xffffffff, 0, true},
		{0xffffffff, 0xffffffff, false}, {1, 0xffffffff, false}, {65536, 1, false},
	} {
		view, ok := engine.View(memory, v.ptr, v.size)
		if ok != v.ok || ok && (len(view) != int(v.size) || cap(view) != len(view)) {
			b.Errorf("View(%d, %d): %d bytes, %v", v.ptr, v.size, len(view), ok)
		}
	}
	view, _ := engine.View(memory, 8, 4)
	if string(view) != "data" {
		b.Errorf("view %q", view)
	}
	b.one(i, "store", 8, 'D')
	if string(view) != "Data" {
		b.Error("the view does not see what the guest wrote")
	}
}

// testClone makes an instance that goes on where another one was, from an image
// of its memory and its globals.
func testClone(b *bench) {
	m := b.compile("state", engine.Limits{})
	old := b.make(m, nil, nil)
	b.one(old, "init", 3)
	image := bytes.Clone(old.Memory("memory").Bytes())
	ready := old.Global("ready").Get()
	b.close(old)
	for range 3 {
		i := b.make(m, nil, nil)
		_, err := call(i.Func("read"), 5)
		b.trap(err, engine.Unreachable)
		memory := i.Memory("memory")
		pages := uint32(len(image)-len(memory.Bytes())) / engine.PageSize
		if _, ok := memory.Grow(pages); !ok {
			b.Fatal("the clone's memory does not grow")
		}
		copy(memory.Bytes(), image)
		i.Global("ready").Set(ready)
		b.want(15, i, "read", 5)
		b.want(3*19999, i, "read", 19999)
		b.close(i)
	}
}

// testFresh: a new instance sees nothing of those before it.
func testFresh(b *bench) {
	m := b.compile("memory", engine.Limits{})
	clean := make([]byte, engine.PageSize)
	copy(clean[8:], "data")
	for n := range 6 {
		i := b.make(m, nil, nil)
		memory := i.Memory("memory")
		if !bytes.Equal(memory.Bytes(), clean) {
			b.Fatalf("instance %d begins with what another one wrote", n)
		}
		memory.Grow(uint32(n))
		if rest := memory.Bytes()[engine.PageSize:]; len(rest) != n*engine.PageSize || len(bytes.TrimLeft(rest, "\x00")) != 0 {
			b.Fatalf("instance %d grows to what another one wrote", n)
		}
		for k := range memory.Bytes() {
			memory.Bytes()[k] = 0xaa
		}
		b.close(i)
	}
}
