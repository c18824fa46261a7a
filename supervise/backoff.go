package supervise

import (
	"cmp"
	"math"
	"math/rand/v2"
	"time"
)

// Backoff delays restarts. The zero Backoff does not: as in OTP a child is
// restarted at once. A delay does not raise the intensity that is allowed, but
// spreads the restarts over more time, so that they reach it later or never.
type Backoff struct {
	// Initial is the delay of the first restart of a child; 0 means none of any.
	Initial time.Duration

	// Max is the longest delay; by default 1 minute.
	Max time.Duration

	// Factor is by what each delay is longer than the one before; by default 2,
	// and 1 at least.
	Factor float64

	// Jitter is which part of the delay is left to chance, so that children that
	// failed together do not come back together: of a delay d what is waited is
	// between (1-Jitter)*d and d. By default 0.5, at most 1, and none if less
	// than 0.
	Jitter float64

	// Reset is how long a child must have run for its next delay to be Initial
	// again; by default Max.
	Reset time.Duration

	// Random is where chance comes from: numbers from 0 to 1. Nil means
	// math/rand/v2.
	Random func() float64
}

func (b Backoff) withDefaults() Backoff {
	b.Max = cmp.Or(b.Max, time.Minute)
	b.Factor = max(1, cmp.Or(b.Factor, 2))
	b.Jitter = min(1, max(0, cmp.Or(b.Jitter, 0.5)))
	b.Reset = cmp.Or(b.Reset, b.Max)
	if b.Random == nil {
		b.Random = rand.Float64
	}
	return b
}

// delay returns what is waited before a restart that follows so many delayed
// ones.
func (b Backoff) delay(before int) time.Duration {
	if b.Initial <= 0 {
		return 0
	}
	d := min(float64(b.Max), float64(b.Initial)*math.Pow(b.Factor, float64(before)))
	return time.Duration(d * (1 - b.Jitter*b.Random()))
}
