package supervise

import (
	"fmt"
	"slices"
	"time"
)

// restart has m, which failed with cause, and whatever its failure concerns
// stopped and started again. The error ends the supervisor.
func (l *loop) restart(m *member, cause error) error {
	most, period := l.intensity()
	now := time.Now()
	l.restarts = slices.DeleteFunc(l.restarts, func(t time.Time) bool { return now.Sub(t) > period })
	l.restarts = append(l.restarts, now)
	if n := len(l.restarts); n > most {
		l.emit(Event{Child: m.Name, Kind: GaveUp, Err: cause, Restarts: n})
		return l.fail(m.Name, intensityError(most, period, cause))
	}
	delay := l.delay(m, now)
	l.emit(Event{Child: m.Name, Kind: Restarting, Err: cause, Restarts: len(l.restarts), Delay: delay})
	concerned := l.concerned(m)
	l.stopAll(concerned)
	due := time.Now().Add(delay)
	for _, other := range concerned {
		if other != m && other.Restart == Temporary {
			l.remove(other)
			continue
		}
		other.waiting, other.due = true, due
	}
	return nil
}

func intensityError(most int, period time.Duration, cause error) error {
	if cause == nil {
		return fmt.Errorf("%w (%d within %v)", ErrIntensity, most, period)
	}
	return fmt.Errorf("%w (%d within %v): %w", ErrIntensity, most, period, cause)
}

// delay returns how long the restart of m is put off.
func (l *loop) delay(m *member, now time.Time) time.Duration {
	if now.Sub(m.since) >= l.backoff.Reset {
		m.delays = 0
	}
	m.delays++
	return l.backoff.delay(m.delays - 1)
}

// concerned returns the members that a restart of m is of, in order.
func (l *loop) concerned(m *member) []*member {
	switch l.Strategy {
	case OneForAll:
		return slices.Clone(l.members)
	case RestForOne:
		return slices.Clone(l.members[slices.Index(l.members, m):])
	}
	return []*member{m}
}

// startDue starts the members that have waited long enough. One that fails again
// is one restart more, which those after it are part of or wait for.
func (l *loop) startDue() error {
	now := time.Now()
	for _, m := range slices.Clone(l.members) {
		if !m.waiting || m.due.After(now) {
			continue
		}
		err := l.start(m)
		if l.ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return l.restart(m, err)
		}
	}
	return nil
}
