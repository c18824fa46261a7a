package component_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// FuzzHandles has a guest and the host do with handles what the input says, true
// handles and wrong ones, and holds what comes of it against a model: each call
// succeeds or traps as it must, and each resource is destroyed once.
func FuzzHandles(f *testing.F) {
	pre := handlesComponent(f)
	f.Add([]byte{opMake, 0, opMake, 0, opPeek, 0x10, opKeep, 0x20, opBack, 0x10, opPeeks, 0x12, opPeekTake, 0x12, opDrop, 0x10})
	f.Add([]byte{opMake, 0, opGive, 0x10, opLendDrop, 0, opAccept, 0, opAccept, 0, opGive, 0x10, opHostDrop, 0x10, opHostDrop, 0x10})
	f.Add([]byte{opMake, 0, opMake, 0, opPeekTake, 0x11, opMake, 0, opTake, 0x10, opTake, 0x10})
	f.Add([]byte{opMake, 0, opGive, 0x10, opLendLeak, 0, opMake, 0, opGive, 0x10, opLendTake, 0, opHostDrop, 0})
	f.Add([]byte{opMake, 0, opKeep, 0x10, opOwnerRep, 0x10, opOwnerDrop, 0x10, opOwnerRep, 0x10, opDrop, 0xf0, opBack, 0})
	f.Fuzz(func(t *testing.T, input []byte) {
		m := &handleModel{t: t, pre: pre}
		m.restart()
		for step := range slices.Chunk(input[:min(len(input), 512)], 2) {
			if len(step) == 2 {
				m.step(step[0]%opCount, uint32(step[1]>>4), uint32(step[1]&15))
			}
		}
		m.close()
	})
}

const (
	opMake byte = iota
	opTake
	opKeep
	opBack
	opPeek
	opPeekTake
	opPeeks
	opDrop
	opOwnerRep
	opOwnerDrop
	opGive
	opAccept
	opLendDrop
	opLendLeak
	opLendTake
	opHostDrop
	opCount
)

func handlesComponent(f *testing.F) *component.Pre {
	f.Helper()
	text, err := os.ReadFile("testdata/script/handles.json")
	if err != nil {
		f.Fatal(err)
	}
	var commands []wast.Command
	if err := json.Unmarshal(text, &commands); err != nil {
		f.Fatal(err)
	}
	e, err := coreEngine()
	if err != nil {
		f.Fatal(err)
	}
	c, err := component.Compile(f.Context(), e, commands[0].Source.Binary, component.Config{})
	if err != nil {
		f.Fatal(err)
	}
	pre, err := new(component.Linker).Link(c)
	if err != nil {
		f.Fatal(err)
	}
	return pre
}

// A handleModel is an instance, and what must be true of it.
type handleModel struct {
	t        *testing.T
	pre      *component.Pre
	instance *component.Instance

	made, destroyed uint32
	user, owner     map[uint32]uint32 // the resource behind each handle
	host            []hostHandle
}

type hostHandle struct {
	handle   *types.Handle
	resource uint32
	spent    bool
}

func (m *handleModel) restart() {
	i, err := m.pre.Instantiate(context.Background())
	if err != nil {
		m.t.Fatal(err)
	}
	*m = handleModel{t: m.t, pre: m.pre, instance: i, user: map[uint32]uint32{}, owner: map[uint32]uint32{}}
}

func (m *handleModel) close() {
	if err := m.instance.Close(context.Background()); err != nil {
		m.t.Error(err)
	}
}

// call calls a function, whose result goes to result, and reports whether it
// succeeded. It must trap unless ok is set; the instance is replaced then.
func (m *handleModel) call(ok bool, result any, path [2]string, args ...any) bool {
	m.t.Helper()
	err := m.instance.Func(path[0], path[1]).CallGo(context.Background(), result, args...)
	switch {
	case ok && err != nil:
		m.t.Fatalf("%v %v: %v", path, args, err)
	case ok:
		return true
	case engine.AsTrap(err) == nil:
		m.t.Fatalf("%v %v: no trap: %v", path, args, err)
	}
	var n uint32
	if err := m.instance.Func("owner", "destroyed").CallGo(context.Background(), &n); err == nil {
		m.t.Fatalf("%v %v: entered after a trap", path, args)
	}
	m.close()
	m.restart()
	return false
}

func user(name string) [2]string { return [2]string{"user", name} }

// put has a table hold a resource under the index that a call returned.
func (m *handleModel) put(table map[uint32]uint32, index, resource uint32) {
	m.t.Helper()
	if _, taken := table[index]; taken || index == 0 {
		m.t.Fatalf("handle %d was given twice, or is none", index)
	}
	table[index] = resource
}

func (m *handleModel) step(op byte, a, b uint32) {
	var result uint32
	resource, has := m.user[a]
	second, hasSecond := m.user[b]
	switch op {
	case opMake:
		if len(m.user) < 12 {
			m.call(true, &result, user("make"))
			m.made++
			m.put(m.user, result, m.made)
		}
	case opTake, opDrop:
		name := user("take")
		if op == opDrop {
			name = user("drop")
		}
		if m.call(has, nil, name, a) {
			delete(m.user, a)
			m.destroyed++
		}
	case opKeep:
		if m.call(has, &result, user("keep"), a) {
			delete(m.user, a)
			m.put(m.owner, result, resource)
		}
	case opBack:
		resource, has := m.owner[a]
		if m.call(has, &result, user("back"), a) {
			delete(m.owner, a)
			m.put(m.user, result, resource)
		}
	case opPeek:
		if m.call(has, &result, user("peek"), a) && result != resource {
			m.t.Fatalf("%d is behind handle %d, not %d", result, a, resource)
		}
	case opPeeks:
		if m.call(has && hasSecond, &result, user("peeks"), a, b) && result != resource+second {
			m.t.Fatalf("peeks %d %d: %d", a, b, result)
		}
	case opPeekTake:
		if m.call(has && hasSecond && a != b, nil, user("peek-take"), a, b) {
			delete(m.user, b)
			m.destroyed++
		}
	case opOwnerRep:
		resource, has := m.owner[a]
		if m.call(has, &result, [2]string{"owner", "rep"}, a) && result != resource {
			m.t.Fatalf("%d is behind the owner's handle %d, not %d", result, a, resource)
		}
	case opOwnerDrop:
		_, has := m.owner[a]
		if m.call(has, nil, [2]string{"owner", "drop"}, a) {
			delete(m.owner, a)
			m.destroyed++
		}
	case opGive:
		var handle *types.Handle
		if m.call(has, &handle, user("give"), a) {
			delete(m.user, a)
			m.host = append(m.host, hostHandle{handle: handle, resource: resource})
		}
	default:
		if int(a) < len(m.host) {
			m.hostStep(op, &m.host[a])
		}
	}
	m.checkDestroyed()
}

// hostStep does something with a handle of the host. One that is spent is refused,
// and that is no trap.
func (m *handleModel) hostStep(op byte, h *hostHandle) {
	var result uint32
	names := map[byte]string{opAccept: "accept", opLendDrop: "lend-drop", opLendLeak: "lend-leak", opLendTake: "lend-take"}
	if h.spent {
		err := m.instance.Drop(context.Background(), h.handle)
		if op != opHostDrop {
			err = m.instance.Func("user", names[op]).CallGo(context.Background(), &result, h.handle)
		}
		if err == nil || engine.AsTrap(err) != nil {
			m.t.Fatalf("a spent handle: %v", err)
		}
		return
	}
	switch op {
	case opAccept:
		m.call(true, &result, user("accept"), h.handle)
		h.spent = true
		m.put(m.user, result, h.resource)
	case opLendDrop:
		if m.call(true, &result, user("lend-drop"), h.handle); result != h.resource {
			m.t.Fatalf("lent %d, got %d", h.resource, result)
		}
	case opLendLeak, opLendTake:
		m.call(false, &result, user(names[op]), h.handle)
	case opHostDrop:
		if err := m.instance.Drop(context.Background(), h.handle); err != nil {
			m.t.Fatal(err)
		}
		h.spent = true
		m.destroyed++
	}
}

func (m *handleModel) checkDestroyed() {
	m.t.Helper()
	var n uint32
	if m.call(true, &n, [2]string{"owner", "destroyed"}); n != m.destroyed {
		m.t.Fatalf("%d resources are destroyed, not %d", n, m.destroyed)
	}
}
