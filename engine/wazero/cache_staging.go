package wazero

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/patchbay-go/patchbay/internal/filelock"
)

const (
	lockFile      = "lock"     // in the cache's folder and in each staging folder
	stagingPrefix = "staging-" // of the names of staging folders
)

// A staging is the folder that wazero uses as its own cache. It exists as long
// as its engine; a lock on a file in it tells other processes so, and goes when
// the process dies.
type staging struct {
	root   *os.Root // the cache's folder
	name   string   // of the staging folder in it
	path   string   // of the staging folder
	folder string   // in root: where wazero puts its files, named for its version
	lock   *os.File
}

// newStaging makes a staging folder in the cache's folder, and removes those of
// processes that died.
func newStaging(root *os.Root, dir string) (*staging, error) {
	guard, err := root.OpenFile(lockFile, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	defer guard.Close()
	// Without locks on this system or this file system, what dead processes
	// left stays.
	if filelock.Wait(guard) == nil {
		removeStale(root)
	}
	s := &staging{root: root, name: stagingPrefix + rand.Text()}
	s.path = filepath.Join(dir, s.name)
	if err := root.Mkdir(s.name, 0o700); err != nil {
		return nil, err
	}
	if s.lock, err = root.OpenFile(path.Join(s.name, lockFile), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, errors.Join(err, root.RemoveAll(s.name))
	}
	_ = filelock.Try(s.lock) // where there are no locks, nobody removes the folder either
	return s, nil
}

// removeStale removes staging folders whose lock nobody holds. What cannot be
// removed stays for the next time.
func removeStale(root *os.Root) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, stagingPrefix) || !isStale(root, name) {
			continue
		}
		_ = root.RemoveAll(name)
	}
}

func isStale(root *os.Root, name string) bool {
	f, err := root.OpenFile(path.Join(name, lockFile), os.O_RDWR, 0)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	return filelock.Try(f) == nil
}

// findFolder finds the folder that wazero made. Its name tells wazero's version
// and the platform.
func (s *staging) findFolder() error {
	entries, err := fs.ReadDir(s.root.FS(), s.name)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() {
			s.folder = path.Join(s.name, entry.Name())
			return nil
		}
	}
	return fmt.Errorf("wazero made no folder in %s", s.path)
}

// list returns the names of the code that is there.
func (s *staging) list() ([]string, error) {
	entries, err := fs.ReadDir(s.root.FS(), s.folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if isCodeName(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// read returns the code of that name.
func (s *staging) read(name string) ([]byte, error) {
	return s.root.ReadFile(path.Join(s.folder, name))
}

// write puts code there under that name, all of it or nothing.
func (s *staging) write(name string, content []byte) error {
	name = path.Join(s.folder, name)
	if err := s.root.WriteFile(name, content, 0o600); err != nil {
		return errors.Join(err, s.root.RemoveAll(name))
	}
	return nil
}

// publish makes a file of the cache's folder, of that name and content.
func (s *staging) publish(content []byte, name string) error {
	temporary := path.Join(s.name, name)
	if err := s.writeSynced(temporary, content); err != nil {
		return errors.Join(err, s.root.RemoveAll(temporary))
	}
	return s.root.Rename(temporary, name)
}

func (s *staging) writeSynced(name string, content []byte) error {
	f, err := s.root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(content); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// sweep removes all code. If somebody removed the folder it is made again,
// because wazero would not.
func (s *staging) sweep() error {
	names, err := s.list()
	if errors.Is(err, fs.ErrNotExist) {
		return s.root.MkdirAll(s.folder, 0o700)
	}
	errs := []error{err}
	for _, name := range names {
		errs = append(errs, s.root.Remove(path.Join(s.folder, name)))
	}
	return errors.Join(errs...)
}

// close removes the folder.
func (s *staging) close() error {
	return errors.Join(s.lock.Close(), s.root.RemoveAll(s.name))
}
