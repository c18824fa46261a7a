//go:build !unix

package main

import "time"

var begin = time.Now()

// process returns the time of day where a process's own is not to be had.
func process() time.Duration { return time.Since(begin) }
