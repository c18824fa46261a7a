package p1_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

func TestModules(t *testing.T) {
	h, err := p1.NewHost(context.Background(), functionsEngine{})
	if err != nil {
		t.Fatal(err)
	}
	modules := h.Modules()
	for name, want := range map[string]int{p1.Snapshot: 46, p1.Unstable: 45, p1.Alias: 46} {
		if got := len(modules[name].(functions)); got != want {
			t.Errorf("%s has %d functions, want %d", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"path_open": "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> (i32)",
		"fd_seek":   "(i32, i64, i32, i32) -> (i32)",
		"proc_exit": "(i32) -> ()",
	} {
		if have, _ := modules[p1.Alias].Export(name); have.Func.String() != want {
			t.Errorf("%s is %v, want %s", name, have.Func, want)
		}
	}
}

func TestNewRefusesBadConfig(t *testing.T) {
	if _, err := p1.New(wasi.Config{Env: []string{"x"}}); err == nil || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf("New: %v", err)
	}
}

func TestNothingIsGranted(t *testing.T) {
	c := newCaller(t, p1.Snapshot, wasi.Config{})
	for _, name := range []string{"args_sizes_get", "environ_sizes_get"} {
		c.ok(t, name, result, second)
		if n, size := c.u32(result), c.u32(second); n != 0 || size != 0 {
			t.Errorf("%s: %d of %d bytes", name, n, size)
		}
	}
	c.fails(t, p1.EBADF, "fd_prestat_get", preopen, result)
	if errno := c.tryOpen(t, preopen, "x", 0, 0, 0); errno != p1.EBADF {
		t.Errorf("path_open: %v", errno)
	}
	if got := c.read(t, 0, 10); got != "" {
		t.Errorf("the input has %q", got)
	}
	c.write(t, 1, "dropped")
	c.write(t, 2, "dropped")
	c.ok(t, "random_get", content, 16)
	c.ok(t, "clock_time_get", 0, 0, result)
	if now := int64(c.u64(result)); math.Abs(float64(now-time.Now().UnixNano())) > float64(time.Hour) {
		t.Errorf("the time is %d", now)
	}
}

func TestArgumentsAndEnvironment(t *testing.T) {
	c := newCaller(t, p1.Snapshot, wasi.Config{Args: []string{"prog", "", "é"}, Env: []string{"A=1", "B="}})
	c.ok(t, "args_sizes_get", result, second)
	if n, size := c.u32(result), c.u32(second); n != 3 || size != 9 {
		t.Errorf("%d arguments of %d bytes, want 3 of 9", n, size)
	}
	c.ok(t, "args_get", list, content)
	if got := string(c.memory[content:][:9]); got != "prog\x00\x00é\x00" {
		t.Errorf("arguments %q", got)
	}
	if got := []uint32{c.u32(list), c.u32(list + 4), c.u32(list + 8)}; !cmp.Equal(got, []uint32{content, content + 5, content + 6}) {
		t.Errorf("argument pointers %v", got)
	}
	c.ok(t, "environ_sizes_get", result, second)
	c.ok(t, "environ_get", list, content)
	if got := string(c.memory[content:][:c.u32(second)]); got != "A=1\x00B=\x00" {
		t.Errorf("environment %q", got)
	}
}

func TestClocksAndRandomOfTheConfig(t *testing.T) {
	c := newCaller(t, p1.Snapshot, wasi.Config{
		Realtime:  func() time.Time { return time.Unix(7, 8) },
		Monotonic: func() time.Duration { return 9 },
		Random:    strings.NewReader("chosen by fair dice"),
	})
	for id, want := range []uint64{7_000_000_008, 9} {
		c.ok(t, "clock_time_get", uint64(id), 0, result)
		if got := c.u64(result); got != want {
			t.Errorf("clock %d is %d, want %d", id, got, want)
		}
		c.ok(t, "clock_res_get", uint64(id), result)
		if c.u64(result) == 0 {
			t.Errorf("the resolution of clock %d is 0", id)
		}
	}
	for _, id := range []uint64{2, 3, 4, math.MaxUint32} {
		c.fails(t, p1.EINVAL, "clock_time_get", id, 0, result)
		c.fails(t, p1.EINVAL, "clock_res_get", id, result)
	}
	c.ok(t, "random_get", content, 6)
	if got := string(c.memory[content:][:6]); got != "chosen" {
		t.Errorf("random bytes %q", got)
	}
	c.fails(t, p1.EIO, "random_get", content, 100)
}

func TestRandomIsRandom(t *testing.T) {
	c := newCaller(t, p1.Snapshot, wasi.Config{})
	c.memory = make(bytesMemory, 5<<20)
	c.ok(t, "random_get", 1, 4<<20)
	first, last := c.memory[1:33], c.memory[4<<20-31:][:32]
	if bytes.Equal(first, make([]byte, 32)) || bytes.Equal(last, make([]byte, 32)) || bytes.Equal(first, last) {
		t.Error("not all bytes are random")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.try(ctx, "random_get", 1, 4<<20); !errors.Is(err, context.Canceled) {
		t.Errorf("random_get of 4 MiB in a call that must end: %v", err)
	}
}

func TestExit(t *testing.T) {
	c := newCaller(t, p1.Snapshot, wasi.Config{})
	for name, codes := range map[string]map[uint64]uint32{
		"proc_exit":  {0: 0, 33: 33, math.MaxUint32: math.MaxUint32},
		"proc_raise": {6: 134, 9: 137, 15: 143},
	} {
		for param, want := range codes {
			_, err := c.try(context.Background(), name, param)
			if code, err := exitCode(err); err != nil || code != want {
				t.Errorf("%s(%d): code %d, %v; want %d", name, param, code, err, want)
			}
		}
	}
	for signal, want := range map[uint64]p1.Errno{0: 0, 16: 0, 17: 0, 22: 0, 27: 0, 18: p1.ENOTSUP, 21: p1.ENOTSUP, 31: p1.EINVAL} {
		c.fails(t, want, "proc_raise", signal)
	}
	c.ok(t, "sched_yield")
}

func TestUnstableDiffers(t *testing.T) {
	config, _ := writable(t)
	c := newCaller(t, p1.Unstable, config)
	fd := c.open(t, preopen, "f", creat, anyRights, 0)
	c.write(t, fd, "0123456789")
	for _, step := range []struct{ offset, whence, want uint64 }{{3, 2, 3}, {2, 0, 5}, {math.MaxUint64, 1, 9}} {
		c.ok(t, "fd_seek", fd, step.offset, step.whence, result)
		if got := c.u64(result); got != step.want {
			t.Errorf("whence %d: position %d, want %d", step.whence, got, step.want)
		}
	}
	c.ok(t, "fd_filestat_set_times", fd, 5e9, 6e9, 5)
	for i := range c.memory[content:][:72] {
		c.memory[content+i] = 0xaa
	}
	c.ok(t, "fd_filestat_get", fd, content)
	if links, size, a, m := c.u32(content+20), c.u64(content+24), c.u64(content+32), c.u64(content+40); links != 1 || size != 10 || a != 5e9 || m != 6e9 {
		t.Errorf("filestat of wasi_unstable:\n%s", hex.Dump(c.memory[content:][:64]))
	}
	if c.u64(content+56) != 0xaaaaaaaaaaaaaaaa {
		t.Error("more than 56 bytes were written")
	}
	c.ok(t, "path_filestat_get", preopen, 0, path, c.put(path, "f"), events)
	if !bytes.Equal(c.memory[content:][:56], c.memory[events:][:56]) {
		t.Error("path_filestat_get and fd_filestat_get differ")
	}
}

func TestRights(t *testing.T) {
	config, _ := writable(t)
	c := newCaller(t, p1.Snapshot, config)
	fd := c.open(t, preopen, "f", creat, p1.FDRead|p1.FDWrite|p1.FDTell, 0)
	at, n := c.buffers(4)
	c.ok(t, "fd_seek", fd, 0, 1, result) // which is telling
	c.fails(t, p1.ENOTCAPABLE, "fd_seek", fd, 0, 0, result)
	c.fails(t, p1.ENOTCAPABLE, "fd_sync", fd)
	c.fails(t, p1.ENOTCAPABLE, "fd_filestat_get", fd, content)
	c.fails(t, p1.ENOTDIR, "fd_readdir", fd, content, 100, 0, result)
	c.fails(t, p1.ENOTCAPABLE, "fd_fdstat_set_rights", fd, uint64(p1.FDSync), 0)
	c.ok(t, "fd_fdstat_set_rights", fd, uint64(p1.FDWrite), 0)
	c.fails(t, p1.EBADF, "fd_read", fd, at, n, result)
	c.ok(t, "fd_write", fd, at, n, result)
	for _, name := range []string{"fd_read", "fd_write"} {
		c.fails(t, p1.EISDIR, name, preopen, at, n, result)
	}
	c.ok(t, "fd_fdstat_set_rights", preopen, uint64(p1.PathOpen|p1.PathCreateFile), uint64(p1.FDRead))
	if errno := c.tryOpen(t, preopen, "f", 0, p1.FDWrite, 0); errno != p1.ENOTCAPABLE {
		t.Errorf("path_open with a right that the directory cannot give: %v", errno)
	}
	sub := c.open(t, preopen, "f", 0, p1.FDRead|p1.FDSeek, 0)
	c.ok(t, "fd_fdstat_get", sub, content)
	if got := p1.Rights(c.u64(content + 8)); got != p1.FDRead {
		t.Errorf("the rights are %x, want only that to read", got)
	}
}

func TestFaults(t *testing.T) {
	c := newCaller(t, p1.Snapshot, wasi.Config{})
	_, err := c.try(context.Background(), "proc_exit", 0)
	if engine.AsTrap(err) == nil {
		t.Errorf("proc_exit: %v", err)
	}
	c.memory = nil
	other := *c
	_, err = other.try(context.Background(), "random_get", 0, 1)
	if err == nil || !strings.Contains(err.Error(), `random_get: the guest exports no memory of the name "memory"`) {
		t.Errorf("without a memory: %v", err)
	}
	for _, system := range []any{nil, (*p1.System)(nil), "another"} {
		other.system = system
		_, err = other.try(context.Background(), "fd_close", 0)
		if err == nil || !strings.Contains(err.Error(), "fd_close: the instance was given no WASI system") {
			t.Errorf("without a system: %v", err)
		}
	}
}

// wants are calls with good parameters; the index of a pointer and how much is
// there follow. Every one is called with that pointer out of the memory.
var wants = []struct {
	name   string
	params []uint64
	at     int
	size   uint64
}{
	{"args_get", []uint64{list, content}, 0, 4},
	{"args_get", []uint64{list, content}, 1, 2},
	{"args_sizes_get", []uint64{result, second}, 0, 4},
	{"args_sizes_get", []uint64{result, second}, 1, 4},
	{"environ_get", []uint64{list, content}, 0, 4},
	{"environ_sizes_get", []uint64{result, second}, 1, 4},
	{"clock_res_get", []uint64{0, result}, 1, 8},
	{"clock_time_get", []uint64{0, 0, result}, 2, 8},
	{"fd_fdstat_get", []uint64{1, content}, 1, 24},
	{"fd_filestat_get", []uint64{4, content}, 1, 64},
	{"fd_pread", []uint64{4, list, 1, 0, result}, 1, 8},
	{"fd_pread", []uint64{4, list, 1, 0, result}, 4, 4},
	{"fd_pwrite", []uint64{4, list, 1, 0, result}, 1, 8},
	{"fd_pwrite", []uint64{4, list, 1, 0, result}, 4, 4},
	{"fd_prestat_get", []uint64{3, result}, 1, 8},
	{"fd_prestat_dir_name", []uint64{3, path, 1}, 1, 1},
	{"fd_read", []uint64{4, list, 1, result}, 1, 8},
	{"fd_read", []uint64{4, list, 1, result}, 3, 4},
	{"fd_readdir", []uint64{3, content, 100, 0, result}, 1, 100},
	{"fd_readdir", []uint64{3, content, 100, 0, result}, 4, 4},
	{"fd_seek", []uint64{4, 0, 0, result}, 3, 8},
	{"fd_tell", []uint64{4, result}, 1, 8},
	{"fd_write", []uint64{4, list, 1, result}, 1, 8},
	{"fd_write", []uint64{4, list, 1, result}, 3, 4},
	{"path_create_directory", []uint64{3, path, 1}, 1, 1},
	{"path_filestat_get", []uint64{3, 0, path, 1, content}, 2, 1},
	{"path_filestat_get", []uint64{3, 0, path, 1, content}, 4, 64},
	{"path_filestat_set_times", []uint64{3, 0, path, 1, 0, 0, 0}, 2, 1},
	{"path_link", []uint64{3, 0, path, 1, 3, target, 1}, 2, 1},
	{"path_link", []uint64{3, 0, path, 1, 3, target, 1}, 5, 1},
	{"path_open", []uint64{3, 0, path, 1, creat, 0, 0, 0, result}, 2, 1},
	{"path_open", []uint64{3, 0, path, 1, creat, 0, 0, 0, result}, 8, 4},
	{"path_readlink", []uint64{3, path, 1, content, 10, result}, 1, 1},
	{"path_readlink", []uint64{3, path, 1, content, 10, result}, 3, 10},
	{"path_readlink", []uint64{3, path, 1, content, 10, result}, 5, 4},
	{"path_remove_directory", []uint64{3, path, 1}, 1, 1},
	{"path_rename", []uint64{3, path, 1, 3, target, 1}, 1, 1},
	{"path_rename", []uint64{3, path, 1, 3, target, 1}, 4, 1},
	{"path_symlink", []uint64{path, 1, 3, target, 1}, 0, 1},
	{"path_symlink", []uint64{path, 1, 3, target, 1}, 3, 1},
	{"path_unlink_file", []uint64{3, path, 1}, 1, 1},
	{"poll_oneoff", []uint64{list, events, 1, result}, 0, 48},
	{"poll_oneoff", []uint64{list, events, 1, result}, 1, 32},
	{"poll_oneoff", []uint64{list, events, 1, result}, 3, 4},
	{"random_get", []uint64{content, 8}, 0, 8},
}

func TestPointersAreChecked(t *testing.T) {
	for _, want := range wants {
		t.Run(fmt.Sprintf("%s %d", want.name, want.at), func(t *testing.T) {
			config, folder := writable(t)
			config.Args, config.Env = []string{"a"}, []string{"A=b"}
			c := newCaller(t, p1.Snapshot, config)
			c.open(t, preopen, "f", creat, anyRights, 0)
			c.put(path, "g")
			before := snapshot(t, folder, "")
			end := uint64(len(c.memory))
			for _, bad := range []uint64{end, end - want.size + 1, math.MaxUint32, math.MaxUint32 - want.size + 1, 1 << 31} {
				params := append([]uint64{}, want.params...)
				params[want.at] = bad
				clear(c.memory[list:][:48])
				c.buffers(4)
				c.fails(t, p1.EFAULT, want.name, params...)
			}
			if after := snapshot(t, folder, ""); !cmp.Equal(before, after) {
				t.Error(cmp.Diff(before, after))
			}
		})
	}
}

func TestListsAreBounded(t *testing.T) {
	config, _ := writable(t)
	c := newCaller(t, p1.Snapshot, config)
	for _, name := range []string{"fd_read", "fd_write"} {
		fd := map[string]uint64{"fd_read": 0, "fd_write": 1}[name]
		for _, n := range []uint64{1025, 1 << 29, 1<<29 + 1, math.MaxUint32} {
			c.fails(t, p1.EINVAL, name, fd, list, n, result)
		}
		c.buffers(4, 4)
		copy(c.memory[list+12:], "\xff\xff\xff\xff")
		c.fails(t, p1.EFAULT, name, fd, list, 2, result)
	}
	for _, n := range []uint64{0, 4097, math.MaxUint32/48 + 1, math.MaxUint32} {
		c.fails(t, p1.EINVAL, "poll_oneoff", list, events, n, result)
	}
	c.fails(t, p1.ENAMETOOLONG, "path_create_directory", preopen, path, math.MaxUint32)
	c.fails(t, p1.ENAMETOOLONG, "fd_prestat_dir_name", preopen, path, 0)
	c.fails(t, p1.EFAULT, "random_get", 0, math.MaxUint32)
	c.fails(t, p1.EFAULT, "fd_readdir", preopen, 0, math.MaxUint32, 0, result)
}

// A recorder keeps what is written, and how often.
type recorder struct{ writes []string }

func (r *recorder) Write(p []byte) (int, error) {
	r.writes = append(r.writes, string(p))
	return len(p), nil
}

func TestOneCallIsOneWrite(t *testing.T) {
	var out recorder
	c := newCaller(t, p1.Snapshot, wasi.Config{Stdout: &out})
	c.put(content, "a line\n")
	at, n := c.buffers(2, 0, 5)
	c.ok(t, "fd_write", 1, at, n, result)
	at, n = c.buffers(0)
	c.ok(t, "fd_write", 1, at, n, result)
	if want := []string{"a line\n"}; !cmp.Equal(want, out.writes) {
		t.Error(cmp.Diff(want, out.writes))
	}
}

// A liar is a writer and a reader that returns impossible counts.
type liar int

func (l liar) Write([]byte) (int, error) { return int(l), nil }
func (l liar) Read([]byte) (int, error)  { return int(l), nil }

func TestCountsOfWritersAreChecked(t *testing.T) {
	for _, l := range []liar{-1, 1000} {
		c := newCaller(t, p1.Snapshot, wasi.Config{Stdout: l})
		for _, sizes := range [][]uint32{{4}, {2, 2}} {
			at, n := c.buffers(sizes...)
			c.ok(t, "fd_write", 1, at, n, result)
			if got := c.u32(result); got != 0 && got != 4 {
				t.Errorf("fd_write wrote %d of 4 bytes", got)
			}
		}
	}
}

func TestErrnoOf(t *testing.T) {
	for _, test := range []struct {
		err  error
		want p1.Errno
	}{
		{nil, p1.ESUCCESS},
		{p1.EPIPE, p1.EPIPE},
		{fmt.Errorf("reading: %w", p1.EAGAIN), p1.EAGAIN},
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.ENOTDIR}, p1.ENOTDIR},
		{&os.LinkError{Op: "link", Err: syscall.EXDEV}, p1.EXDEV},
		{fs.ErrNotExist, p1.ENOENT}, {fs.ErrExist, p1.EEXIST}, {fs.ErrPermission, p1.EACCES},
		{fs.ErrInvalid, p1.EINVAL}, {os.ErrClosed, p1.EBADF}, {io.ErrClosedPipe, p1.EPIPE},
		{errors.ErrUnsupported, p1.ENOTSUP}, {syscall.ENOSPC, p1.ENOSPC}, {syscall.EMFILE, p1.EMFILE},
		{syscall.EACCES, p1.EACCES}, {syscall.Errno(9999), p1.EIO}, {errors.New("another"), p1.EIO},
	} {
		if got := p1.ErrnoOf(test.err); got != test.want {
			t.Errorf("ErrnoOf(%v) is %v, want %v", test.err, got, test.want)
		}
	}
	for errno := p1.ESUCCESS; errno <= p1.ENOTCAPABLE; errno++ {
		if strings.HasPrefix(errno.Error(), "errno") {
			t.Errorf("errno %d has no text", uint16(errno))
		}
	}
	if p1.ENOTCAPABLE != 76 || p1.EBADF != 8 || p1.EXDEV != 75 {
		t.Error("the numbers are not those of the specification")
	}
	if got := p1.Errno(77).Error(); got != "errno 77" {
		t.Errorf("an unknown errno is %q", got)
	}
}
