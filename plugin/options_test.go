package plugin

import (
	"log/slog"
	"runtime"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

func TestDefaults(t *testing.T) {
	o := Options{}.withDefaults()
	if o.Limits.Timeout != 10*time.Second || o.Logger != slog.Default() {
		t.Errorf("%+v", o)
	}
	if want := (Pool{Size: runtime.GOMAXPROCS(0), Queue: 65_536}); o.Pool != want {
		t.Errorf("%+v, want %+v", o.Pool, want)
	}
	o = Options{Limits: engine.Limits{Timeout: -1}, Pool: Pool{Size: 3, Warm: 9, Queue: -1}}.withDefaults()
	if o.Limits.Timeout != 0 {
		t.Errorf("timeout %v", o.Limits.Timeout)
	}
	if want := (Pool{Size: 3, Warm: 3}); o.Pool != want {
		t.Errorf("%+v, want %+v", o.Pool, want)
	}
}
