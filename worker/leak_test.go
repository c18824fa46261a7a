package worker_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/worker"
)

// TestNothingLeaks swaps, rolls back and breaks versions, again and again. No
// version stays behind but those that are kept (WT-27).
func TestNothingLeaks(t *testing.T) {
	options := quick(guest(shape{tag: 'a'}))
	options.Plugin.Pool.Warm = 2
	w, events := run(t, newLoader(t), options)
	swap := func(times int) {
		for n := range times {
			if err := w.Swap(t.Context(), guest(shape{tag: byte(n)})); err != nil {
				t.Fatal(err)
			}
			if err := w.Swap(t.Context(), guest(shape{traps: true})); err == nil {
				t.Fatal("no error")
			}
			if _, err := w.Call(t.Context(), "trap", nil); err == nil {
				t.Fatal("no error")
			}
			if n%2 == 0 {
				if err := w.Rollback(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	swap(20)
	goroutines, heap := held(t, w, 1<<30)
	swap(300)
	_, heapAfter := held(t, w, goroutines)
	if heapAfter > heap+8<<20 {
		t.Errorf("%d bytes in use, %d before", heapAfter, heap)
	}
	if n := events.count(worker.Lingers); n != 0 {
		t.Errorf("%d versions linger", n)
	}
}

// held returns what the process holds once all versions have ended but the one in
// use and the one before it, and there are no more goroutines than most.
func held(t *testing.T, w *worker.Worker, most int) (goroutines int, heap uint64) {
	t.Helper()
	for try := 0; w.Status().Old > 1 || runtime.NumGoroutine() > most; try++ {
		if try == 6000 {
			t.Fatalf("%d goroutines, at most %d wanted: %+v", runtime.NumGoroutine(), most, w.Status())
		}
		time.Sleep(10 * time.Millisecond)
	}
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), m.HeapInuse
}
