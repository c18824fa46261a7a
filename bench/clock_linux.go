package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// thread returns how long the calling thread has run: what else the machine does
// meanwhile does not count.
func thread() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
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
