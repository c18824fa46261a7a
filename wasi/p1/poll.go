package p1

import (
	"context"
	"encoding/binary"
	"math"
	"reflect"
	"time"
)

// maxSubscriptions is how many things can be waited for at once.
const maxSubscriptions = 4096

// The kinds of events ($eventtype).
const (
	eventClock = iota
	eventRead
	eventWrite
)

// eventSize is how large an event is ($event).
const eventSize = 32

// hangup says that the other side is gone ($eventrwflags).
const hangup = 1

// A subscription is something that a guest waits for.
type subscription struct {
	userdata uint64
	kind     byte
	fd       uint32        // of eventRead and eventWrite
	at       time.Duration // of eventClock: when, by System.elapsed
	err      error         // it can not be waited for
}

// poll_oneoff(in, out, nsubscriptions, nevents)
func (d dialect) pollOneoff(ctx context.Context, s *System, p []uint64) error {
	count := uint32(p[2])
	if count == 0 || count > maxSubscriptions {
		return EINVAL
	}
	in, err := s.view(uint32(p[0]), count*uint32(d.subscription))
	if err != nil {
		return err
	}
	out, err := s.view(uint32(p[1]), count*eventSize)
	if err != nil {
		return err
	}
	if _, err := s.view(uint32(p[3]), 4); err != nil {
		return err
	}
	list := s.waiting[:0]
	s.waiting = nil // a descriptor that calls the guest again leaves list alone
	defer func() { s.waiting = list }()
	for ; len(in) > 0; in = in[d.subscription:] {
		sub, err := d.subscriptionOf(s, in)
		if err != nil {
			return err
		}
		list = append(list, sub)
	}
	n, err := s.poll(ctx, list, out)
	if err != nil {
		return err
	}
	return s.put32(uint32(p[3]), uint32(n))
}

// subscriptionOf reads a subscription:
//
//	offset                 0         8     16   24       32         40     48
//	a descriptor           userdata  kind  fd
//	preview 1, a clock     userdata  kind  id   timeout  precision  flags
//	wasi_unstable, clock   userdata  kind  -    id       timeout    precision  flags
func (d dialect) subscriptionOf(s *System, in []byte) (subscription, error) {
	le := binary.LittleEndian
	sub := subscription{userdata: le.Uint64(in), kind: in[8]}
	switch sub.kind {
	case eventClock:
		clock := in[16+d.clockSkip:]
		absolute := le.Uint16(clock[24:])&1 != 0
		sub.at, sub.err = s.due(le.Uint32(clock), le.Uint64(clock[8:]), absolute)
	case eventRead, eventWrite:
		sub.fd = le.Uint32(in[16:])
	default:
		return sub, EINVAL
	}
	return sub, nil
}

// due returns when a timeout is over, by elapsed.
func (s *System) due(clock uint32, timeout uint64, absolute bool) (time.Duration, error) {
	now, err := s.now(clock)
	if err != nil {
		return 0, err
	}
	if absolute {
		timeout -= min(timeout, now)
	}
	elapsed := s.elapsed()
	if timeout > uint64(math.MaxInt64-elapsed) {
		return math.MaxInt64, nil
	}
	return elapsed + time.Duration(timeout), nil
}

// poll waits until something of list has happened and writes the events to out.
func (s *System) poll(ctx context.Context, list []subscription, out []byte) (int, error) {
	reached := time.Duration(math.MinInt64)
	for {
		next := time.Duration(math.MaxInt64)
		var waits []<-chan struct{}
		n := 0
		reached = max(reached, s.elapsed())
		for i := range list {
			sub := &list[i]
			if sub.kind == eventClock && sub.err == nil && sub.at > reached {
				next = min(next, sub.at)
				continue
			}
			event, wait := s.happened(sub)
			if wait != nil {
				waits = append(waits, wait)
				continue
			}
			event.put(out[n*eventSize:], sub)
			n++
		}
		if n > 0 {
			return n, nil
		}
		timeout := forever
		if next < math.MaxInt64 {
			timeout = next - reached
		}
		timedOut, err := s.wait(ctx, timeout, waits)
		if err != nil {
			return 0, err
		}
		if timedOut {
			reached = max(reached, next)
		}
	}
}

// An event is what a guest is told about something that it waited for.
type event struct {
	err   error
	bytes uint64
	flags uint16
}

// put writes an event: userdata 0, error 8, kind 10, bytes 16, flags 24.
func (e event) put(out []byte, sub *subscription) {
	le := binary.LittleEndian
	clear(out[:eventSize])
	le.PutUint64(out, sub.userdata)
	le.PutUint16(out[8:], uint16(ErrnoOf(e.err)))
	out[10] = sub.kind
	le.PutUint64(out[16:], e.bytes)
	le.PutUint16(out[24:], e.flags)
}

// happened returns the event of a subscription, or what to wait for. A clock
// that is asked about has reached its time.
func (s *System) happened(sub *subscription) (event, <-chan struct{}) {
	if sub.kind == eventClock {
		return event{err: sub.err}, nil
	}
	need := FDRead | PollFDReadwrite
	if sub.kind == eventWrite {
		need = FDWrite | PollFDReadwrite
	}
	e, err := s.table.get(sub.fd, need)
	if err != nil {
		return event{err: err}, nil
	}
	switch d := e.descriptor.(type) {
	case *file:
		return event{bytes: d.left(sub.kind)}, nil
	case Poller:
		bytes, wait := d.Ready(sub.kind == eventWrite)
		ready := event{bytes: bytes}
		if bytes == 0 && sub.kind == eventRead {
			ready.flags = hangup
		}
		return ready, wait
	}
	return event{}, nil
}

// left returns how many bytes a file has after its position.
func (f *file) left(kind byte) uint64 {
	info, err := f.Info()
	if err != nil || kind != eventRead {
		return 0
	}
	position, err := f.Seek(0, 1)
	if err != nil {
		return 0
	}
	return uint64(max(info.Size-position, 0))
}

// forever is a timeout that does not come.
const forever time.Duration = -1

// wait waits for the first of a time, the channels and the end of ctx, and
// reports whether it was the time.
func (s *System) wait(ctx context.Context, timeout time.Duration, waits []<-chan struct{}) (bool, error) {
	var timer <-chan time.Time
	if timeout != forever {
		timer = s.after(timeout)
		defer s.timer.Stop()
	}
	var one <-chan struct{}
	switch len(waits) {
	case 0:
	case 1:
		one = waits[0]
	default:
		return waitAny(ctx, timer, waits)
	}
	select {
	case <-timer:
		return true, nil
	case <-one:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// after returns the channel of the timer, set to a time from now.
func (s *System) after(timeout time.Duration) <-chan time.Time {
	if s.timer == nil {
		s.timer = time.NewTimer(timeout)
	} else {
		s.timer.Reset(timeout)
	}
	return s.timer.C
}

// waitAny is wait for more than one channel.
func waitAny(ctx context.Context, timer <-chan time.Time, waits []<-chan struct{}) (bool, error) {
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(timer)},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ctx.Done())},
	}
	for _, wait := range waits {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(wait)})
	}
	switch chosen, _, _ := reflect.Select(cases); chosen {
	case 0:
		return true, nil
	case 1:
		return false, ctx.Err()
	}
	return false, nil
}
