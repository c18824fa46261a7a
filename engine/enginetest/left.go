package enginetest

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

// What may be left after the engine of a corpus was closed, because the Go
// runtime and the C library keep some of what they once had: stacks of threads
// and room for the next allocation.
const (
	mostGoroutines = 3
	mostMapped     = 4 << 30
	mostResident   = 1 << 30
)

// wantNothingLeft runs a corpus, with the engine that open opens for it, and
// wants the process to be afterwards as it was before.
func wantNothingLeft(t *testing.T, open func(t *testing.T) engine.Engine, run func(b *bench)) {
	t.Helper()
	before := usageNow()
	e := open(t)
	run(&bench{T: t, engine: e})
	if err := e.Close(context.Background()); err != nil {
		t.Errorf("close the engine: %v", err)
	}
	var after usage
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if after = usageNow(); after.like(before) {
			t.Logf("before: %+v, after: %+v", before, after)
			return
		}
		if time.Now().After(deadline) {
			break
		}
	}
	t.Errorf("before: %+v, after: %+v", before, after)
}

// usage is what the process holds.
type usage struct {
	goroutines       int
	mapped, resident uint64 // bytes; 0 where the system does not say
}

func usageNow() usage {
	debug.FreeOSMemory()
	u := usage{goroutines: runtime.NumGoroutine()}
	statm, err := os.ReadFile("/proc/self/statm")
	if fields := strings.Fields(string(statm)); err == nil && len(fields) > 1 {
		u.mapped, u.resident = pages(fields[0]), pages(fields[1])
	}
	return u
}

func pages(field string) uint64 {
	n, _ := strconv.ParseUint(field, 10, 64)
	return n * uint64(os.Getpagesize())
}

func (u usage) like(before usage) bool {
	return u.goroutines <= before.goroutines+mostGoroutines &&
		u.mapped <= before.mapped+mostMapped && u.resident <= before.resident+mostResident
}
