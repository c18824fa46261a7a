package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/supervise"
)

var errBroke = errors.New("broke")

// A life is one run of a child of a test.
type life struct {
	start   time.Duration // what it takes to start
	noStart bool          // it ends instead of starting
	run     time.Duration // then it ends by itself; 0: not before it is told to
	err     error         // with which it ends by itself
	panics  any           // what it panics with instead
	linger  time.Duration // how long it takes to return when it is told to
	kill    bool          // it ends when it is killed, and not before
}

// child returns a child that leads these lives, one after the other, and then
// runs until it is stopped.
func child(name string, lives ...life) supervise.Child {
	var n atomic.Int64
	var killed atomic.Pointer[chan struct{}] // made by the run, which is in the bubble
	return supervise.Child{
		Name: name,
		Run: func(ctx context.Context, started func()) error {
			var l life
			if i := int(n.Add(1)) - 1; i < len(lives) {
				l = lives[i]
			}
			kill := make(chan struct{}, 1)
			killed.Store(&kill)
			return l.lead(ctx, started, kill)
		},
		Kill: func() { *killed.Load() <- struct{}{} },
	}
}

func (l life) lead(ctx context.Context, started func(), killed <-chan struct{}) error {
	if !pause(ctx, l.start) {
		return ctx.Err()
	}
	if !l.noStart {
		started()
		if l.run == 0 || !pause(ctx, l.run) {
			<-ctx.Done()
			return l.stop(killed)
		}
	}
	if l.panics != nil {
		panic(l.panics)
	}
	return l.err
}

func (l life) stop(killed <-chan struct{}) error {
	if l.kill {
		<-killed
	} else {
		time.Sleep(l.linger)
	}
	return context.Canceled
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// A history writes events as lines of time and text.
type history struct {
	mu    sync.Mutex
	began time.Time
	lines []string
}

func newHistory() *history { return &history{began: time.Now()} }

func (h *history) add(e supervise.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, fmt.Sprintf("%v %v", e.Time.Sub(h.began), e))
}

func (h *history) check(t *testing.T, want string) {
	t.Helper()
	want = strings.TrimSpace(strings.ReplaceAll(want, "\t", ""))
	if diff := cmp.Diff(want, strings.Join(h.lines, "\n")); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// A scenario is a supervisor that is run for a time, and what must happen.
type scenario struct {
	name       string
	supervisor *supervise.Supervisor
	stop       time.Duration // when it is told to end; 0: it ends by itself
	history    string
	err        string // of Run
}

func (s scenario) play(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if s.stop > 0 {
			time.AfterFunc(s.stop, cancel)
		}
		h := newHistory()
		s.supervisor.Events = h.add
		err := s.supervisor.Run(ctx, nil)
		h.check(t, s.history)
		if got := fmt.Sprint(err); got != s.err && (err != nil || s.err != "") {
			t.Errorf("Run: %v, want %v", err, s.err)
		}
		time.Sleep(24 * time.Hour) // the bubble fails if a goroutine is left then
	})
}

// with returns the child with changes made to it.
func with(c supervise.Child, change func(*supervise.Child)) supervise.Child {
	change(&c)
	return c
}

func restart(c supervise.Child, r supervise.Restart) supervise.Child {
	return with(c, func(c *supervise.Child) { c.Restart = r })
}

// untilToldThen returns a child that ends with err when it is told to.
func untilToldThen(err error) func(context.Context, func()) error {
	return func(ctx context.Context, started func()) error {
		started()
		<-ctx.Done()
		if context.Cause(ctx) != supervise.ErrShutdown {
			return errors.New("the cause is another")
		}
		return err
	}
}
