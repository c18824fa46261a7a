package corewasm_test

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tetratelabs/wazero"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestTraceOffsets traps under some frames of a module with many countdowns and
// padded indices, and wants the offsets of the original instructions.
func TestTraceOffsets(t *testing.T) {
	var b Builder
	before := b.Func(nil, nil, nil, Code{}.Loop().End().Loop().End())
	inner := b.Func(nil, nil, nil, Code{}.Loop().Loop().Call(before).End().Unreachable().End())
	middle := b.Func(nil, nil, nil, Code{}.Call(before).Op(0x10, byte(inner)|0x80, 0x80, 0x80, 0x80, 0).Op(1))
	outer := b.Func(nil, nil, nil, Code{}.Loop().Call(before).Call(middle).End())
	b.Export("trap", KindFunc, outer)
	spin := b.Func(nil, nil, nil, Code{}.Op(1).Loop().Call(before).Br(0).End())
	b.Export("spin", KindFunc, spin)
	tests := []struct {
		export string
		want   []place
	}{
		{"trap", []place{{inner, 1 + 2 + 2 + 2 + 1}, {middle, 1 + 2}, {outer, 1 + 2 + 2}}},
		{"spin", []place{{spin, 1 + 1 + 2 + 2}}}, // the tick counts as the branch
	}
	for name, config := range map[string]wazero.RuntimeConfig{
		"compiler": wazero.NewRuntimeConfig(), "interpreter": wazero.NewRuntimeConfigInterpreter(),
	} {
		for _, test := range tests {
			t.Run(name+"/"+test.export, func(t *testing.T) {
				r := newRuntimeWith(t, config, 5)
				r.stop = func(ticks int) error {
					if ticks == 7 {
						return errors.New("stop")
					}
					return nil
				}
				got := trace(t, r, b.Bytes(), test.export)
				if test.export == "spin" && len(got) == 2 {
					got = got[1:] // stopped in the function that it calls
				}
				if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(place{})); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// place is an instruction: a function of the original, and an offset in its
// body, in which the locals take one byte.
type place struct {
	function uint32
	offset   int
}

// trace rewrites a module, calls an export that traps and returns the places of
// the frames in the original, innermost first.
func trace(t *testing.T, r *runtime, binary []byte, export string) (places []place) {
	t.Helper()
	module, err := Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	section, _ := module.Section(SectionCode)
	bodies, _ := module.Bodies()
	rewritten := rewrite(t, binary, Options{Slice: 3, ModuleName: "m17", Trace: true})
	_, err = r.instantiate(t, rewritten.Binary).ExportedFunction(export).Call(context.Background())
	if err == nil {
		t.Fatal("no trap")
	}
	frame := regexp.MustCompile(`m17\.\$(\d+)\(\)\n\t\t(0x[0-9a-f]+): `)
	for _, match := range frame.FindAllStringSubmatch(err.Error(), -1) {
		function, _ := strconv.Atoi(match[1])
		offset, _ := strconv.ParseUint(match[2], 0, 64)
		original := int(rewritten.Offsets.Original(offset)) + int(section.Content.Offset)
		body := bodies[function-1] // the tick is function 0
		places = append(places, place{uint32(function - 1), original - int(body.Offset)})
	}
	if len(places) == 0 {
		t.Fatalf("no frames: %v", err)
	}
	return places
}
