package main

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"
)

// A fakeMachine is a clock that runs tell how long they took, and a list of who
// ran how often.
type fakeMachine struct {
	now  time.Duration
	runs []fakeRun
}

type fakeRun struct {
	name  string
	times int
}

// subject takes that long for each time, and what is more at times.
func (m *fakeMachine) subject(name string, each time.Duration, more func(turn int) time.Duration) subject {
	turn := 0
	return subject{name: name, run: func(n int) error {
		m.now += time.Duration(n)*each + more(turn)
		m.runs = append(m.runs, fakeRun{name, n})
		turn++
		return nil
	}}
}

func (m *fakeMachine) meter(rounds int) meter {
	return meter{rounds: rounds, turn: 1000, budget: time.Hour, clock: func() time.Duration { return m.now }}
}

func never(int) time.Duration { return 0 }

// TestMeasure holds medians against a machine that is slow in every third turn.
func TestMeasure(t *testing.T) {
	var m fakeMachine // each has its own outliers
	third := func(turn int) time.Duration { return time.Duration(turn%3/2) * time.Millisecond }
	fast, slow := m.subject("fast", 10, third), m.subject("slow", 30, third)
	slow.against, slow.over = []against{{to: "fast"}}, []against{{to: "fast"}}
	slow.units, fast.units = 10, 10
	results, err := m.meter(100).measure([]subject{fast, slow})
	if err != nil {
		t.Fatal(err)
	}
	if results[0].nanoseconds != 1 || results[1].nanoseconds != 3 {
		t.Errorf("%v and %v ns, want 1 and 3", results[0].nanoseconds, results[1].nanoseconds)
	}
	if !slices.Equal(results[1].ratios, []float64{3}) || !slices.Equal(results[1].differences, []float64{2}) {
		t.Errorf("ratios %v and differences %v, want 3 and 2", results[1].ratios, results[1].differences)
	}
}

// TestRounds sees that all have a turn in each round, as often as the fastest runs
// or, if they are much slower, as long as a turn is, and that the order changes.
func TestRounds(t *testing.T) {
	var m fakeMachine
	const rounds = 20
	if _, err := m.meter(rounds).measure([]subject{
		m.subject("fast", 100, never), m.subject("slower", 300, never), m.subject("slow", 1000, never),
	}); err != nil {
		t.Fatal(err)
	}
	turns := m.runs[len(m.runs)-3*rounds:]
	orders := map[[3]fakeRun]bool{}
	for round := range slices.Chunk(turns, 3) {
		orders[[3]fakeRun(round)] = true
		for _, want := range []fakeRun{{"fast", 16}, {"slower", 16}, {"slow", 1}} {
			if !slices.Contains(round, want) {
				t.Errorf("a round without %v: %v", want, round)
			}
		}
	}
	if len(orders) < 3 {
		t.Errorf("%d rounds in %d orders", rounds, len(orders))
	}
}

// TestBudget sees that there are five rounds whatever they take, and no more than
// the budget is for.
func TestBudget(t *testing.T) {
	var m fakeMachine
	meter := m.meter(100)
	meter.budget = 0
	if _, err := meter.measure([]subject{m.subject("a", 1000, never)}); err != nil {
		t.Fatal(err)
	}
	if calibration := 3; len(m.runs) != calibration+5 {
		t.Errorf("%d turns, want %d and 5", len(m.runs), calibration)
	}
}

// TestAllocations sees that what a turn allocates once is not counted.
func TestAllocations(t *testing.T) {
	var m fakeMachine
	var kept []*[4]int
	results, err := m.meter(1).measure([]subject{{name: "three", run: func(n int) error {
		m.now += time.Duration(n)
		kept = nil
		for range 3*n + 7 {
			kept = append(kept[:0], new([4]int))
		}
		return nil
	}}})
	if err != nil || results[0].allocations != 3 {
		t.Errorf("%d allocations, %v; want 3", results[0].allocations, err)
	}
}

// TestMeasureFails sees that an error says whose it is.
func TestMeasureFails(t *testing.T) {
	wrong := errors.New("wrong answer")
	runs := 0
	_, err := new(fakeMachine).meter(1).measure([]subject{{name: "late", run: func(int) error {
		if runs++; runs == 3 {
			return wrong
		}
		return nil
	}}})
	if !errors.Is(err, wrong) || err.Error() != "late: wrong answer" {
		t.Errorf("got %v", err)
	}
}

// TestClock sees that time on other threads counts for a figure where there is some.
func TestClock(t *testing.T) {
	own, shared := subject{}, subject{threads: true}
	for _, test := range []struct {
		subjects []subject
		want     func() time.Duration
	}{{[]subject{own, own}, thread}, {[]subject{own, shared}, process}} {
		if got := clockFor(test.subjects); reflect.ValueOf(got).Pointer() != reflect.ValueOf(test.want).Pointer() {
			t.Errorf("%v: another clock", test.subjects)
		}
	}
}
