package componenttest

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/wave"
)

// calls are calls of echo, one on each line, with their results behind an arrow
// where they are something else than the only argument.
//
//go:embed calls.txt
var calls string

// A Suite tests one guest in one runtime.
type Suite struct {
	World *World
	Guest Guest

	// Start makes an instance, whose host is the one given.
	Start func(*testing.T, *Host) Instance

	// Slow leaves out most of what is generated, and what is large.
	Slow bool
}

// Run runs all tests, each with an instance of its own.
func (s *Suite) Run(t *testing.T) {
	t.Run("calls", s.calls)
	t.Run("generated", s.generated)
	if !s.Slow {
		t.Run("large", s.large)
	}
	t.Run("counters", s.counters)
	t.Run("trap", s.trap)
}

// calls makes the calls of the table.
func (s *Suite) calls(t *testing.T) {
	i, n := s.Start(t, NewHost(s.World)), 0
	for line := range strings.Lines(calls) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if n++; !s.line(t, i, line) {
			t.Logf("not for %s, which has doubles only: %s", s.Guest.Name, line)
		}
	}
	if n < 100 {
		t.Errorf("there are but %d calls", n)
	}
}

// line makes the call of a line, unless it is beyond the guest.
func (s *Suite) line(t *testing.T, i Instance, line string) bool {
	t.Helper()
	call, result, stated := strings.Cut(line, " -> ")
	name, args, err := wave.ParseCall(call, s.find)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	f := s.World.Echo[name]
	var want types.Value
	switch {
	case stated:
		want, err = wave.Parse(result, f.Result)
	case f.Result != nil:
		want = args[0]
	}
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if s.Guest.Narrow() && slices.ContainsFunc(args, wide) {
		return false
	}
	s.expect(t, i, name, args, want)
	return true
}

func (s *Suite) find(name string) (*types.FuncType, error) {
	if f := s.World.Echo[name]; f != nil {
		return f, nil
	}
	return nil, fmt.Errorf("echo has no %s", name)
}

// expect calls a function of echo.
func (s *Suite) expect(t *testing.T, i Instance, name string, args []types.Value, want types.Value) {
	t.Helper()
	got, err := i.Call(s.World.Echo[name], []string{Echo, name}, args)
	if err != nil {
		t.Fatalf("%s(%.200v): %v", name, args, err)
	}
	if got.String() != want.String() {
		t.Errorf("%s(%.200v): got %.200v, want %.200v", name, args, got, want)
	}
}

// wide reports whether there is an integer in v that no double is.
func wide(v types.Value) bool {
	const exact = 1 << 53
	switch t := v.Type(); {
	case t.Kind() == types.U64:
		return v.Uint() > exact
	case t.Kind() == types.S64:
		return v.Int() > exact || v.Int() < -exact
	case t.IsVariant():
		payload, ok := v.Payload()
		return ok && wide(payload)
	case t.IsRecord(), t.IsList():
		for _, e := range v.All() {
			if wide(e) {
				return true
			}
		}
	}
	return false
}

// generated calls each function of echo with generated values.
func (s *Suite) generated(t *testing.T) {
	seeds := uint64(6)
	if s.Slow {
		seeds = 3
	}
	i := s.Start(t, NewHost(s.World))
	for _, name := range s.echoes() {
		for seed := range seeds {
			g := NewGenerator(seed)
			g.Narrow, g.Short = s.Guest.Narrow(), s.Slow || s.Guest.Narrow()
			args := g.Args(s.World.Echo[name])
			s.expect(t, i, name, args, args[0])
		}
	}
}

// echoes are the functions that answer with their argument.
func (s *Suite) echoes() []string {
	var names []string
	for name := range s.World.Echo {
		if strings.HasPrefix(name, "echo-") && name != "echo-many" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// large sends much at once.
func (s *Suite) large(t *testing.T) {
	i := s.Start(t, NewHost(s.World))
	bytes := make([]byte, 1<<20)
	for n := range bytes {
		bytes[n] = byte(n * n >> 8)
	}
	text := types.StringValue(strings.Repeat("Grüße, 世界 🙂 ", 1<<15))
	reading := types.RecordValue(s.World.Echo["echo-reading"].Result, types.StringValue("näher"), types.U32Value(3),
		types.F64Value(math.Pi), types.BoolValue(true))
	for _, large := range []struct {
		name string
		v    types.Value
	}{
		{"echo-bytes", types.BytesValue(bytes)},
		{"echo-string", text},
		{"echo-readings", types.ListValue(s.World.Echo["echo-readings"].Result, slices.Repeat([]types.Value{reading}, 20_000)...)},
		{"echo-strings", types.ListValue(s.World.Echo["echo-strings"].Result, text, text)},
	} {
		s.expect(t, i, large.name, []types.Value{large.v}, large.v)
	}
}

// trap has a call trap, by a refusal of the host or of the guest's memory; the
// instance is entered no more.
func (s *Suite) trap(t *testing.T) {
	i := s.Start(t, NewHost(s.World))
	c, err := i.Call(s.World.Counters["[constructor]counter"], []string{Counters, "[constructor]counter"}, []types.Value{types.S32Value(1)})
	if err != nil {
		t.Fatal(err)
	}
	args := []types.Value{lent(c), types.U32Value(TooMany)}
	if _, err = i.Call(s.World.Counters["split"], []string{Counters, "split"}, args); err == nil {
		t.Errorf("split into %d parts: no error", uint32(TooMany))
	}
	if _, err = i.Call(s.World.Counters["alive"], []string{Counters, "alive"}, nil); err == nil {
		t.Error("entered after a trap")
	}
}
