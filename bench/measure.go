package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"
)

// A subject is one thing that is measured.
type subject struct {
	// name says what it is, within its figure.
	name string

	// run does it n times.
	run func(n int) error

	// units is how many units one time of run counts as; 0 means 1. Times are
	// printed for one unit.
	units float64

	// parallel, if there is one, is run instead: it does it n times on several
	// threads at once and returns how long the busiest of them ran.
	parallel func(n int) (time.Duration, error)

	// threads says that it works on other threads than the one that calls, too.
	threads bool

	// limit bounds the time in nanoseconds.
	limit bound

	// against is what the time is held against, as a ratio.
	against []against

	// over is what the time is held against, as a difference in nanoseconds.
	over []against
}

// An against is a comparison of two times.
type against struct {
	to    string // a subject of the same figure
	bound bound
}

// A bound is what must hold and what is aimed at. Without must there is none,
// and without aim must is the aim.
type bound struct{ must, aim float64 }

// A result is what was measured of a subject. Times are medians over the rounds.
type result struct {
	nanoseconds float64   // per unit
	allocations uint64    // per time of run
	ratios      []float64 // one for each of the subject's against
	differences []float64 // one for each of the subject's over
}

// A meter measures the subjects of a figure side by side.
type meter struct {
	rounds int           // at most
	turn   time.Duration // how long a subject's turn is, at least
	budget time.Duration // after it no round begins, once there are a few

	clock func() time.Duration // nil: thread, or process if a subject has threads
}

// measure gives every subject a turn in each round, so that whatever else the
// machine does meets them all alike, and they are compared within a round. Turns
// are short, so that there are many rounds, and each round has another order, so
// that none always has the same one before it. The garbage collector runs when it
// likes: what it has callers do is a part of the turn that this falls into.
func (m meter) measure(subjects []subject) ([]result, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if m.clock == nil {
		m.clock = clockFor(subjects)
	}
	times := make([]int, len(subjects))
	results := make([]result, len(subjects))
	for i, s := range subjects {
		var err error
		if times[i], results[i].allocations, err = m.calibrate(s); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	alike(times)
	runtime.GC()
	nanoseconds := make([][]float64, len(subjects))
	shuffled := rand.New(rand.NewPCG(1, 2))
	for round, start := 0, time.Now(); round < m.rounds && (round < 5 || time.Since(start) < m.budget); round++ {
		for _, i := range shuffled.Perm(len(subjects)) {
			took, err := m.sample(subjects[i], times[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", subjects[i].name, err)
			}
			nanoseconds[i] = append(nanoseconds[i], float64(took)/float64(times[i])/max(subjects[i].units, 1))
		}
	}
	for i := range results {
		results[i].of(i, subjects, nanoseconds)
	}
	return results, nil
}

// clockFor returns the clock of the calling thread, unless subjects have others.
func clockFor(subjects []subject) func() time.Duration {
	if slices.ContainsFunc(subjects, func(s subject) bool { return s.threads }) {
		return process
	}
	return thread
}

// alike has subjects run as often in a turn as the one that runs most often, if
// they are not much slower: then each makes as much garbage, and when the
// collector runs does not depend on whose turn it is.
func alike(times []int) {
	most := slices.Max(times)
	for i, n := range times {
		if n >= most/4 {
			times[i] = most
		}
	}
}

// of makes the medians of subject i.
func (r *result) of(i int, subjects []subject, nanoseconds [][]float64) {
	r.nanoseconds = median(nanoseconds[i])
	for _, a := range subjects[i].against {
		r.ratios = append(r.ratios, median(quotients(nanoseconds[i], nanoseconds[a.in(subjects)])))
	}
	for _, a := range subjects[i].over {
		r.differences = append(r.differences, median(differences(nanoseconds[i], nanoseconds[a.in(subjects)])))
	}
}

// in returns where among the subjects it is that a compares with.
func (a against) in(subjects []subject) int {
	return slices.IndexFunc(subjects, func(other subject) bool { return other.name == a.to })
}

// calibrate returns how often s runs in one turn, and how many objects each time
// allocates, without what there is of once in a turn. It also warms s up. What was
// long only once was disturbed.
func (m meter) calibrate(s subject) (times int, allocations uint64, err error) {
	least := m.turn
	if s.parallel != nil {
		least *= 10 // threads begin and end in it
	}
	var before, after runtime.MemStats
	for n, long := 1, 0; ; {
		runtime.ReadMemStats(&before)
		took, err := m.sample(s, n)
		if err != nil {
			return 0, 0, err
		}
		if took < least {
			n, long = 2*n, 0
			continue
		}
		runtime.ReadMemStats(&after)
		if long++; long == 3 {
			return n, (after.Mallocs - before.Mallocs) / uint64(n), nil
		}
	}
}

// sample runs s that many times.
func (m meter) sample(s subject, n int) (time.Duration, error) {
	if s.parallel != nil {
		return s.parallel(n)
	}
	start := m.clock()
	err := s.run(n)
	return m.clock() - start, err
}

func quotients(a, b []float64) []float64 {
	q := make([]float64, len(a))
	for i := range a {
		q[i] = a[i] / b[i]
	}
	return q
}

func differences(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return d
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}
