package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A table prints results as Markdown that can be read as it is.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer, columns ...string) *table {
	t := &table{tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)}
	t.line(columns...)
	t.line(slices.Repeat([]string{"---"}, len(columns))...)
	return t
}

func (t *table) line(cells ...string) {
	fmt.Fprintln(t.w, "| "+strings.Join(cells, "\t| ")+"\t|")
}

// add prints a line for each subject, and one for each further ratio.
func (t *table) add(f figure, results []result) {
	figure := f.name
	for i, s := range f.subjects {
		r := results[i]
		cells := []string{figure, s.name, duration(r.nanoseconds), fmt.Sprint(r.allocations)}
		if s.limit.must != 0 {
			t.line(append(cells, "", "", duration(s.limit.must), "", s.limit.verdict(r.nanoseconds))...)
			cells = []string{"", "", "", ""}
		}
		for j, a := range s.against {
			t.line(append(cells, ratio(r.ratios[j]), a.to, ratio(a.bound.must), ratio(a.bound.aim), a.bound.verdict(r.ratios[j]))...)
			cells = []string{"", "", "", ""}
		}
		for j, a := range s.over {
			t.line(append(cells, fmt.Sprintf("%+.1f ns", r.differences[j]), a.to, duration(a.bound.must), "", a.bound.verdict(r.differences[j]))...)
			cells = []string{"", "", "", ""}
		}
		if cells[1] != "" {
			t.line(append(cells, "", "", "", "", "")...)
		}
		figure = ""
	}
}

// addTrial prints the line of a trial.
func (t *table) addTrial(r trial, took []time.Duration) {
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(math.Ceil(share*float64(len(took))))-1])
	}
	most := bound{must: float64(r.most)}
	t.line(r.figure, r.name, fmt.Sprint(len(took)), duration(at(0.5)), duration(at(0.99)), duration(at(1)),
		duration(most.must), most.verdict(at(0.99)))
}

func (t *table) flush() error { return t.w.Flush() }

// verdict says what value is within.
func (b bound) verdict(value float64) string {
	switch {
	case b.must == 0:
		return ""
	case value > b.must:
		return "no"
	case b.aim == 0:
		return "yes"
	case value > b.aim:
		return "yes, not the aim"
	}
	return "yes, the aim"
}

func ratio(r float64) string {
	switch {
	case r == 0:
		return ""
	case r < 0.1:
		return fmt.Sprintf("%.3f", r)
	case r < 10:
		return fmt.Sprintf("%.2f", r)
	}
	return fmt.Sprintf("%.0f", r)
}

// duration prints three digits with a unit.
func duration(ns float64) string {
	if ns < 0 {
		return "-" + duration(-ns)
	}
	units := []string{"ns", "µs", "ms", "s"}
	for len(units) > 1 && ns >= 999.5 {
		ns, units = ns/1000, units[1:]
	}
	switch {
	case ns < 10:
		return fmt.Sprintf("%.2f %s", ns, units[0])
	case ns < 100:
		return fmt.Sprintf("%.1f %s", ns, units[0])
	}
	return fmt.Sprintf("%.0f %s", ns, units[0])
}
