package supervise

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// stopAll stops members, the last one first.
func (l *loop) stopAll(members []*member) {
	for _, m := range slices.Backward(members) {
		l.stop(m)
	}
}

// stop ends the process of m, if there is one, and waits for that as long as the
// child may take.
func (l *loop) stop(m *member) {
	p := m.process
	m.process, m.waiting = nil, false
	if p == nil {
		return
	}
	p.cancel(ErrShutdown)
	if !p.await(cmp.Or(m.Shutdown, defaultShutdown)) && !l.kill(p) {
		p.abandoned, m.err = true, ErrAbandoned
		l.abandoned = append(l.abandoned, m.Name)
		l.emit(Event{Child: m.Name, Kind: Abandoned})
		return
	}
	m.err = orderly(p.err)
	l.emit(Event{Child: m.Name, Kind: Stopped, Err: m.err})
}

// kill does what can be done about a goroutine, and reports whether it ended.
func (l *loop) kill(p *process) bool {
	l.emit(Event{Child: p.of.Name, Kind: Killed})
	if p.of.Kill == nil {
		return false
	}
	p.of.Kill()
	return p.await(killWait)
}

// await waits for the end of p and reports whether it came in time.
func (p *process) await(limit time.Duration) bool {
	if limit < 0 {
		<-p.done
		return true
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-p.done:
		return true
	case <-timer.C:
		return false
	}
}

// orderly returns what a child came to that was told to end: nil if it says only
// that it was told so.
func orderly(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, ErrShutdown) {
		return nil
	}
	return err
}
