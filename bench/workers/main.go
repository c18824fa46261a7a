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
	capacity time.Duration // of finding it out
	swapping time.Duration // of a hundred swaps, and of the same load without
	trapping time.Duration // of each half
	resident int           // plugins
	swaps    int
	ballast  int // functions of a guest
}

func main() {
	p := plan{swaps: 100}
	flag.DurationVar(&p.capacity, "capacity", 3*time.Second, "how long calls are counted to find the capacity")
	flag.DurationVar(&p.swapping, "swapping", 30*time.Second, "how long the load lasts, once with swaps and once without")
	flag.DurationVar(&p.trapping, "trapping", 60*time.Second, "how long the guest that traps is called, and the same without traps")
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
	capacity: 50 * time.Millisecond, swapping: 300 * time.Millisecond, trapping: 100 * time.Millisecond,
	resident: 5, swaps: 20, ballast: 1,
}

func (p plan) run(ctx context.Context) error {
	fmt.Printf("%s %s/%s, %d cores\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, measure := range []func(context.Context) error{p.swap, p.trap, p.reside} {
		if err := measure(ctx); err != nil {
			return err
		}
	}
	return nil
}
