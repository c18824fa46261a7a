package main

import (
	"math/bits"
	"time"
)

// subBits says how fine a histogram is: 2^subBits buckets for each power of two,
// so that a percentile is at most 1/64 too high.
const subBits = 6

// A histogram counts durations. It has a fixed size, and adding allocates
// nothing. One goroutine at a time uses it.
type histogram struct {
	buckets [(64 - subBits) << subBits]uint64
	total   uint64
	longest time.Duration
}

// bucketOf returns the bucket of a duration in nanoseconds: below 2^subBits each
// value has its own.
func bucketOf(n uint64) int {
	shift := max(bits.Len64(n)-subBits-1, 0)
	return shift<<subBits + int(n>>shift)
}

// ceiling returns the largest duration of a bucket.
func ceiling(bucket int) time.Duration {
	shift := max(bucket>>subBits-1, 0)
	return time.Duration(uint64(bucket-shift<<subBits+1)<<shift - 1)
}

func (h *histogram) add(d time.Duration) {
	d = max(d, 0)
	h.buckets[bucketOf(uint64(d))]++
	h.total++
	h.longest = max(h.longest, d)
}

// merge adds what the other histogram counted.
func (h *histogram) merge(other *histogram) {
	for i, n := range other.buckets {
		h.buckets[i] += n
	}
	h.total += other.total
	h.longest = max(h.longest, other.longest)
}

// percentile returns a duration that p percent of the durations do not exceed.
func (h *histogram) percentile(p float64) time.Duration {
	rank := uint64(p / 100 * float64(h.total))
	var seen uint64
	for bucket, n := range h.buckets {
		seen += n
		if n > 0 && seen >= rank {
			return min(ceiling(bucket), h.longest)
		}
	}
	return h.longest
}
