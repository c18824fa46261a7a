package tree

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"
)

func TestSplit(t *testing.T) {
	for name, want := range map[string]struct {
		dir, last string
		slash     bool
	}{
		"a":       {"", "a", false},
		"a/":      {"", "a", true},
		"a//":     {"", "a", true},
		"a/b":     {"a/", "b", false},
		"a//b/c/": {"a//b/", "c", true},
		".":       {"", ".", false},
		"./":      {"", ".", true},
		"..":      {"..", ".", false},
		"a/..":    {"a/..", ".", false},
		"a/../":   {"a/..", ".", true},
		"a/.":     {"a/", ".", false},
		"...":     {"", "...", false},
	} {
		if dir, last, slash := split(name); dir != want.dir || last != want.last || slash != want.slash {
			t.Errorf("split(%q) is %q, %q, %v", name, dir, last, slash)
		}
	}
}

// open returns the trees of a directory of the host and of an fs.FS, both with
// d/f in them.
func open(t *testing.T) (*Dir, *Dir, string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "d"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "d", "f"), []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	host, served := Root(root, true), FS(fstest.MapFS{"d/f": {Data: []byte("text")}})
	t.Cleanup(func() {
		for _, err := range []error{host.Close(), served.Close(), root.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return host, served, folder
}

func TestOpen(t *testing.T) {
	host, served, _ := open(t)
	for _, test := range []struct {
		name string
		how  How
		want error
	}{
		{"d", How{Read: true}, nil},
		{"d/", How{Directory: true}, nil},
		{"d/f", How{Read: true, Follow: true}, nil},
		{"d/./../d/f", How{Read: true}, nil},
		{".", How{Directory: true}, nil},
		{"d/f/", How{Read: true}, syscall.ENOTDIR},
		{"d/f", How{Directory: true}, syscall.ENOTDIR},
		{"d/x", How{Read: true}, fs.ErrNotExist},
		{"", How{}, syscall.ENOENT},
		{"/d", How{}, ErrOutside},
		{"../d", How{}, ErrOutside},
		{"d/../..", How{}, ErrOutside},
		{"a\x00", How{}, syscall.EINVAL},
		{"\xff", How{}, ErrEncoding},
		{strings.Repeat("a/", maxPath), How{}, syscall.ENAMETOOLONG},
		{"d", How{Directory: true, Create: true, Write: true}, syscall.EINVAL},
		{"d", How{Directory: true, Write: true}, syscall.EISDIR},
	} {
		for _, d := range []*Dir{host, served} {
			f, sub, err := d.Open(test.name, test.how)
			if !errors.Is(err, test.want) {
				t.Errorf("Open(%q, %+v): %v, want %v", test.name, test.how, err, test.want)
			}
			if f != nil {
				err = f.Close()
			}
			if sub != nil {
				err = sub.Close()
			}
			if err != nil && test.want == nil {
				t.Error(err)
			}
		}
	}
}

// TestServedIsNotWritten goes through everything that changes a tree.
func TestServedIsNotWritten(t *testing.T) {
	host, served, _ := open(t)
	for name, err := range map[string]error{
		"Mkdir":       served.Mkdir("x"),
		"Rmdir":       served.Rmdir("d"),
		"Unlink":      served.Unlink("d/f"),
		"Symlink":     served.Symlink("d", "x"),
		"Link":        served.Link("d/f", served, "x"),
		"Link from":   served.Link("d/f", host, "x"),
		"Link to":     host.Link("d/f", served, "x"),
		"Rename from": served.Rename("d/f", host, "x"),
		"Rename to":   host.Rename("d/f", served, "x"),
		"SetTimes":    served.SetTimes("d/f", true, time.Now(), time.Now()),
		"SetOwnTimes": served.SetOwnTimes(time.Now(), time.Now()),
	} {
		if err != syscall.EROFS {
			t.Errorf("%s: %v, want EROFS", name, err)
		}
	}
	f, _, err := served.Open("d/f", How{Read: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, wrote := f.Write([]byte("x"))
	_, wroteAt := f.WriteAt([]byte("x"), 0)
	for name, err := range map[string]error{
		"Write": wrote, "WriteAt": wroteAt, "Truncate": f.Truncate(0), "Allocate": f.Allocate(0, 1),
		"SetTimes": f.SetTimes(time.Now(), time.Now()),
	} {
		if err != syscall.EROFS {
			t.Errorf("%s of a file: %v, want EROFS", name, err)
		}
	}
	if text, err := io.ReadAll(f); string(text) != "text" || err != nil {
		t.Errorf("the file has %q, %v", text, err)
	}
}

func TestInfoIsTheSameByNameAndFile(t *testing.T) {
	host, served, _ := open(t)
	for _, d := range []*Dir{host, served} {
		f, _, err := d.Open("d/f", How{Read: true})
		if err != nil {
			t.Fatal(err)
		}
		byFile, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		byName, err := d.Stat("d/f", false)
		if err != nil {
			t.Fatal(err)
		}
		if byFile.Device != byName.Device || byFile.Inode != byName.Inode || byFile.Size != 4 || byName.Size != 4 {
			t.Errorf("%+v by file, %+v by name", byFile, byName)
		}
		_, sub, err := d.Open("d", How{Directory: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := sub.Rewind(); err != nil {
			t.Fatal(err)
		}
		entries, err := sub.Next(10)
		if err != nil || len(entries) != 1 || entries[0].Name != "f" || entries[0].Inode != byName.Inode || !entries[0].Mode.IsRegular() {
			t.Errorf("entries %+v, %v", entries, err)
		}
		if entries, err := sub.Next(10); err != nil || len(entries) != 0 {
			t.Errorf("after the last entry: %+v, %v", entries, err)
		}
		if err := errors.Join(f.Close(), sub.Close()); err != nil {
			t.Error(err)
		}
	}
}

// TestPipeDoesNotHoldUpTheHost opens a pipe that nobody writes to.
func TestPipeDoesNotHoldUpTheHost(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: Windows has no pipes in directories")
	}
	host, _, folder := open(t)
	makePipe(t, filepath.Join(folder, "pipe"))
	f, _, err := host.Open("pipe", How{Read: true, Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("its mode is %v", f.Mode())
	}
}
