// Command bench holds Patchbay against other hosts and against the bounds that
// it promises, and prints two tables.
//
//	cd bench && go run .
//	cd bench && go run . -only kernel
//	cd bench && go run . -only component
//	cd bench && go run . -only runaway
//	cd bench && guests/javascript.sh /tmp/js && go run . -only JavaScript -javascript /tmp/js
//
// The first compares: the engine alone, the least host that can be written by hand,
// wapc-go, Extism; wasmtime for components; metering and limits on and off. All
// subjects of a figure are measured in turn, round by round, in one process with one
// version of wazero; times are medians and so are ratios and differences, each taken
// within a round. There are hundreds of rounds of short turns. On Linux times are the
// calling thread's own, with what the garbage collector has it do, so that a busy
// machine blurs the table but does not bend it; where something works on several
// threads they are the process's. Every guest's answer is checked.
//
// The second has what is done again and again to see how long it takes at worst:
// guests that do not end run on every core. These are times of the clock on the
// wall, and mean something only on a machine that does nothing else.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A plan says what is measured, and how.
type plan struct {
	meter    meter
	samples  int    // of a trial
	only     string // in the names of figures
	examples string // folder

	javascript string // folder
}

func main() {
	var p plan
	flag.IntVar(&p.meter.rounds, "rounds", 501, "rounds of a figure, at most")
	flag.DurationVar(&p.meter.turn, "turn", 250*time.Microsecond, "how long a subject's turn in a round is, at least")
	flag.DurationVar(&p.meter.budget, "budget", 10*time.Second, "how long a figure may take, if five rounds are done by then")
	flag.IntVar(&p.samples, "samples", 400, "samples of what is measured at its worst")
	flag.StringVar(&p.only, "only", "", "measure only the figures whose names have this in them")
	flag.StringVar(&p.examples, "guests", "../examples/guests", "the folder of the examples' guests")
	flag.StringVar(&p.javascript, "javascript", "", "the folder of large components of JavaScript, made by guests/javascript.sh")
	smoke := flag.Bool("smoke", false, "only see that every row works: one short sample of each")
	flag.Parse()
	if *smoke {
		p.meter, p.samples = meter{rounds: 1, turn: time.Microsecond}, 1
	}
	if err := p.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (p plan) run(ctx context.Context) error {
	guests, err := readGuests(p.examples)
	if err != nil {
		return err
	}
	cacheDir, err := os.MkdirTemp("", "patchbay-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(cacheDir)
	hosts, err := newHosts(ctx, guests)
	if err != nil {
		return err
	}
	figures, err := hosts.figures(ctx, guests, cacheDir, p.examples)
	if err != nil {
		return err
	}
	javascript, missing, err := p.javascriptLoads(ctx, cacheDir)
	if err != nil {
		return err
	}
	figures = append(figures, javascript...)
	figures = slices.DeleteFunc(figures, func(f figure) bool { return !strings.Contains(f.name, p.only) })
	trials := hosts.patchbay.runaways(ctx, runawayGuest)
	trials = slices.DeleteFunc(trials, func(t trial) bool { return !strings.Contains(t.figure+", "+t.name, p.only) })
	if len(figures)+len(trials) == 0 {
		return fmt.Errorf("no figure has %q in its name", p.only)
	}
	fmt.Printf("%s %s/%s, %d cores\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if err := p.compare(figures); err != nil {
		return err
	}
	for _, file := range missing {
		if !strings.Contains("component, load JavaScript", p.only) {
			continue
		}
		fmt.Printf("\n##########  NOT RUN: load of %s; make it by guests/javascript.sh FOLDER and name it by -javascript FOLDER  ##########\n", file)
	}
	return p.try(trials)
}

// compare prints the first table.
func (p plan) compare(figures []figure) error {
	if len(figures) == 0 {
		return nil
	}
	fmt.Println()
	table := newTable(os.Stdout, "figure", "host", "time", "allocations", "ratio", "to", "at most", "aim", "met")
	for _, f := range figures {
		results, err := p.meter.measure(f.subjects)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		table.add(f, results)
	}
	return table.flush()
}

// try prints the second table.
func (p plan) try(trials []trial) error {
	if len(trials) == 0 {
		return nil
	}
	fmt.Println()
	table := newTable(os.Stdout, "figure", "guest", "samples", "p50", "p99", "worst", "p99 at most", "met")
	for _, t := range trials {
		took, err := t.run(p.samples)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", t.figure, t.name, err)
		}
		table.addTrial(t, took)
	}
	return table.flush()
}

func (h *hosts) figures(ctx context.Context, g *guests, cacheDir, examples string) ([]figure, error) {
	canEnd, cancel := context.WithCancel(ctx)
	context.AfterFunc(ctx, cancel)
	loops, err := h.loops(ctx, canEnd, g)
	if err != nil {
		return nil, err
	}
	kernels, err := h.kernels(ctx)
	if err != nil {
		return nil, err
	}
	limits, err := h.patchbay.limits(ctx, g.echo)
	if err != nil {
		return nil, err
	}
	tubes, err := h.patchbay.tubes(ctx, examples)
	if err != nil {
		return nil, err
	}
	components, err := h.patchbay.components(ctx, examples)
	if err != nil {
		return nil, err
	}
	loads, err := loads(ctx, g.large, cacheDir)
	return slices.Concat(
		[]figure{h.calls(ctx), h.hostCalls(ctx), h.megabytes(ctx), h.instances(ctx), loops},
		kernels,
		tubes,
		components,
		[]figure{limits, loads, h.throughput(ctx)},
	), err
}
