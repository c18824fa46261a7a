package main

import (
	"fmt"
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

// A result is what was measured of a subject: medians over the rounds.
type result struct {
	nanoseconds float64   // per unit
	allocations float64   // per time of run
	ratios      []float64 // one for each of the subject's against
	differences []float64 // one for each of the subject's over
}

// A meter measures the subjects of a figure side by side.
type meter struct {
	rounds int           // at most
	sample time.Duration // how long one sample is, at least
	budget time.Duration // after it no round begins, once there are a few
}

// measure takes one sample of every subject in each round, so that whatever
// else the machine does meets them all alike; they are compared within a round.
func (m meter) measure(subjects []subject) ([]result, error) {
	times := make([]int, len(subjects))
	for i, s := range subjects {
		n, err := m.calibrate(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		times[i] = n
	}
	nanoseconds := make([][]float64, len(subjects))
	allocations := make([][]float64, len(subjects))
	start := time.Now()
	for round := range m.rounds {
		if round >= 5 && time.Since(start) > m.budget {
			break
		}
		for i, s := range subjects {
			elapsed, mallocs, err := sample(s, times[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			nanoseconds[i] = append(nanoseconds[i], float64(elapsed)/float64(times[i])/max(s.units, 1))
			allocations[i] = append(allocations[i], float64(mallocs)/float64(times[i]))
		}
	}
	results := make([]result, len(subjects))
	for i, s := range subjects {
		results[i] = result{nanoseconds: median(nanoseconds[i]), allocations: median(allocations[i])}
		for _, a := range s.against {
			results[i].ratios = append(results[i].ratios, median(quotients(nanoseconds[i], nanoseconds[a.in(subjects)])))
		}
		for _, a := range s.over {
			results[i].differences = append(results[i].differences, median(differences(nanoseconds[i], nanoseconds[a.in(subjects)])))
		}
	}
	return results, nil
}

// in returns where among the subjects it is that a compares with.
func (a against) in(subjects []subject) int {
	return slices.IndexFunc(subjects, func(other subject) bool { return other.name == a.to })
}

// calibrate returns how often s runs in one sample. It also warms s up. What
// was long only once was disturbed.
func (m meter) calibrate(s subject) (int, error) {
	for n, long := 1, 0; ; {
		elapsed, _, err := sample(s, n)
		if err != nil {
			return 0, err
		}
		if elapsed < m.sample {
			n, long = 2*n, 0
			continue
		}
		if long++; long == 3 {
			return n, nil
		}
	}
}

// sample runs s that many times.
func sample(s subject, n int) (elapsed time.Duration, mallocs uint64, err error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if s.parallel != nil {
		elapsed, err = s.parallel(n)
	} else {
		start := process()
		err = s.run(n)
		elapsed = process() - start
	}
	runtime.ReadMemStats(&after)
	return elapsed, after.Mallocs - before.Mallocs, err
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
