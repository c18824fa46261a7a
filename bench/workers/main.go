// Command workers measures what Patchbay promises of workers: versions that are
// swapped under load lose no call, a guest that traps now and then costs its new
// instances and no more, and many plugins fit into one process.
//
//	cd bench && go run ./workers
//
// Load is open: calls begin when they are due, whether or not those before them
// have ended, and what a call took is counted from when it was due.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"
)

// A plan says how long things are measured, and how many there are.
type plan struct {
	rounds   int           // of finding the capacity and of loads
	capacity time.Duration // of finding it out, once
	swapping time.Duration // of all loads together, half of it with swaps
	trapping time.Duration // of all calls of the guest that traps
	resident int           // plugins
	swaps    int
	ballast  int    // functions of a guest
	only     string // what is measured; empty: everything
}

func main() {
	p := plan{swaps: 100}
	flag.IntVar(&p.rounds, "rounds", 10, "rounds of each load")
	flag.DurationVar(&p.capacity, "capacity", time.Second, "how long calls are counted to find the capacity, as often as there are rounds")
	flag.DurationVar(&p.swapping, "swapping", 60*time.Second, "how long the load lasts, half of it with swaps")
	flag.DurationVar(&p.trapping, "trapping", 90*time.Second, "how long the guest that traps is called, three tenths of it for what that is held against")
	flag.StringVar(&p.only, "only", "", "measure only this: swap, trap or reside")
	flag.IntVar(&p.resident, "resident", 1000, "how many plugins are loaded at once")
	flag.IntVar(&p.ballast, "ballast", 200, "functions of a guest, 400 bytes each")
	smoke := flag.Bool("smoke", false, "only see that everything works")
	flag.Parse()
	if *smoke {
		p = smallest
	}
	if err := p.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "workers:", err)
		os.Exit(1)
	}
}

var smallest = plan{
	rounds: 2, capacity: 50 * time.Millisecond, swapping: 300 * time.Millisecond, trapping: 100 * time.Millisecond,
	resident: 5, swaps: 20, ballast: 1,
}

func (p plan) run(ctx context.Context) error {
	fmt.Printf("%s %s/%s, %d cores\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	figures := []struct {
		name    string
		measure func(context.Context) error
	}{{"swap", p.swap}, {"trap", p.trap}, {"reside", p.reside}}
	for _, f := range figures {
		if p.only != "" && p.only != f.name {
			continue
		}
		if err := f.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}
