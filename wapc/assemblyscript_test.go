package wapc_test

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
)

// object places text into the guest as AssemblyScript does and returns where.
func (s *script) object(text string) uint32 {
	var bytes []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		bytes = binary.LittleEndian.AppendUint16(bytes, unit)
	}
	header := binary.LittleEndian.AppendUint32(nil, uint32(len(bytes)))
	ptr, _ := s.put(string(header) + string(bytes))
	return ptr + 4
}

func TestAbort(t *testing.T) {
	var s script
	message, file := s.object("index out of range 🎛"), s.object("~lib/array.ts")
	half := s.object("\U0001F39B") // of which only the first half counts
	binary.LittleEndian.PutUint32(s.data[half-4-dataAt:], 2)
	for _, test := range []struct {
		name string
		args []uint32
		want string
	}{
		{"message and place", []uint32{message, file, 130, 22}, "guest aborted: index out of range 🎛 at ~lib/array.ts:130:22"},
		{"no message", []uint32{0, file, 1, 2}, "guest aborted at ~lib/array.ts:1:2"},
		{"no place", []uint32{message, 0, 0, 0}, "guest aborted: index out of range 🎛"},
		{"nothing", []uint32{0, 0, 0, 0}, "guest aborted"},
		{"outside the memory", []uint32{memoryEnd + 4, 0xffffffff, 1, 2}, "guest aborted"},
		{"length outside the memory", []uint32{3, memoryEnd, 0, 0}, "guest aborted"},
		{"half a character", []uint32{half, 0, 0, 0}, "guest aborted: \uFFFD"},
	} {
		t.Run("WP-76 "+test.name, func(t *testing.T) {
			guest := newRig(t).start("puppet.wasm", nil, engine.Limits{})
			_, err := (&script{data: s.data}).do(stepAbort, test.args...).run(guest)
			wantTrap(t, err, engine.Unreachable, test.want)
			if got := engine.AsTrap(err).Text; got != test.want {
				t.Errorf("text %q, want %q", got, test.want)
			}
		})
	}
	t.Run("WP-27 WP-76 with the guest's own text", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", nil, engine.Limits{})
		s := new(script).on(stepError, "own words")
		_, err := s.do(stepAbort, s.object("message")).run(guest)
		wantTrap(t, err, engine.Unreachable, "guest aborted: message", "own words")
	})
}

func TestTraceAndSeed(t *testing.T) {
	r := newRig(t)
	guest := r.start("puppet.wasm", nil, engine.Limits{})
	var s script
	message := s.object("größe")
	s.do(stepTrace, message, 0).do(stepTrace, message, 2).do(stepTrace, 0, 5).do(stepTrace, message, 0xffffffff)
	reply, err := s.answer(16, 8).run(guest)
	if err != nil {
		t.Fatal(err)
	}
	all := " 0.5, 1.5, 2.5, 3.5, 4.5"
	want := []string{"7 trace: größe", "7 trace: größe 0.5, 1.5", "7 trace: " + all, "7 trace: größe" + all}
	if diff := cmp.Diff(want, r.log); diff != "" {
		t.Error(diff)
	}
	seed := math.Float64frombits(binary.LittleEndian.Uint64([]byte(reply)))
	if !(seed >= 0 && seed < 1<<53) || strings.Count(reply, "\x00") > 5 {
		t.Errorf("seed %v", seed)
	}
}
