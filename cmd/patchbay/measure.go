package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// A measurement makes the same call over and over, on several goroutines.
type measurement struct {
	call    func(dst []byte) ([]byte, error)
	workers []worker

	over  atomic.Bool // no more calls
	first sync.Once
	err   error // the first
}

// A worker is one goroutine's part, large enough not to disturb its neighbors in
// the processor's cache.
type worker struct {
	share uint64        // how many calls to make
	made  atomic.Uint64 // how many were made
	times histogram
}

// newMeasurement prepares so many calls, or calls without end if there are to be
// 0.
func newMeasurement(workers int, calls uint64, call func(dst []byte) ([]byte, error)) *measurement {
	m := &measurement{call: call, workers: make([]worker, workers)}
	for i := range m.workers {
		m.workers[i].share = math.MaxUint64
		if n := uint64(workers); calls > 0 {
			m.workers[i].share = (calls + n - 1 - uint64(i)) / n
		}
	}
	return m
}

// run makes the calls, for as long as the duration if that is not 0 and until ctx
// ends, which is no error. It returns how long each took, and all together.
func (m *measurement) run(ctx context.Context, v *voice, duration time.Duration) (*histogram, time.Duration, error) {
	var warm, done sync.WaitGroup
	warm.Add(len(m.workers))
	start := make(chan struct{})
	for i := range m.workers {
		done.Go(func() {
			reply, err := m.call(nil)
			warm.Done()
			<-start
			if err == nil {
				err = m.work(&m.workers[i], reply)
			}
			if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
				m.fail(err)
			}
		})
	}
	warm.Wait()
	began := time.Now()
	close(start)
	stop := m.watch(ctx, v, began, duration)
	done.Wait()
	elapsed := time.Since(began)
	stop()
	return m.times(), elapsed, m.err
}

// work makes the calls of one worker. The clock is read once for each.
func (m *measurement) work(w *worker, reply []byte) (err error) {
	before := time.Now()
	for n := uint64(1); n <= w.share && !m.over.Load(); n++ {
		if reply, err = m.call(reply[:0]); err != nil {
			return err
		}
		after := time.Now()
		w.times.add(after.Sub(before))
		w.made.Store(n)
		before = after
	}
	return nil
}

// fail keeps the first error and ends the measurement.
func (m *measurement) fail(err error) {
	if err == nil {
		return
	}
	m.first.Do(func() { m.err = err })
	m.over.Store(true)
}

// times puts together what the workers measured.
func (m *measurement) times() *histogram {
	all := &histogram{}
	for i := range m.workers {
		all.merge(&m.workers[i].times)
	}
	return all
}

// watch shows the progress, and ends the measurement when its time is over or ctx
// ends. The function that it returns ends the watch.
func (m *measurement) watch(ctx context.Context, v *voice, began time.Time, duration time.Duration) (stop func()) {
	ticker := time.NewTicker(100 * time.Millisecond)
	cancel := func() {}
	if duration > 0 {
		ctx, cancel = context.WithTimeout(ctx, duration)
	}
	end := context.AfterFunc(ctx, func() { m.over.Store(true) })
	quit := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			select {
			case <-quit:
				return
			case <-ticker.C:
				m.show(v, time.Since(began))
			}
		}
	})
	return func() {
		close(quit)
		ended.Wait()
		ticker.Stop()
		end()
		cancel()
		v.showProgress("")
	}
}

func (m *measurement) show(v *voice, elapsed time.Duration) {
	var made uint64
	for i := range m.workers {
		made += m.workers[i].made.Load()
	}
	v.showProgress(fmt.Sprintf("%.1fs  %s  %s/s", elapsed.Seconds(),
		count(made, "call"), count(uint64(float64(made)/elapsed.Seconds()), "call")))
}
