package supervise

import (
	"context"
	"runtime/debug"
	"sync"
)

// A process is one run of a child.
type process struct {
	of        *member
	cancel    context.CancelCauseFunc
	up        chan struct{} // closed when the child has started
	done      chan struct{} // closed when it has returned; err is valid then
	err       error
	abandoned bool // of the supervisor's goroutine
}

// spawn runs m in a goroutine of its own. Its end is sent to exits unless over
// is closed. The context has the values of ctx and an end of its own.
func spawn(ctx context.Context, m *member, exits chan<- *process, over <-chan struct{}) *process {
	p := &process{of: m, up: make(chan struct{}), done: make(chan struct{})}
	ctx, p.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	go func() {
		defer func() {
			p.cancel(nil)
			close(p.done)
			select {
			case exits <- p:
			case <-over:
			}
		}()
		p.run(ctx)
	}()
	return p
}

// run leaves in err what the child came to.
func (p *process) run(ctx context.Context) {
	p.err = errGoexit // unless it returns or panics
	defer func() {
		if v := recover(); v != nil {
			p.err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	var once sync.Once
	p.err = p.of.Run(ctx, func() { once.Do(func() { close(p.up) }) })
}

func (p *process) isUp() bool {
	select {
	case <-p.up:
		return true
	default:
		return false
	}
}
