package plugin

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/tube"
)

// A guest is one instance under its contract, a *wapc.Instance, a *tube.Instance
// or a *componentGuest. A trap is an error that wraps an *engine.Trap. It is used by one
// goroutine at a time.
type guest interface {
	CallAppend(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error)
	MemorySize() uint64
	Spent() uint64
	Close(ctx context.Context) error
}

// An instance is a guest in a pool. Its plain fields belong to whoever took it
// from the pool, and to the pool, under its lock, while it is free.
type instance struct {
	guest  guest
	system io.Closer // the state of its system interface; nil without one
	id     uint64
	closed func() // called when it was closed; may be nil

	// state is what pool.state is while the instance may be given out without
	// more ado.
	state uint64

	entry   *component.Entry // of generated clients; nil before the first
	lent    *lent            // of the typed call that runs; nil if there is nothing to remember
	info    *Info            // of the call that is to be made; nil: nobody asked
	request *tube.Request    // the call that is to be made, of a tube guest; nil: any
	place   int              // in hot, where its last user begins to search
	calls   uint64           // how many it has run
	counted uint64           // how many of them stand in the pool's count
	memory  uint64           // the size of its memory when last looked at, for Stats

	expired atomic.Bool // set by expiry
	expiry  *time.Timer // nil without MaxAge
}

// close frees the instance; nobody uses it any more.
func (i *instance) close() error {
	if i.expiry != nil {
		i.expiry.Stop()
	}
	err := closing(i.guest.Close(context.Background()), i.closeSystem())
	if i.closed != nil {
		i.closed()
	}
	return err
}

func (i *instance) closeSystem() error {
	if i.system == nil {
		return nil
	}
	return i.system.Close()
}
