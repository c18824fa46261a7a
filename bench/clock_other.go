//go:build !linux

package main

import "time"

// thread returns the time of day where a thread's own is not to be had.
func thread() time.Duration { return time.Since(begin) }
