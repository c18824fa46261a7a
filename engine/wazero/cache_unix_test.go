//go:build unix

package wazero

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCacheFolderRefused(t *testing.T) {
	for _, test := range []struct {
		name string
		make func(dir string) error
		says string
		root bool // needs to run as root
	}{
		{"writable by the group", func(dir string) error { return mkdir(dir, 0o770) }, "can be written by others", false},
		{"writable by everybody", func(dir string) error { return mkdir(dir, 0o702) }, "can be written by others", false},
		{"a file", func(dir string) error { return os.WriteFile(dir, nil, 0o600) }, "not a directory", false},
		{"a symbolic link", func(dir string) error {
			if err := mkdir(dir+"2", 0o700); err != nil {
				return err
			}
			return os.Symlink(dir+"2", dir)
		}, "symbolic link", false},
		{"below a folder of everybody", func(dir string) error { return mkdir(filepath.Dir(dir), 0o777) }, "can be written by everybody", false},
		{"another's", func(dir string) error {
			if err := mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.Chown(dir, 12345, 12345)
		}, "belongs to user 12345", true},
		{"below another's folder", func(dir string) error { return os.Chown(filepath.Dir(dir), 12345, 12345) }, "belongs to user 12345", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.root && os.Geteuid() != 0 {
				t.Skip("not run: only root can give a folder away")
			}
			dir := filepath.Join(t.TempDir(), "parent", "cache")
			if err := mkdir(filepath.Dir(dir), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := test.make(dir); err != nil {
				t.Fatal(err)
			}
			c, err := openCache(dir, nil)
			if err == nil {
				c.close()
				t.Fatal("the folder was accepted")
			}
			if !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), "cache") {
				t.Errorf("error %q does not say %q", err, test.says)
			}
		})
	}
}

func TestCacheFolderAccepted(t *testing.T) {
	for name, make := range map[string]func(dir string) error{
		"missing":          func(string) error { return nil },
		"private":          func(dir string) error { return mkdir(dir, 0o700) },
		"readable":         func(dir string) error { return mkdir(dir, 0o755) },
		"in a sticky one":  func(dir string) error { return mkdir(filepath.Dir(dir), 0o777|os.ModeSticky) },
		"below a link":     linkParent,
		"of a group above": func(dir string) error { return mkdir(filepath.Dir(dir), 0o775) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "parent", "cache")
			if err := make(dir); err != nil {
				t.Fatal(err)
			}
			c, err := openCache(dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// mkdir makes a folder of exactly that mode.
func mkdir(dir string, mode os.FileMode) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chmod(dir, mode)
}

func linkParent(dir string) error {
	parent := filepath.Dir(dir)
	if err := mkdir(parent+"2", 0o700); err != nil {
		return err
	}
	return os.Symlink(parent+"2", parent)
}

// TestCacheEntryOfOthers: a file that others can write is not code of ours.
func TestCacheEntryOfOthers(t *testing.T) {
	dir := t.TempDir()
	u := useCache(t, dir)
	u.load(t, 1)
	if err := os.Chmod(storedFiles(t, dir)[0], 0o666); err != nil {
		t.Fatal(err)
	}
	u.expectLoad(t, 1, false, true)
	u.expectLoad(t, 1, true, false)
	if os.Geteuid() != 0 {
		t.Skip("not run: only root can give a file away")
	}
	if err := os.Chown(storedFiles(t, dir)[0], 12345, 12345); err != nil {
		t.Fatal(err)
	}
	u.expectLoad(t, 1, false, true)
	u.expectLoad(t, 1, true, false)
}
