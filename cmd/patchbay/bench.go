package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/spf13/cobra"
)

const benchLong = `Call one operation of a guest over and over and say how long the calls took.

Calls are made by as many goroutines as the pool has instances, each after one
call to warm up. The payload is as for patchbay call. The first error ends the
measurement, with the exit code that patchbay call would have; an interrupt ends it
as well, and the figures so far are shown. They hold one reading of the clock for
each call, some 50 ns.`

const benchExample = `  patchbay bench greet.wasm echo hello
  patchbay bench --instances 1 --calls 100000 --output json greet.wasm echo`

// benchFlags are those of `patchbay bench`.
type benchFlags struct {
	guest     guestFlags
	duration  timeout
	calls     uint64
	instances int
	output    choice
}

func newBench(p *program) *cobra.Command {
	flags := &benchFlags{duration: timeout(3 * time.Second)}
	cmd := verb(&cobra.Command{
		Use:     "bench [flags] FILE OPERATION [PAYLOAD]",
		Short:   "measure calls of a guest",
		Long:    benchLong,
		Example: benchExample,
	})
	cmd.Flags().Var(&flags.duration, "duration", "how long to measure")
	cmd.Flags().Uint64Var(&flags.calls, "calls", 0, "how many calls to make, instead of a duration")
	cmd.Flags().IntVar(&flags.instances, "instances", runtime.GOMAXPROCS(0), "how many instances the pool has")
	flags.guest.add(cmd)
	choose(cmd, &flags.output, "output", "text", "the form of the answer", "text", "json")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := flags.check(args); err != nil {
			return err
		}
		return p.bench(cmd.Context(), flags, args)
	}
	return cmd
}

func (f *benchFlags) check(args []string) error {
	switch {
	case f.instances < 1 || f.instances > 1024:
		return usagef("", "bench: --instances is 1 to 1024, not %d", f.instances)
	case f.duration == 0 && f.calls == 0:
		return usagef("", "bench: --duration 0 measures nothing")
	}
	return callArgs("bench", args)
}

// A benchReport is what `patchbay bench --output json` writes. Fields are only
// ever added.
type benchReport struct {
	File      string  `json:"file"`
	Operation string  `json:"operation"`
	Payload   int     `json:"payload_bytes"`
	Instances int     `json:"instances"`
	Calls     uint64  `json:"calls"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"calls_per_second"`
	P50       int64   `json:"p50_ns"`
	P90       int64   `json:"p90_ns"`
	P99       int64   `json:"p99_ns"`
	Max       int64   `json:"max_ns"`
	Load      int64   `json:"load_ns"` // compiled, or taken from the cache, and the instances made
}

func (p *program) bench(ctx context.Context, flags *benchFlags, args []string) (err error) {
	payload, err := readPayload(ctx, p.In, args[2:], flags.guest.limits.memory())
	if err != nil {
		return err
	}
	began := time.Now()
	guest, err := p.load(ctx, &flags.guest, args[0], flags.instances)
	loaded := time.Since(began)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, guest.close()) }()
	m := newMeasurement(flags.instances, flags.calls, func(dst []byte) ([]byte, error) {
		return guest.plugin.CallAppend(ctx, dst, args[1], payload)
	})
	duration := time.Duration(flags.duration)
	if flags.calls > 0 {
		duration = 0
	}
	var interrupted error
	measured, elapsed, err := m.run(ctx, p.voice, duration)
	switch {
	case err != nil:
		return flags.guest.callFailure(args[1], payload, err)
	case ctx.Err() != nil:
		interrupted = fmt.Errorf("bench: interrupted (%w)", ctx.Err())
	}
	if measured.total == 0 {
		return interrupted
	}
	report := newBenchReport(measured, elapsed)
	report.File, report.Operation = args[0], args[1]
	report.Payload, report.Instances, report.Load = len(payload), flags.instances, int64(loaded)
	if flags.output.value == "json" {
		err = writeJSON(p.Out, report)
	} else {
		err = report.write(p.Out)
	}
	return errors.Join(err, interrupted)
}

func newBenchReport(h *histogram, elapsed time.Duration) *benchReport {
	return &benchReport{
		Calls: h.total, Seconds: elapsed.Seconds(), PerSecond: float64(h.total) / elapsed.Seconds(),
		P50: int64(h.percentile(50)), P90: int64(h.percentile(90)), P99: int64(h.percentile(99)), Max: int64(h.longest),
	}
}

func (r *benchReport) write(w io.Writer) error {
	_, err := fmt.Fprintf(w, "loaded      in %v\ncalls       %s in %.2fs\nthroughput  %s over %s\nlatency     p50 %v  p90 %v  p99 %v  max %v\n",
		brief(r.Load), thousands(r.Calls), r.Seconds,
		count(uint64(r.PerSecond), "call")+"/s", count(r.Instances, "instance"),
		brief(r.P50), brief(r.P90), brief(r.P99), brief(r.Max))
	return err
}

// brief rounds a duration to three digits or so.
func brief(nanoseconds int64) time.Duration {
	d := time.Duration(nanoseconds)
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= unit {
			return d.Round(unit / 100)
		}
	}
	return d
}
