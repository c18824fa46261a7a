package main

import (
	"math"
	"testing"
	"time"
)

// TestHistogramBuckets proves that buckets cover all durations in order, each
// with its own bounds, and that none is wider than 1/64 of its values.
func TestHistogramBuckets(t *testing.T) {
	var h histogram
	for bucket := range h.buckets {
		top := uint64(ceiling(bucket))
		if bucketOf(top) != bucket {
			t.Fatalf("ceiling(%d) = %d is in bucket %d", bucket, top, bucketOf(top))
		}
		if top >= math.MaxInt64 {
			return
		}
		if bucketOf(top+1) != bucket+1 {
			t.Fatalf("%d is in bucket %d, want %d", top+1, bucketOf(top+1), bucket+1)
		}
		if bucket > 0 {
			if width := top - uint64(ceiling(bucket-1)); width > 1 && float64(width) > float64(top)/64 {
				t.Fatalf("bucket %d to %d is %d wide", bucket, top, width)
			}
		}
	}
	t.Fatal("the last bucket is below the longest duration")
}

func TestHistogramPercentiles(t *testing.T) {
	var a, b histogram
	for i := range 1000 {
		h := &a
		if i%2 == 0 {
			h = &b
		}
		h.add(time.Duration(i+1) * time.Microsecond)
	}
	a.merge(&b)
	if a.total != 1000 || a.longest != 1000*time.Microsecond {
		t.Errorf("total %d, longest %v", a.total, a.longest)
	}
	for p, want := range map[float64]time.Duration{50: 500, 90: 900, 99: 990, 100: 1000} {
		want *= time.Microsecond
		if got := a.percentile(p); got < want || got > want+want/64+time.Microsecond {
			t.Errorf("p%v is %v, want about %v", p, got, want)
		}
	}
}

func TestHistogramEdges(t *testing.T) {
	var h histogram
	if got := h.percentile(99); got != 0 {
		t.Errorf("percentile of nothing is %v", got)
	}
	h.add(-1)
	h.add(math.MaxInt64)
	if h.percentile(50) != 0 || h.percentile(100) != math.MaxInt64 {
		t.Errorf("p50 %v, p100 %v", h.percentile(50), h.percentile(100))
	}
}
