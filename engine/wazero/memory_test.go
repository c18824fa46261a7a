package wazero

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"unsafe"
)

const (
	kib = uint64(1) << 10
	mib = uint64(1) << 20
	gib = uint64(1) << 30
)

// needReservations skips a test about reservations where there are none.
func needReservations(t *testing.T) {
	r, ok := reserve(smallestClass)
	if !ok {
		t.Skip("not run: memories are slices on this platform")
	}
	r.release()
}

func TestMemoryGrows(t *testing.T) {
	p := newMemories()
	defer p.close()
	m := p.get(4 * mib)
	defer m.Free()
	for _, size := range []uint64{0, 64 * kib, 64 * kib, 128 * kib, mib, 4 * mib} {
		before := uint64(len(m.bytes()))
		b := m.Reallocate(size)
		if b == nil || uint64(len(b)) != size || uint64(cap(b)) != size {
			t.Fatalf("Reallocate(%d): len %d, cap %d", size, len(b), cap(b))
		}
		for i := before; i < size; i++ {
			if b[i] != 0 {
				t.Fatalf("byte %d of the new ones is %d", i, b[i])
			}
		}
		for i := range before {
			if b[i] != byte(i%251) {
				t.Fatalf("byte %d was lost growing to %d", i, size)
			}
		}
		for i := range b {
			b[i] = byte(i % 251)
		}
		if !bytes.Equal(m.bytes(), b) {
			t.Fatal("bytes is not what Reallocate returned")
		}
	}
}

func TestMemoryRefuses(t *testing.T) {
	p := newMemories()
	defer p.close()
	m := p.get(mib)
	for _, test := range []struct {
		name string
		size uint64
		want bool
	}{
		{"to the maximum", mib, true},
		{"beyond the maximum", mib + 64*kib, false},
		{"far beyond", 1 << 62, false},
		{"to shrink", 64 * kib, false},
		{"the same again", mib, true},
	} {
		if got := m.Reallocate(test.size) != nil; got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	m.Free()
	if m.Reallocate(mib) != nil {
		t.Error("a freed memory grew")
	}
	if m.bytes() != nil {
		t.Error("a freed memory has bytes")
	}
}

func TestMemoryMaximumOfNothing(t *testing.T) {
	p := newMemories()
	defer p.close()
	m := p.get(0)
	defer m.Free()
	if b := m.Reallocate(0); b == nil || len(b) != 0 {
		t.Errorf("Reallocate(0) = %v, want an empty memory that is not nil", b)
	}
	if m.Reallocate(1) != nil {
		t.Error("grew beyond 0")
	}
}

// TestMemoryStays: threads hold on to the address of a shared memory.
func TestMemoryStays(t *testing.T) {
	p := newMemories()
	defer p.close()
	for name, m := range map[string]*linearMemory{
		"reserved": p.getShared(64 * mib),
		"slice":    {pool: p, max: 64 * mib, fixed: true},
	} {
		t.Run(name, func(t *testing.T) {
			first := unsafe.SliceData(m.Reallocate(64 * kib))
			for size := 64 * kib; size <= 64*mib; size *= 2 {
				if at := unsafe.SliceData(m.Reallocate(size)); at != first {
					t.Fatalf("moved when it grew to %d", size)
				}
			}
		})
	}
}

// TestSliceGrowth is about the memories of platforms without reservations, and
// of systems that refuse them.
func TestSliceGrowth(t *testing.T) {
	p := newMemories()
	m := &linearMemory{pool: p, max: 10 * mib}
	moves := 0
	var at *byte
	for size := 64 * kib; size <= 10*mib; size += 64 * kib {
		b := m.Reallocate(size)
		if uint64(len(b)) != size {
			t.Fatalf("Reallocate(%d) has %d bytes", size, len(b))
		}
		for at := uint64(0); at < size-64*kib; at += 4096 {
			if b[at] != 1 {
				t.Fatalf("byte %d was lost growing to %d", at, size)
			}
		}
		for at := size - 64*kib; at < size; at += 4096 {
			if b[at] != 0 {
				t.Fatalf("byte %d is new and %d", at, b[at])
			}
			b[at] = 1
		}
		if now := unsafe.SliceData(b); now != at {
			at, moves = now, moves+1
		}
	}
	if moves > 9 {
		t.Errorf("moved %d times growing by pages to 10 MiB", moves)
	}
	if m.Reallocate(10*mib+1) != nil {
		t.Error("grew beyond its maximum")
	}
}

// TestNothingShowsThrough writes every byte of memories of many sizes, gives
// them back, and looks at what the next user finds.
func TestNothingShowsThrough(t *testing.T) {
	p := newMemories()
	defer p.close()
	for _, size := range []uint64{1, 64 * kib, 192 * kib, mib, mib + 64*kib, 5 * mib} {
		for round := range 2 {
			m := p.get(8 * mib)
			for step := uint64(1); step <= 2; step++ {
				b := m.Reallocate(size * step / 2)
				for i := range b {
					if step == 1 && b[i] != 0 {
						t.Fatalf("size %d, round %d: byte %d of the last user shows", size, round, i)
					}
					b[i] = 0xaa
				}
			}
			m.Free()
		}
		m := p.get(8 * mib)
		for i, b := range m.Reallocate(8 * mib) {
			if b != 0 {
				t.Fatalf("size %d: byte %d of the last user shows", size, i)
			}
		}
		m.Free()
	}
}

// TestNothingShowsThroughOfSparseUse is the same for users that touch few pages,
// which are cleaned in another way than full memories.
func TestNothingShowsThroughOfSparseUse(t *testing.T) {
	p := newMemories()
	defer p.close()
	for _, size := range []uint64{mib + 64*kib, 3 * mib, 20 * mib} {
		for _, gap := range []uint64{1, 2, 3, 16, 63, 200, 1000, 5000} {
			for _, run := range []uint64{1, 2, 300} {
				m := p.get(32 * mib)
				view := m.Reallocate(size)
				if !zeroPages(view) {
					t.Fatalf("size %d, gap %d, run %d: a byte of the last user shows", size, gap, run)
				}
				for page := uint64(0); page < size/4096; page++ {
					if page%(gap+run) >= gap {
						view[page*4096+page%4096] = 1
					}
				}
				view[size-1] = 1
				m.Free()
			}
		}
	}
}

func zeroPages(b []byte) bool {
	var zero [4096]byte
	for len(b) > 0 {
		if !bytes.Equal(b[:4096], zero[:]) {
			return false
		}
		b = b[4096:]
	}
	return true
}

func TestMemoryIsReused(t *testing.T) {
	p := newMemories()
	needReservations(t)
	m := p.get(200 * mib)
	m.Reallocate(mib)
	at := unsafe.SliceData(m.bytes())
	m.Free()
	m.Free()
	if used := p.inUse.Load(); used != 0 {
		t.Errorf("%d in use after Free", used)
	}
	again := p.get(129 * mib)
	if unsafe.SliceData(again.Reallocate(64*kib)) != at {
		t.Error("another memory of the same class is not the one given back")
	}
	other := p.get(129 * mib)
	if unsafe.SliceData(other.Reallocate(64*kib)) == at {
		t.Error("freed twice, given to two users")
	}
	if mapped := p.mapped.Load(); mapped != 512<<20 {
		t.Errorf("%d bytes mapped", mapped)
	}
	again.Free()
	p.close()
	if mapped := p.mapped.Load(); mapped != 256<<20 {
		t.Errorf("%d bytes mapped after close with one in use", mapped)
	}
	other.Free()
	if mapped := p.mapped.Load(); mapped != 0 {
		t.Errorf("%d bytes mapped at the end", mapped)
	}
}

func TestIdleMemoriesAreBounded(t *testing.T) {
	needReservations(t)
	p := newMemories()
	defer p.close()
	var all []*linearMemory
	for range 4 * maxIdle {
		m := p.get(256 * mib)
		m.Reallocate(64 * kib)
		all = append(all, m)
	}
	for _, m := range all {
		m.Free()
	}
	if p.idleCount > maxIdle || p.idleBytes > maxIdleBytes {
		t.Errorf("%d idle with %d bytes", p.idleCount, p.idleBytes)
	}
	if mapped := p.mapped.Load(); mapped > maxIdle*256<<20 {
		t.Errorf("%d MiB mapped", mapped>>20)
	}
	all = all[:0]
	for range 2 * maxIdle {
		m := p.get(256 * mib)
		clear(m.Reallocate(8 * mib)[:mib])
		all = append(all, m)
	}
	for _, m := range all {
		m.Free()
	}
	if p.idleBytes > maxIdleBytes {
		t.Errorf("%d bytes idle", p.idleBytes)
	}
}

// TestManyMemories holds as many memories as a large host has instances.
func TestManyMemories(t *testing.T) {
	needReservations(t)
	p := newMemories()
	all := make([]*linearMemory, 10_000)
	for i := range all {
		all[i] = p.get(256 * mib)
		b := all[i].Reallocate(64 * kib)
		if b == nil {
			t.Fatalf("memory %d was refused", i)
		}
		b[0] = byte(i)
	}
	for i, m := range all {
		if got := m.bytes()[0]; got != byte(i) {
			t.Fatalf("memory %d holds %d", i, got)
		}
		m.Free()
	}
	p.close()
	if mapped, used := p.mapped.Load(), p.inUse.Load(); mapped != 0 || used != 0 {
		t.Errorf("%d bytes mapped, %d in use at the end", mapped, used)
	}
}

func TestMemoriesConcurrently(t *testing.T) {
	p := newMemories()
	var wg sync.WaitGroup
	for g := range 4 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range 200 {
				m := p.get(uint64(1+i%3) * mib)
				b := m.Reallocate(64 * kib * uint64(1+i%16))
				for j := 0; j < len(b); j += 4096 {
					if b[j] != 0 {
						t.Errorf("goroutine %d sees another's byte", g)
						return
					}
					b[j] = byte(g + 1)
				}
				m.Free()
			}
		})
	}
	wg.Wait()
	p.close()
	if mapped, used := p.mapped.Load(), p.inUse.Load(); mapped != 0 || used != 0 {
		t.Errorf("%d bytes mapped, %d in use at the end", mapped, used)
	}
}

// TestSharedMemoryGrows grows a memory while others look at its size.
func TestSharedMemoryGrows(t *testing.T) {
	p := newMemories()
	defer p.close()
	m := p.getShared(16 * mib)
	defer m.Free()
	m.Reallocate(64 * kib)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for last := 0; last < 16<<20; {
				now := len(m.bytes())
				if now < last {
					t.Error("the memory shrank")
					return
				}
				last = now
				runtime.Gosched()
			}
		})
	}
	for size := 64 * kib; size <= 16*mib; size += 64 * kib {
		m.Reallocate(size)
	}
	wg.Wait()
}

func TestClasses(t *testing.T) {
	for _, test := range []struct {
		size  uint64
		class int
	}{
		{0, 0}, {1, 0}, {64 * kib, 0}, {64*kib + 1, 1}, {128 * kib, 1}, {mib, 4},
		{256 * mib, 12}, {65535 * 64 * kib, 16}, {4 * gib, 16}, {4*gib + 1, 17},
	} {
		if got := classOf(test.size); got != test.class {
			t.Errorf("classOf(%d) = %d, want %d", test.size, got, test.class)
		}
		if classSize(test.class) < test.size {
			t.Errorf("class %d is smaller than %d", test.class, test.size)
		}
	}
}

// BenchmarkMemory takes a memory, touches pages at its start and spread over
// it, and gives it back.
func BenchmarkMemory(b *testing.B) {
	for _, size := range []uint64{64 * kib, mib, 4 * mib, 64 * mib} {
		for _, pages := range []uint64{2, 16} {
			b.Run(fmt.Sprintf("%dKiB/%dpages", size/kib, pages), func(b *testing.B) {
				p := newMemories()
				defer p.close()
				for b.Loop() {
					m := p.get(256 * mib)
					view := m.Reallocate(size)
					for i := range pages / 2 {
						view[i*4096] = 1
						view[size-size/(i+2)] = 1
					}
					m.Free()
				}
			})
		}
	}
}
