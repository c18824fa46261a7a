//go:build !linux

package main

import "time"

var begin = time.Now()

// process returns the time of day where a process's own is not to be had.
func process() time.Duration { return time.Since(begin) }

// thread returns the time of day where a thread's own is not to be had.
func thread() time.Duration { return time.Since(begin) }

// sleeps returns 0: the time of day counts them.
func sleeps() int64 { return 0 }
