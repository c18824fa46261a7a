package wazero

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestCacheDiskFull fills the disk that the cache is on.
func TestCacheDiskFull(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=1m,mode=0700"); err != nil {
		t.Skip("not run: cannot mount a small disk: ", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(disk, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	u := useCache(t, filepath.Join(disk, "cache"))
	u.load(t, 1)
	fill(filepath.Join(disk, "ballast"))
	u.expectLoad(t, 2, false, true)
	u.expectLoad(t, 1, false, true)
	if err := u.aside(answering(3), func(binary []byte) error {
		_, err := u.runtime.CompileModule(t.Context(), binary)
		return err
	}); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(disk, "ballast")); err != nil {
		t.Fatal(err)
	}
	u.warnings()
	u.load(t, 5)
	u.expectLoad(t, 5, true, false)
}

// fill writes a file until the disk is full.
func fill(name string) {
	f, err := os.Create(name)
	if err != nil {
		return
	}
	defer f.Close()
	for n := 4096; n > 0; n /= 2 {
		for err = nil; err == nil; {
			_, err = f.Write(bytes.Repeat([]byte{1}, n))
		}
	}
}
