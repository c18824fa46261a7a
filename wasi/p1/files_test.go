package p1_test

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

func TestFileIsWrittenAndRead(t *testing.T) {
	config, folder := writable(t)
	c := newCaller(t, p1.Snapshot, config)
	fd := c.open(t, preopen, "a.txt", creat, anyRights, 0)
	c.write(t, fd, "hello, world")
	c.ok(t, "fd_seek", fd, 7, 0, result)
	if got := c.read(t, fd, 100); got != "world" {
		t.Errorf("read %q", got)
	}
	if got := c.read(t, fd, 100); got != "" {
		t.Errorf("read %q at the end", got)
	}
	c.ok(t, "fd_seek", fd, uint64(math.MaxUint64-4), 2, result) // 5 before the end
	c.ok(t, "fd_tell", fd, result)
	if at := c.u64(result); at != 7 {
		t.Errorf("position %d, want 7", at)
	}
	c.ok(t, "fd_filestat_set_size", fd, 5)
	c.ok(t, "fd_close", fd)
	c.fails(t, p1.EBADF, "fd_close", fd)
	if got := mustRead(t, filepath.Join(folder, "a.txt")); got != "hello" {
		t.Errorf("the file has %q", got)
	}
}

func TestBuffersAreMovedInOrder(t *testing.T) {
	config, folder := writable(t)
	c := newCaller(t, p1.Snapshot, config)
	fd := c.open(t, preopen, "a", creat, anyRights, 0)
	c.put(content, "abcdefgh")
	at, n := c.buffers(3, 0, 5)
	c.ok(t, "fd_write", fd, at, n, result)
	c.ok(t, "fd_pwrite", fd, at, n, 4, result)
	if got := mustRead(t, filepath.Join(folder, "a")); got != "abcdabcdefgh" {
		t.Errorf("the file has %q", got)
	}
	clear(c.memory[content:])
	at, n = c.buffers(2, 0, 1, 100)
	c.ok(t, "fd_pread", fd, at, n, 4, result)
	if got := string(c.memory[content:][:c.u32(result)]); got != "abcdefgh" {
		t.Errorf("fd_pread read %q", got)
	}
}

func TestAppend(t *testing.T) {
	config, folder := writable(t)
	file := filepath.Join(folder, "log")
	mustWrite(t, file, "one ")
	c := newCaller(t, p1.Snapshot, config)
	fd := c.open(t, preopen, "log", 0, anyRights, 1)
	c.write(t, fd, "two ")
	c.ok(t, "fd_seek", fd, 0, 0, result)
	c.write(t, fd, "three")
	c.ok(t, "fd_fdstat_set_flags", fd, 0)
	c.ok(t, "fd_seek", fd, 0, 0, result)
	c.write(t, fd, "ONE")
	if got := mustRead(t, file); got != "ONE two three" {
		t.Errorf("the file has %q", got)
	}
	c.fails(t, p1.EINVAL, "fd_fdstat_set_flags", fd, 1<<5)
}

// escapes are paths that lead out of the preopened directory of
// TestNothingOutsideIsReached, which holds dir, and the links to the outside
// that the host made.
var escapes = []string{
	"..", "../", "../secret", "dir/../../secret", "dir/../../inside/../secret", "/secret", "/", "//",
	"out", "out/", "out/secret", "relative", "relative/secret", "dir/up/secret", "loop/../../secret", "file",
}

// links are the links themselves among escapes.
var links = []string{"out", "relative", "file"}

func TestNothingOutsideIsReached(t *testing.T) {
	outside := t.TempDir()
	inside := filepath.Join(outside, "inside")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(inside, "dir"), 0o777),
		os.Symlink(outside, filepath.Join(inside, "out")),
		os.Symlink("..", filepath.Join(inside, "relative")),
		os.Symlink("../..", filepath.Join(inside, "dir", "up")),
		os.Symlink("../secret", filepath.Join(inside, "file")),
		os.Symlink("loop", filepath.Join(inside, "loop")),
	} {
		if err != nil {
			t.Skipf("not run: symbolic links cannot be made: %v", err)
		}
	}
	mustWrite(t, filepath.Join(outside, "secret"), "secret")
	mustWrite(t, filepath.Join(inside, "mine"), "mine")
	config := wasi.Config{Preopens: []wasi.Preopen{{Name: "/", Root: openRoot(t, inside), Writable: true}}}
	c := newCaller(t, p1.Snapshot, config)
	before := snapshot(t, outside, "inside")
	for _, name := range escapes {
		for _, oflags := range []uint64{0, creat, directory, trunc, creat | trunc, creat | excl} {
			if c.tryOpen(t, preopen, name, oflags, readRights, 0) == 0 {
				t.Errorf("path_open %q with flags %d succeeded", name, oflags)
			}
			if oflags&directory == 0 && c.tryOpen(t, preopen, name, oflags, anyRights, 0) == 0 {
				t.Errorf("path_open %q for writing with flags %d succeeded", name, oflags)
			}
		}
		n := c.put(path, name)
		m := c.put(target, "mine")
		c.refuses(t, "path_filestat_get", preopen, 1, path, n, content)
		c.refuses(t, "path_filestat_set_times", preopen, 1, path, n, 0, 0, 5)
		c.refuses(t, "path_create_directory", preopen, path, n)
		c.refuses(t, "path_remove_directory", preopen, path, n)
		c.refuses(t, "path_link", preopen, 0, target, m, preopen, path, n)
		c.refuses(t, "path_symlink", target, m, preopen, path, n)
		if !slices.Contains(links, name) { // those may be looked at, moved and removed
			c.refuses(t, "path_filestat_get", preopen, 0, path, n, content)
			c.refuses(t, "path_rename", preopen, path, n, preopen, target, m)
			c.refuses(t, "path_unlink_file", preopen, path, n)
			c.refuses(t, "path_link", preopen, 0, path, n, preopen, target+100, c.put(target+100, "new"))
		}
	}
	if after := snapshot(t, outside, "inside"); !cmp.Equal(before, after) {
		t.Error(cmp.Diff(before, after))
	}
}

// refuses calls a function that must fail.
func (c *caller) refuses(t *testing.T, name string, params ...uint64) {
	t.Helper()
	if errno := c.call(t, name, params...); errno == 0 {
		t.Errorf("%s%v succeeded for %q", name, params, c.memory[path:][:20])
	}
}

// snapshot describes all files below folder but for those in the folder of the
// name except.
func snapshot(t *testing.T, folder, except string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == except {
			return fs.SkipDir
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s %v %v", name, fi.Mode(), fi.Size())
		if fi.Mode().IsRegular() {
			line += " " + fi.ModTime().String() + " " + mustRead(t, name)
		}
		all = append(all, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// readOnly are two directories that may only be read, each with a file, a
// directory, and, where there are such, a link.
func readOnly(t *testing.T) (map[string]wasi.Preopen, string) {
	t.Helper()
	folder := t.TempDir()
	mustWrite(t, filepath.Join(folder, "file"), "kept")
	if err := os.Mkdir(filepath.Join(folder, "dir"), 0o777); err != nil {
		t.Fatal(err)
	}
	served := fstest.MapFS{"file": {Data: []byte("kept")}, "dir": {Mode: fs.ModeDir | 0o555}}
	return map[string]wasi.Preopen{
		"os.Root": {Name: "/", Root: openRoot(t, folder)},
		"fs.FS":   {Name: "/", FS: served},
	}, folder
}

// TestReadOnlyIsReadOnly covers the holes that other runtimes had: opening with
// create or truncate flags and no right to write, a link into a directory that
// can be written.
func TestReadOnlyIsReadOnly(t *testing.T) {
	preopens, folder := readOnly(t)
	for name, p := range preopens {
		t.Run(name, func(t *testing.T) {
			config, _ := writable(t)
			config.Preopens = append(config.Preopens, p)
			config.Preopens[1].Name = "/ro"
			c := newCaller(t, p1.Snapshot, config)
			const rw, ro = 3, 4
			before := snapshot(t, folder, "")
			for _, oflags := range []uint64{creat, trunc, creat | trunc, creat | excl} {
				for _, rights := range []p1.Rights{0, readRights, anyRights, p1.FDWrite} {
					for _, name := range []string{"file", "new"} {
						if errno := c.tryOpen(t, ro, name, oflags, rights, 0); errno != p1.EROFS {
							t.Errorf("path_open %s with flags %d and rights %x: %v", name, oflags, rights, errno)
						}
					}
				}
			}
			if errno := c.tryOpen(t, ro, "file", 0, anyRights, 0); errno != p1.EROFS {
				t.Errorf("path_open for writing: %v", errno)
			}
			f, d, n := c.put(path, "file"), c.put(target, "dir"), c.put(target+100, "new")
			c.fails(t, p1.EROFS, "path_create_directory", ro, target+100, n)
			c.fails(t, p1.EROFS, "path_remove_directory", ro, target, d)
			c.fails(t, p1.EROFS, "path_unlink_file", ro, path, f)
			c.fails(t, p1.EROFS, "path_link", ro, 0, path, f, rw, path, f)
			c.fails(t, p1.EROFS, "path_link", ro, 0, path, f, ro, target+100, n)
			c.fails(t, p1.EROFS, "path_rename", ro, path, f, rw, path, f)
			c.fails(t, p1.EROFS, "path_rename", ro, path, f, ro, target+100, n)
			c.fails(t, p1.EROFS, "path_symlink", path, f, ro, target+100, n)
			c.fails(t, p1.EROFS, "path_filestat_set_times", ro, 0, path, f, 0, 0, 5)
			c.fails(t, p1.EROFS, "fd_filestat_set_times", ro, 0, 0, 5)
			fd := c.open(t, ro, "file", 0, readRights, 0)
			c.fails(t, p1.EROFS, "fd_filestat_set_times", fd, 0, 0, 5)
			c.fails(t, p1.EROFS, "fd_filestat_set_size", fd, 0)
			c.fails(t, p1.EROFS, "fd_allocate", fd, 0, 100)
			at, count := c.buffers(4)
			c.fails(t, p1.EBADF, "fd_write", fd, at, count, result)
			c.fails(t, p1.EBADF, "fd_pwrite", fd, at, count, 0, result)
			if got := c.read(t, fd, 100); got != "kept" {
				t.Errorf("the file has %q", got)
			}
			sub := c.open(t, ro, "dir", directory, readRights, 0)
			if errno := c.tryOpen(t, sub, "new", creat, 0, 0); errno != p1.EROFS {
				t.Errorf("path_open in a directory that was opened: %v", errno)
			}
			if after := snapshot(t, folder, ""); !cmp.Equal(before, after) {
				t.Error(cmp.Diff(before, after))
			}
		})
	}
}

func TestServedFiles(t *testing.T) {
	files := fstest.MapFS{
		"a/b/c.txt": {Data: []byte("hello")},
		"link":      {Data: []byte("a/b"), Mode: fs.ModeSymlink},
	}
	c := newCaller(t, p1.Snapshot, wasi.Config{Preopens: []wasi.Preopen{{Name: "/", FS: files}}})
	dir := c.open(t, preopen, "a/./b/", directory, readRights, 0)
	fd := c.open(t, dir, "../b/c.txt"[5:], 0, readRights, 0)
	c.ok(t, "fd_seek", fd, 1, 0, result)
	if got := c.read(t, fd, 3); got != "ell" {
		t.Errorf("read %q", got)
	}
	at, n := c.buffers(100)
	c.ok(t, "fd_pread", fd, at, n, 4, result)
	if got := c.u32(result); got != 1 {
		t.Errorf("fd_pread read %d bytes", got)
	}
	c.ok(t, "fd_filestat_get", fd, content)
	if c.memory[content+16] != byte(p1.TypeRegularFile) || c.u64(content+32) != 5 {
		t.Errorf("filestat % x", c.memory[content:][:64])
	}
	for name, want := range map[string]p1.Errno{
		"a/b/c.txt/": p1.ENOTDIR, "a/../../x": p1.ENOTCAPABLE, "": p1.ENOENT, "none": p1.ENOENT,
		"/a": p1.ENOTCAPABLE, "a\x00": p1.EINVAL, "\xff": p1.EILSEQ, strings.Repeat("x", 5000): p1.ENAMETOOLONG,
	} {
		if errno := c.tryOpen(t, preopen, name, 0, readRights, 0); errno != want {
			t.Errorf("path_open %q: %v, want %v", name, errno, want)
		}
	}
	if errno := c.tryOpen(t, dir, "../b/c.txt", 0, readRights, 0); errno != p1.ENOTCAPABLE {
		t.Errorf("path_open out of a directory that was opened: %v", errno)
	}
	m := c.put(path, "link")
	c.ok(t, "path_readlink", preopen, path, m, content, 100, result)
	if got := string(c.memory[content:][:c.u32(result)]); got != "a/b" {
		t.Errorf("path_readlink: %q", got)
	}
	c.fails(t, p1.ELOOP, "path_open", preopen, 0, path, m, 0, 0, 0, 0, result)
}

// names lists a directory through a buffer of the given size.
func (c *caller) names(t *testing.T, fd uint64, size uint32, each func(name string)) []string {
	t.Helper()
	var names []string
	cookie := uint64(0)
	for {
		c.ok(t, "fd_readdir", fd, content, uint64(size), cookie, result)
		used := c.u32(result)
		buffer := c.memory[content:][:used]
		for len(buffer) >= 24 {
			n := 24 + int(buffer[16]) // no name here is longer than 255 bytes
			if len(buffer) < n {
				break
			}
			name := string(buffer[24:n])
			names = append(names, name)
			cookie = c.next(buffer)
			buffer = buffer[n:]
			if each != nil {
				saved := slices.Clone(c.memory)
				each(name)
				copy(c.memory, saved)
			}
		}
		if used < size {
			return names
		}
	}
}

func (c *caller) next(dirent []byte) uint64 {
	var cookie uint64
	for i := range 8 {
		cookie |= uint64(dirent[i]) << (8 * i)
	}
	return cookie
}

func TestReaddir(t *testing.T) {
	const count = 300 // more than are read at once
	config, folder := writable(t)
	served := fstest.MapFS{}
	want := []string{".", ".."}
	for i := range count {
		name := fmt.Sprintf("file %d", i)
		mustWrite(t, filepath.Join(folder, name), "")
		served[name] = &fstest.MapFile{}
		want = append(want, name)
	}
	slices.Sort(want)
	config.Preopens = append(config.Preopens, wasi.Preopen{Name: "/ro", FS: served})
	c := newCaller(t, p1.Snapshot, config)
	for _, fd := range []uint64{3, 4} {
		for _, size := range []uint32{64, 100, 4096, 40000} {
			got := c.names(t, fd, size, nil)
			if got[0] != "." || got[1] != ".." {
				t.Errorf("the first names are %q", got[:2])
			}
			slices.Sort(got)
			if !cmp.Equal(want, got) {
				t.Errorf("descriptor %d, buffer of %d: %s", fd, size, cmp.Diff(want, got))
			}
		}
	}
	t.Run("going back", func(t *testing.T) {
		first := c.names(t, 3, 4096, nil)
		c.ok(t, "fd_readdir", 3, content, 64, 5, result)
		if name := string(c.memory[content+24:][:c.memory[content+16]]); name != first[5] {
			t.Errorf("entry 5 is %q, was %q", name, first[5])
		}
		c.ok(t, "fd_readdir", 3, content, 64, count+2, result)
		if used := c.u32(result); used != 0 {
			t.Errorf("%d bytes after the last entry", used)
		}
		c.ok(t, "fd_readdir", 3, content, 64, math.MaxUint64, result)
		if used := c.u32(result); used != 0 {
			t.Errorf("%d bytes at an entry that is not there", used)
		}
	})
	t.Run("removing on the way", func(t *testing.T) {
		got := c.names(t, 3, 300, func(name string) {
			if !strings.HasPrefix(name, ".") {
				c.ok(t, "path_unlink_file", 3, path, c.put(path, name))
			}
		})
		slices.Sort(got)
		if !cmp.Equal(want, got) {
			t.Error(cmp.Diff(want, got))
		}
		if left := c.names(t, 3, 300, nil); len(left) != 2 {
			t.Errorf("%q are left", left)
		}
	})
}

func TestLinksAndRenames(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: Windows has other rules, and links only for some users")
	}
	config, folder := writable(t)
	mustWrite(t, filepath.Join(folder, "file"), "text")
	c := newCaller(t, p1.Snapshot, config)
	dir := func(name string) uint64 {
		c.ok(t, "path_create_directory", preopen, path, c.put(path, name))
		return c.open(t, preopen, name, directory, readRights, 0)
	}
	a, b := dir("a"), dir("b")
	two := func(from, to string) (uint64, uint64) { return c.put(path, from), c.put(target, to) }

	n, m := two("file", "file2")
	c.ok(t, "path_link", preopen, 0, path, n, a, target, m)
	c.fails(t, p1.EEXIST, "path_link", preopen, 0, path, n, a, target, m)
	c.fails(t, p1.EINVAL, "path_link", preopen, 1, path, n, a, target, m)
	n, m = two("file2", "file3")
	c.ok(t, "path_rename", a, path, n, b, target, m)
	if got := mustRead(t, filepath.Join(folder, "b", "file3")); got != "text" {
		t.Errorf("the file that was linked and moved has %q", got)
	}
	for _, test := range []struct {
		from, to string
		want     p1.Errno
	}{
		{"/etc", "link", p1.ENOTCAPABLE},
		{"/", "link", p1.ENOTCAPABLE},
		{"", "link", p1.ENOENT},
		{"b/file3", "link/", p1.ENOENT},
		{"b/file3", "a/", p1.EEXIST},
		{"b/file3", "link", 0},
		{"b/file3", "link", p1.EEXIST},
	} {
		n, m := two(test.from, test.to)
		c.fails(t, test.want, "path_symlink", path, n, preopen, target, m)
	}
	fd := c.open(t, preopen, "link", 0, readRights, 0)
	if got := c.read(t, fd, 10); got != "text" {
		t.Errorf("read %q through the link", got)
	}
	n, _ = two("link", "")
	c.ok(t, "path_readlink", preopen, path, n, content, 3, result)
	if got := string(c.memory[content:][:c.u32(result)]); got != "b/f" {
		t.Errorf("the link leads to %q", got)
	}
	c.fails(t, p1.ENOTDIR, "path_remove_directory", preopen, path, n)
	c.ok(t, "path_unlink_file", preopen, path, n)
	n, _ = two("b", "")
	c.fails(t, p1.EISDIR, "path_unlink_file", preopen, path, n)
	c.fails(t, p1.ENOTEMPTY, "path_remove_directory", preopen, path, n)
	n, m = two("a", "b")
	c.fails(t, p1.ENOTEMPTY, "path_rename", preopen, path, n, preopen, target, m)
	n, m = two(".", "c")
	if errno := c.call(t, "path_rename", preopen, path, n, preopen, target, m); errno == 0 {
		t.Error("the preopened directory was moved into itself")
	}
}

func TestSetTimes(t *testing.T) {
	config, _ := writable(t)
	c := newCaller(t, p1.Snapshot, config)
	fd := c.open(t, preopen, "f", creat, anyRights, 0)
	n := c.put(path, "f")
	const second = 1_000_000_000
	c.ok(t, "fd_filestat_set_times", fd, 5*second, 6*second, 5)
	c.ok(t, "path_filestat_get", preopen, 0, path, n, content)
	if a, m := c.u64(content+40), c.u64(content+48); a != 5*second || m != 6*second {
		t.Errorf("times %d and %d, want 5 s and 6 s", a, m)
	}
	c.ok(t, "path_filestat_set_times", preopen, 1, path, n, 0, 7*second, 4)
	c.ok(t, "fd_filestat_get", fd, content)
	if a, m := c.u64(content+40), c.u64(content+48); a != 5*second || m != 7*second {
		t.Errorf("times %d and %d, want 5 s and 7 s", a, m)
	}
	c.ok(t, "fd_filestat_set_times", fd, 0, 0, 2|8)
	c.ok(t, "fd_filestat_get", fd, content)
	if m := c.u64(content + 48); m < 1e18 {
		t.Errorf("modified %d, want now", m)
	}
	c.ok(t, "fd_filestat_set_times", preopen, 0, 9*second, 4)
	c.ok(t, "fd_filestat_get", preopen, content)
	if m := c.u64(content + 48); m != 9*second {
		t.Errorf("the directory was modified %d, want 9 s", m)
	}
	for _, flags := range []uint64{3, 12, 16} {
		c.fails(t, p1.EINVAL, "fd_filestat_set_times", fd, 0, 0, flags)
	}
	c.fails(t, p1.EINVAL, "fd_filestat_set_times", fd, math.MaxUint64, 0, 1)
}
