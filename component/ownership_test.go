package component_test

import (
	"context"
	"slices"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
)

// A keeper is an instance of $Keeper, and what the host knows of the things that
// it gave out, by number.
type keeper struct {
	*testing.T
	*component.Instance
	dropped map[uint32]int
	taken   []uint32 // that came back to the host as arguments
}

// A thingHost gives out things in one of the two ways that there are: as a number,
// or as a Go value.
type thingHost interface {
	define(k *keeper, l *component.Linker)

	// call calls a function of the guest's with n, or with thing n itself where it
	// takes one, and returns which things the host has after it.
	call(k *keeper, function string, n uint32) (has []uint32, err error)
}

func (k *keeper) drop(n uint32) error {
	k.dropped[n]++
	return nil
}

func newKeeper(t *testing.T, c *component.Component, h thingHost) *keeper {
	t.Helper()
	k := &keeper{T: t, dropped: map[uint32]int{}}
	var l component.Linker
	h.define(k, &l)
	pre, err := l.Link(c)
	if err != nil {
		t.Fatal(err)
	}
	if k.Instance, err = pre.Instantiate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k
}

// TestOwnership has calls fail in all ways while resources are on their way, and
// wants each to be dropped once when the instance is closed, or to be the host's.
func TestOwnership(t *testing.T) {
	tests := []struct {
		function string
		fails    bool
		has      []uint32 // what the host has after the call
		dropped  int      // how often thing 7 is dropped before the instance is closed
	}{
		{"keep", false, nil, 0},
		{"drop", false, nil, 1},
		{"take", false, []uint32{7}, 0},
		{"give", false, []uint32{7}, 0},
		{"keep-this", false, nil, 0},
		{"trap", true, nil, 0},
		{"take-wrong", true, nil, 0},
		{"get-first", true, nil, 0},
		{"get-last", true, nil, 1}, // it never got there
		{"give-wrong", true, nil, 0},
		{"give-lent", true, []uint32{8}, 0},
		{"accept", true, []uint32{7}, 0}, // the call did not begin
	}
	c := compiled(t, "ownership", "$Keeper")
	for name, h := range map[string]thingHost{"numbers": new(numberHost), "Go values": goHost{}} {
		for _, test := range tests {
			t.Run(name+"/"+test.function, func(t *testing.T) {
				k := newKeeper(t, c, h)
				has, err := h.call(k, test.function, 7)
				if (err != nil) != test.fails {
					t.Fatal(err)
				}
				if has = append(has, k.taken...); !slices.Equal(has, test.has) {
					t.Errorf("the host has %v, want %v", has, test.has)
				}
				if n := k.dropped[7]; n != test.dropped {
					t.Errorf("dropped %d times before the instance is closed", n)
				}
				for range 2 {
					if err := k.Close(context.Background()); err != nil {
						t.Error(err)
					}
				}
				want := 1
				if slices.Contains(has, 7) {
					want = 0
				}
				if n := k.dropped[7]; n != want || k.dropped[8] != 0 {
					t.Errorf("dropped %d times in all, want %d; the one that was lent %d times", n, want, k.dropped[8])
				}
			})
		}
	}
}

// FuzzOwnership makes calls in any order, in one instance until one traps, and wants
// each thing to be dropped once or to be the host's.
func FuzzOwnership(f *testing.F) {
	functions := []string{"keep", "drop", "take", "give", "keep-this", "trap", "take-wrong", "get-first", "get-last", "give-wrong", "give-lent", "accept"}
	f.Add([]byte{0, 1, 2, 3, 4, 0, 5, 0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 0, 11, 3, 0, 0})
	c := compiled(f, "ownership", "$Keeper")
	f.Fuzz(func(t *testing.T, input []byte) {
		for _, h := range []thingHost{new(numberHost), goHost{}} {
			k, first, has := newKeeper(t, c, h), uint32(100), map[uint32]bool{}
			end := func(next uint32) {
				if err := k.Close(context.Background()); err != nil {
					t.Error(err)
				}
				for _, n := range k.taken {
					has[n] = true
				}
				for n := first; n < next; n++ {
					if once := k.dropped[n] == 1; once == has[n] || k.dropped[n] > 1 {
						t.Fatalf("%v: thing %d was dropped %d times; the host has it: %v", input, n, k.dropped[n], has[n])
					}
				}
				first = next
			}
			for i, b := range input[:min(len(input), 64)] {
				n := uint32(100 + i)
				got, err := h.call(k, functions[int(b)%len(functions)], n)
				for _, n := range got {
					has[n] = true
				}
				if err != nil {
					end(n + 1)
					k = newKeeper(t, c, h)
				}
			}
			end(uint32(100 + min(len(input), 64)))
		}
	})
}

// TestOwnershipOfOthers is the same where another instance has the things: its
// destructor runs when the guest that owns one is closed.
func TestOwnershipOfOthers(t *testing.T) {
	for _, test := range []struct {
		function string
		fails    bool
		closed   uint32 // how often the destructor has run when the guest is closed
		lost     bool   // the owner is called no more
	}{
		{"keep", false, 1, false},
		{"drop", false, 1, false},
		{"take", false, 0, false},
		{"trap", true, 1, false},
		{"take-wrong", true, 1, false}, // before it was called
		{"get-first", true, 0, true},
		{"get-last", true, 0, true},
	} {
		t.Run(test.function, func(t *testing.T) {
			w := workbench{t, newEngine(t)}
			var l component.Linker
			owner := w.instantiate(&l, compiled(t, "ownership", "$Owner"))
			l.DefineInstance(owner, "things")
			pre, err := l.Link(compiled(t, "ownership", "$Keeper"))
			w.check(err)
			guest, err := pre.Instantiate(t.Context())
			w.check(err)
			if err := guest.Func(test.function).CallGo(t.Context(), nil, uint32(7)); (err != nil) != test.fails {
				t.Fatal(err)
			}
			w.check(guest.Close(context.Background()))
			var dropped uint32
			err = owner.Func("dropped").CallGo(t.Context(), &dropped)
			if (err != nil) != test.lost || dropped != test.closed {
				t.Errorf("the destructor ran %d times, want %d: %v", dropped, test.closed, err)
			}
		})
	}
}

// TestFamily has a child drop what its parent defines, and a parent what its child
// does: each time the destructor of the definer runs, once.
func TestFamily(t *testing.T) {
	for _, test := range []struct{ make, take, gone string }{{"make", "take", "gone"}, {"make-own", "take-own", "gone-own"}} {
		w := workbench{t, newEngine(t)}
		i := w.instantiate(new(component.Linker), compiled(t, "destructors", "$Family"))
		var handle *types.Handle
		var gone uint32
		w.check(i.Func(test.make).CallGo(t.Context(), &handle, uint32(7)))
		w.check(i.Func(test.take).CallGo(t.Context(), nil, handle))
		w.check(i.Func(test.gone).CallGo(t.Context(), &gone))
		if gone != 7 || !handle.Gone {
			t.Errorf("%s: %d went, and the handle is %v", test.take, gone, handle)
		}
		if err := i.Drop(t.Context(), handle); err == nil {
			t.Errorf("%s: dropped twice", test.take)
		}
	}
}
