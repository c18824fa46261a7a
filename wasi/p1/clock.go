package p1

import "context"

// The clocks ($clockid). There are no clocks of processor time: they would tell
// a guest about others.
const (
	clockRealtime  = 0
	clockMonotonic = 1
)

// resolution is that of the clocks in nanoseconds.
const resolution = 1

// now reads a clock in nanoseconds.
func (s *System) now(clock uint32) (uint64, error) {
	switch clock {
	case clockRealtime:
		return timestamp(s.realtime()), nil
	case clockMonotonic:
		return uint64(max(s.monotonic(), 0)), nil
	}
	return 0, EINVAL
}

// clock_res_get(id, resolution)
func clockResGet(_ context.Context, s *System, p []uint64) error {
	if p[0] != clockRealtime && p[0] != clockMonotonic {
		return EINVAL
	}
	return s.put64(uint32(p[1]), resolution)
}

// clock_time_get(id, precision, time)
func clockTimeGet(_ context.Context, s *System, p []uint64) error {
	now, err := s.now(uint32(p[0]))
	if err != nil {
		return err
	}
	return s.put64(uint32(p[2]), now)
}
