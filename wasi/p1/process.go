package p1

import (
	"context"
	"runtime"

	"github.com/patchbay-go/patchbay/engine"
)

// The signals that do not end a program which does not handle them ($signal).
const (
	signalNone     = 0
	signalChild    = 16
	signalContinue = 17
	signalStop     = 18
	signalTTYOut   = 21 // the last of those that stop it
	signalUrgent   = 22
	signalWindow   = 27
	signalLast     = 30
)

// proc_raise(signal). A guest has no handlers, so that a signal does what it does
// to a program without: most end it, as a shell would report that.
func procRaise(_ context.Context, _ *System, p []uint64) error {
	switch signal := uint32(p[0]); {
	case signal > signalLast:
		return EINVAL
	case signal >= signalStop && signal <= signalTTYOut:
		return ENOTSUP
	case signal == signalNone, signal == signalChild, signal == signalContinue,
		signal == signalUrgent, signal == signalWindow:
		return nil
	default:
		return &engine.Trap{Kind: engine.Exit, ExitCode: 128 + signal}
	}
}

// sched_yield()
func schedYield(context.Context, *System, []uint64) error {
	runtime.Gosched()
	return nil
}

// randomChunk is after how many bytes it is looked at whether the call must end.
const randomChunk = 1 << 20

// random_get(buf, buf_len)
func randomGet(ctx context.Context, s *System, p []uint64) error {
	buffer, err := s.view(uint32(p[0]), uint32(p[1]))
	if err != nil {
		return err
	}
	for len(buffer) > randomChunk {
		if err := s.fillRandom(buffer[:randomChunk]); err != nil {
			return err
		}
		buffer = buffer[randomChunk:]
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return s.fillRandom(buffer)
}
