package p1_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// A wish is a subscription as a test says it.
type wish struct {
	kind     byte // 0 clock, 1 read, 2 write
	id       uint32
	timeout  uint64
	absolute bool
}

const (
	clockWish = 0
	readWish  = 1
	writeWish = 2
)

// subscribe writes subscriptions, with their index as userdata.
func (c *caller) subscribe(unstable bool, wishes ...wish) {
	le := binary.LittleEndian
	size, skip := 48, 0
	if unstable {
		size, skip = 56, 8
	}
	for i, w := range wishes {
		at := c.memory[list+i*size:][:size]
		clear(at)
		le.PutUint64(at, uint64(i))
		at[8] = w.kind
		if w.kind != clockWish {
			le.PutUint32(at[16:], w.id)
			continue
		}
		clock := at[16+skip:]
		le.PutUint32(clock, w.id)
		le.PutUint64(clock[8:], w.timeout)
		if w.absolute {
			le.PutUint16(clock[24:], 1)
		}
	}
}

// A happening is an event as a test sees it.
type happening struct {
	index uint64
	errno p1.Errno
	kind  byte
	bytes uint64
	flags uint16
}

// poll waits for one of the wishes and returns what happened.
func (c *caller) poll(ctx context.Context, wishes ...wish) ([]happening, error) {
	c.subscribe(false, wishes...)
	errno, err := c.try(ctx, "poll_oneoff", list, events, uint64(len(wishes)), result)
	if err != nil || errno != 0 {
		return nil, errors.Join(err, errno)
	}
	le := binary.LittleEndian
	var all []happening
	for i := range c.u32(result) {
		at := c.memory[events+i*32:]
		all = append(all, happening{le.Uint64(at), p1.Errno(le.Uint16(at[8:])), at[10], le.Uint64(at[16:]), le.Uint16(at[24:])})
	}
	return all, nil
}

func TestSleep(t *testing.T) {
	for _, unstable := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			module := p1.Snapshot
			if unstable {
				module = p1.Unstable
			}
			c := newCaller(t, module, wasi.Config{})
			c.ok(t, "clock_time_get", 1, 0, result)
			monotonic := c.u64(result)
			realtime := uint64(time.Now().UnixNano())
			for _, test := range []struct {
				wish wish
				want time.Duration
			}{
				{wish{timeout: 5e9, id: 1}, 5 * time.Second},
				{wish{timeout: 3e9}, 3 * time.Second},
				{wish{id: 1}, 0},
				{wish{timeout: monotonic + 10e9, id: 1, absolute: true}, 2 * time.Second},
				{wish{timeout: realtime + 15e9, absolute: true}, 5 * time.Second},
				{wish{timeout: realtime, absolute: true}, 0},
			} {
				start := time.Now()
				c.subscribe(unstable, wish{timeout: 1 << 63}, test.wish)
				c.ok(t, "poll_oneoff", list, events, 2, result)
				if slept := time.Since(start); slept != test.want {
					t.Errorf("%+v: slept %v, want %v", test.wish, slept, test.want)
				}
				if n, index := c.u32(result), c.u64(events); n != 1 || index != 1 {
					t.Errorf("%+v: %d events, the first for %d", test.wish, n, index)
				}
			}
		})
	}
}

func TestSleepEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, p1.Snapshot, wasi.Config{})
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := c.poll(ctx, wish{timeout: 1 << 62})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "poll_oneoff: ") {
			t.Errorf("poll_oneoff: %v, want the deadline", err)
		}
		canceled, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Minute, cancel)
		if _, err := c.poll(canceled, wish{timeout: 1 << 62}); !errors.Is(err, context.Canceled) {
			t.Errorf("poll_oneoff: %v, want canceled", err)
		}
	})
}

func TestPollOfDescriptors(t *testing.T) {
	config, _ := writable(t)
	config.Stdin = strings.NewReader("12345")
	c := newCaller(t, p1.Snapshot, config)
	fd := uint32(c.open(t, preopen, "f", creat, anyRights, 0))
	c.write(t, uint64(fd), "abc")
	c.ok(t, "fd_seek", uint64(fd), 1, 0, result)
	got, err := c.poll(context.Background(),
		wish{kind: readWish, id: 0}, wish{kind: writeWish, id: 1}, wish{kind: readWish, id: fd}, wish{kind: writeWish, id: fd},
		wish{kind: readWish, id: 99}, wish{kind: readWish, id: 1}, wish{kind: clockWish, id: 7}, wish{kind: clockWish, id: 1, timeout: 1e18})
	if err != nil {
		t.Fatal(err)
	}
	want := []happening{
		{index: 0, kind: 1, bytes: 5}, {index: 1, kind: 2}, {index: 2, kind: 1, bytes: 2}, {index: 3, kind: 2},
		{index: 4, kind: 1, errno: p1.EBADF}, {index: 5, kind: 1, errno: p1.EBADF}, {index: 6, errno: p1.EINVAL},
	}
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("event %d is %+v, want %+v", i, got[i], want[i])
		}
	}
	if _, err := c.poll(context.Background()); !errors.Is(err, p1.EINVAL) {
		t.Errorf("poll of nothing: %v", err)
	}
	if _, err := c.poll(context.Background(), wish{kind: 3}); !errors.Is(err, p1.EINVAL) {
		t.Errorf("poll of an unknown kind: %v", err)
	}
}

// TestInputObeysContext reads from an input that has nothing: the reading ends
// with the call's context, and what comes later is not lost.
func TestInputObeysContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		c := newCaller(t, p1.Snapshot, wasi.Config{Stdin: in})
		at, n := c.buffers(3, 100)
		for range 3 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			_, err := c.try(ctx, "fd_read", 0, at, n, result)
			if cancel(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("fd_read: %v, want the deadline", err)
			}
		}
		got, err := c.poll(context.Background(), wish{kind: readWish}, wish{timeout: 1e9})
		if err != nil || len(got) != 1 || got[0].kind != clockWish {
			t.Errorf("poll_oneoff: %+v, %v, want the clock", got, err)
		}
		go func() {
			time.Sleep(time.Second)
			_, _ = io.WriteString(out, "kept and")
			_, _ = io.WriteString(out, " read")
			_ = out.Close()
		}()
		got, err = c.poll(context.Background(), wish{kind: readWish}, wish{timeout: 5e9})
		if err != nil || len(got) != 1 || got[0].bytes == 0 {
			t.Errorf("poll_oneoff: %+v, %v, want the input", got, err)
		}
		var all strings.Builder
		for {
			text := c.read(t, 0, 5)
			if text == "" {
				break
			}
			all.WriteString(text)
		}
		if all.String() != "kept and read" {
			t.Errorf("read %q", all.String())
		}
	})
}

func TestNonblockingInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		defer in.Close()
		c := newCaller(t, p1.Snapshot, wasi.Config{Stdin: in})
		c.ok(t, "fd_fdstat_set_flags", 0, 4)
		at, n := c.buffers(10)
		c.fails(t, p1.EAGAIN, "fd_read", 0, at, n, result)
		if _, err := io.WriteString(out, "x"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := c.read(t, 0, 10); got != "x" {
			t.Errorf("read %q", got)
		}
		c.fails(t, p1.EAGAIN, "fd_read", 0, at, n, result)
	})
}

// A mailbox is a descriptor of another package.
type mailbox struct {
	mu     sync.Mutex
	data   bytes.Buffer
	more   chan struct{}
	closed int
}

func (m *mailbox) Type() p1.FileType { return p1.TypeSocketStream }

func (m *mailbox) Close() error { m.closed++; return nil }

func (m *mailbox) Read(_ context.Context, p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.data.Read(p)
}

func (m *mailbox) Ready(bool) (uint64, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.data.Len() > 0 {
		return uint64(m.data.Len()), nil
	}
	m.more = make(chan struct{})
	return 0, m.more
}

func (m *mailbox) deliver(text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.data.WriteString(text)
	close(m.more)
}

func TestDescriptorsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, p1.Snapshot, wasi.Config{})
		system := c.system.(*p1.System)
		boxes := []*mailbox{{}, {}, {}}
		for i, box := range boxes {
			if fd, err := system.Insert(box); err != nil || fd != uint32(3+i) {
				t.Fatalf("Insert: %d, %v", fd, err)
			}
		}
		go func() {
			time.Sleep(time.Second)
			boxes[1].deliver("news")
		}()
		got, err := c.poll(context.Background(), wish{kind: readWish, id: 3}, wish{kind: readWish, id: 4}, wish{kind: readWish, id: 5}, wish{timeout: 9e9})
		if want := (happening{index: 1, kind: 1, bytes: 4}); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("poll_oneoff: %+v, %v", got, err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := c.poll(ctx, wish{kind: readWish, id: 3}, wish{kind: readWish, id: 5}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("poll_oneoff: %v, want the deadline", err)
		}
		got, err = c.poll(context.Background(), wish{kind: readWish, id: 3}, wish{kind: readWish, id: 5}, wish{timeout: 1e9})
		if err != nil || len(got) != 1 || got[0].index != 2 {
			t.Errorf("poll_oneoff: %+v, %v", got, err)
		}
		if got := c.read(t, 4, 10); got != "news" {
			t.Errorf("read %q", got)
		}
		at, n := c.buffers(4)
		c.fails(t, p1.EBADF, "fd_write", 4, at, n, result)
		c.fails(t, p1.ESPIPE, "fd_seek", 4, 1, 0, result)
		c.fails(t, p1.ENOTSUP, "sock_shutdown", 4, 1)
		c.fails(t, p1.ENOTSOCK, "sock_shutdown", 1, 1)
		c.fails(t, p1.EBADF, "sock_accept", 9, 0, result)
		if got := system.Descriptor(4); got != boxes[1] {
			t.Errorf("Descriptor(4) is %v", got)
		}
		c.ok(t, "fd_renumber", 5, 3)
		if boxes[0].closed != 1 || boxes[2].closed != 0 {
			t.Error("fd_renumber closed the wrong one")
		}
		c.ok(t, "fd_close", 4)
		if system.Descriptor(4) != nil {
			t.Error("4 is open after fd_close")
		}
		if err := system.Close(); err != nil {
			t.Error(err)
		}
		for i, box := range boxes {
			if box.closed != 1 {
				t.Errorf("descriptor %d was closed %d times", i, box.closed)
			}
		}
	})
}

func TestTableIsBounded(t *testing.T) {
	config, _ := writable(t)
	c := newCaller(t, p1.Snapshot, config)
	system := c.system.(*p1.System)
	open := 4
	for {
		if _, err := system.Insert(&mailbox{}); err != nil {
			if !errors.Is(err, p1.EMFILE) {
				t.Error(err)
			}
			break
		}
		open++
	}
	if open != p1.MaxDescriptors {
		t.Errorf("%d descriptors are open, want %d", open, p1.MaxDescriptors)
	}
	if errno := c.tryOpen(t, preopen, "f", creat, anyRights, 0); errno != p1.EMFILE {
		t.Errorf("path_open: %v", errno)
	}
	c.fails(t, p1.ENOENT, "path_filestat_get", preopen, 0, path, c.put(path, "f"), content)
	c.ok(t, "fd_close", 500)
	if fd := c.open(t, preopen, "f", creat, anyRights, 0); fd != 500 {
		t.Errorf("the descriptor is %d, want 500", fd)
	}
}
