package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// process returns how long the process has run, on all processors: what else the
// machine does meanwhile does not count.
func process() time.Duration { return ran(unix.CLOCK_PROCESS_CPUTIME_ID) }

// thread returns how long the calling thread has run.
func thread() time.Duration { return ran(unix.CLOCK_THREAD_CPUTIME_ID) }

func ran(clock int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		panic(err) // the clock is always there
	}
	return time.Duration(t.Nano())
}

// sleeps returns how often the calling thread gave up its processor to wait.
func sleeps() int64 {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &usage); err != nil {
		panic(err) // the kernel counts for every thread
	}
	return int64(usage.Nvcsw)
}
