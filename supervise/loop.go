package supervise

import (
	"context"
	"slices"
	"time"
)

// A loop is a supervisor that runs. Everything in it belongs to the goroutine of
// Run. It waits while a child starts or stops, as a supervisor of OTP does: what
// happens meanwhile is looked at afterwards.
type loop struct {
	*Supervisor
	ctx       context.Context // of Run
	backoff   Backoff
	members   []*member // in the order of their start
	exits     chan *process
	commands  chan command
	over      chan struct{} // closed when Run returns
	restarts  []time.Time   // those within the period
	abandoned []string      // children that have not returned
	asked     bool          // a start was broken off because ctx has ended
}

func newLoop(ctx context.Context, s *Supervisor) *loop {
	return &loop{
		Supervisor: s, ctx: ctx, backoff: s.Backoff.withDefaults(),
		exits: make(chan *process), commands: make(chan command), over: make(chan struct{}),
	}
}

// run is Run without what is around it.
func (l *loop) run(started func()) error {
	err := l.begin()
	if err == nil && started != nil {
		started()
	}
	for err == nil && l.ctx.Err() == nil {
		err = l.step()
	}
	l.stopAll(l.members)
	if err != nil && !l.asked {
		return err
	}
	if len(l.abandoned) > 0 {
		return l.fail(l.abandoned[0], ErrAbandoned)
	}
	return nil
}

// begin starts the children of the supervisor.
func (l *loop) begin() error {
	for _, c := range l.Children {
		if err := l.add(c); err != nil {
			return l.fail(c.Name, err)
		}
	}
	for _, m := range slices.Clone(l.members) {
		if err := l.start(m); err != nil {
			return l.fail(m.Name, err)
		}
	}
	return nil
}

// step deals with the next thing that happens. An error ends the supervisor.
func (l *loop) step() error {
	due, stop := l.alarm()
	defer stop()
	select {
	case <-l.ctx.Done():
		return nil
	case p := <-l.exits:
		return l.exited(p)
	case c := <-l.commands:
		c.done <- c.run(l)
		return nil
	case <-due:
		return l.startDue()
	}
}

// alarm returns a channel on which something comes when the next member that
// waits is due.
func (l *loop) alarm() (due <-chan time.Time, stop func()) {
	var next *member
	for _, m := range l.members {
		if m.waiting && (next == nil || m.due.Before(next.due)) {
			next = m
		}
	}
	if next == nil {
		return nil, func() {}
	}
	timer := time.NewTimer(time.Until(next.due))
	return timer.C, func() { timer.Stop() }
}

// add makes c the last member.
func (l *loop) add(c Child) error {
	switch {
	case c.Name == "" || c.Run == nil:
		return ErrSpec
	case l.find(c.Name) != nil:
		return ErrPresent
	}
	l.members = append(l.members, &member{Child: c})
	return nil
}

func (l *loop) find(name string) *member {
	for _, m := range l.members {
		if m.Name == name {
			return m
		}
	}
	return nil
}

func (l *loop) remove(m *member) {
	l.members = slices.DeleteFunc(l.members, func(other *member) bool { return other == m })
}

// start starts m and waits until it has started. The error is that of the child,
// or [ErrShutdown] if the supervisor must end; m does not run then.
func (l *loop) start(m *member) error {
	m.starts++
	m.since, m.waiting = time.Now(), false
	p := spawn(l.ctx, m, l.exits, l.over)
	m.process = p
	err := l.awaitStart(p)
	if err == nil && p.isUp() {
		m.err = nil
		l.emit(Event{Child: m.Name, Kind: Started})
		return nil
	}
	if err != nil {
		l.stop(m)
	} else {
		err = p.err
	}
	m.process, m.err = nil, err
	if err != nil {
		l.emit(Event{Child: m.Name, Kind: StartFailed, Err: err})
		return err
	}
	l.emit(Event{Child: m.Name, Kind: Exited}) // it had nothing to do
	if m.Restart == Temporary {
		l.remove(m)
	}
	return nil
}

// awaitStart waits until p has started or ended. The error says why it cannot be
// waited for any longer.
func (l *loop) awaitStart(p *process) error {
	var late <-chan time.Time
	if limit := p.of.StartTimeout; limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-p.up:
		return nil
	case <-p.done:
		return nil
	case <-late:
		return ErrStartTimeout
	case <-l.ctx.Done():
		if p.isUp() {
			return nil
		}
		l.asked = true
		return ErrShutdown
	}
}

// exited deals with the end of a process.
func (l *loop) exited(p *process) error {
	m := p.of
	if m.process != p { // it was stopped
		if p.abandoned {
			l.returned(p)
		}
		return nil
	}
	m.process, m.err = nil, p.err
	l.emit(Event{Child: m.Name, Kind: Exited, Err: p.err})
	if m.Restart.wanted(p.err) {
		return l.restart(m, p.err)
	}
	if m.Restart == Temporary {
		l.remove(m)
	}
	return nil
}

func (l *loop) returned(p *process) {
	if i := slices.Index(l.abandoned, p.of.Name); i >= 0 {
		l.abandoned = slices.Delete(l.abandoned, i, i+1)
	}
	l.emit(Event{Child: p.of.Name, Kind: Returned, Err: p.err})
}

// fail says where err happened.
func (l *loop) fail(child string, err error) error {
	return &Error{Supervisor: l.Name, Child: child, Err: err}
}

func (l *loop) emit(e Event) {
	if l.Events == nil {
		return
	}
	e.Time, e.Supervisor = time.Now(), l.Name
	l.Events(e)
}
