// Command bench holds Patchbay against other hosts and prints one table: the
// engine alone, the least host that can be written by hand, wapc-go, Extism.
//
//	cd bench && go run .
//	cd bench && go run . -only kernel
//
// All subjects of a figure are measured in turn, round by round, in one process
// with one version of wazero; times are medians and so are ratios, each taken
// within a round. On Linux they are the calling thread's own, so that a busy
// machine blurs the table but does not bend it. Every guest answers with what it
// was given, and that is checked.
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

func main() {
	rounds := flag.Int("rounds", 51, "samples of each subject, at most")
	length := flag.Duration("sample", 3*time.Millisecond, "how long a sample is, at least")
	budget := flag.Duration("budget", 10*time.Second, "how long a figure may take, if five rounds are done by then")
	examples := flag.String("guests", "../examples/guests", "the folder of the examples' guests")
	only := flag.String("only", "", "measure only the figures whose names have this in them")
	smoke := flag.Bool("smoke", false, "only see that every row works: one short sample of each")
	flag.Parse()
	m := meter{*rounds, *length, *budget}
	if *smoke {
		m = meter{1, time.Microsecond, 0}
	}
	if err := run(context.Background(), m, *examples, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, m meter, examples, only string) error {
	guests, err := readGuests(examples)
	if err != nil {
		return err
	}
	cacheDir, err := os.MkdirTemp("", "patchbay-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(cacheDir)
	figures, err := allFigures(ctx, guests, cacheDir)
	if err != nil {
		return err
	}
	figures = slices.DeleteFunc(figures, func(f figure) bool { return !strings.Contains(f.name, only) })
	if len(figures) == 0 {
		return fmt.Errorf("no figure has %q in its name", only)
	}
	fmt.Printf("%s %s/%s, %d cores\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	table := newTable(os.Stdout)
	for _, f := range figures {
		results, err := m.measure(f.subjects)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		table.add(f, results)
	}
	return table.flush()
}

func allFigures(ctx context.Context, g *guests, cacheDir string) ([]figure, error) {
	h, err := newHosts(ctx, g)
	if err != nil {
		return nil, err
	}
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
	loads, err := loads(ctx, g.large, cacheDir)
	return slices.Concat(
		[]figure{h.calls(ctx), h.hostCalls(ctx), h.megabytes(ctx), h.instances(ctx), loops},
		kernels,
		[]figure{loads, h.throughput(ctx)},
	), err
}
