package wazero

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

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

	mu   sync.Mutex
	held map[string]*held // by the name of code
}

// A held is code that compilations need, one at a time: wazero 1.12 has what it
// takes from a file in memory before it can be run, where another compilation of the
// same module finds it.
type held struct {
	turn  sync.Mutex
	users int // who have it or wait for it; guarded by the staging folder's mu
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
	s := &staging{root: root, name: stagingPrefix + rand.Text(), held: map[string]*held{}}
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

// A stagedCode is code as wazero wrote it.
type stagedCode struct {
	name    string
	content []byte
}

// read returns the code of that name.
func (s *staging) read(name string) (*stagedCode, error) {
	content, err := s.root.ReadFile(path.Join(s.folder, name))
	if err != nil {
		return nil, err
	}
	return &stagedCode{name, content}, nil
}

// only returns the code that nobody has held, if it is one. Of several who ask at
// once some may get none.
func (s *staging) only() (*stagedCode, error) {
	names, err := s.strays()
	if err != nil || len(names) != 1 {
		return nil, err
	}
	code, err := s.read(names[0])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return code, err
}

// instead returns what wazero made in place of what write put under that name, or
// nil if it took that.
func (s *staging) instead(name string) (*stagedCode, error) {
	if now, err := s.root.Lstat(path.Join(s.folder, name)); err != nil || !now.ModTime().Equal(putTime()) {
		return s.read(name)
	}
	code, err := s.only()
	if code == nil {
		return nil, err
	}
	return code, s.remove(code.name)
}

// strays returns the names of the code that nobody holds. What is held is there only
// while it is: so nobody may let go of it between the two looks.
func (s *staging) strays() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	names, err := s.list()
	return slices.DeleteFunc(names, func(name string) bool { return s.held[name] != nil }), err
}

// hold waits until nobody else holds the code of that name, which need not be there
// yet. It is the caller's until it calls drop.
func (s *staging) hold(name string) {
	s.mu.Lock()
	h := s.held[name]
	if h == nil {
		h = &held{}
		s.held[name] = h
	}
	h.users++
	s.mu.Unlock()
	h.turn.Lock()
}

// drop removes the code of that name, if it is there, and lets others have it.
func (s *staging) drop(name string) error {
	err := s.remove(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.held[name]
	h.turn.Unlock()
	if h.users--; h.users == 0 {
		delete(s.held, name)
	}
	return err
}

// remove removes the code of that name, if it is there.
func (s *staging) remove(name string) error {
	if err := s.root.Remove(path.Join(s.folder, name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// write puts code there under that name, all of it or nothing.
func (s *staging) write(name string, content []byte) error {
	if err := s.mend(); err != nil {
		return err
	}
	name = path.Join(s.folder, name)
	err := s.root.WriteFile(name, content, 0o600)
	if err == nil {
		err = s.root.Chtimes(name, putTime(), putTime())
	}
	if err != nil {
		return errors.Join(err, s.root.RemoveAll(name))
	}
	return nil
}

// putTime is the time of files that write has written. Those of wazero are newer.
func putTime() time.Time { return time.Unix(1_000_000_000, 0) }

// publish makes a file of the cache's folder, of that name and content.
func (s *staging) publish(content []byte, name string) error {
	temporary := path.Join(s.name, rand.Text())
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

// mend makes wazero's folder again if somebody removed it, because wazero would
// not.
func (s *staging) mend() error {
	if _, err := s.root.Lstat(s.folder); errors.Is(err, fs.ErrNotExist) {
		return s.root.MkdirAll(s.folder, 0o700)
	}
	return nil
}

// sweep removes the code that nobody holds.
func (s *staging) sweep() error {
	names, err := s.strays()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for _, name := range names {
		errs = append(errs, s.remove(name))
	}
	return errors.Join(errs...)
}

// close removes the folder.
func (s *staging) close() error {
	return errors.Join(s.lock.Close(), s.root.RemoveAll(s.name))
}
