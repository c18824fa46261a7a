package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A store keeps the bytes of versions, and the record of them: in a folder, or in
// memory.
type store struct {
	folder string // empty: in memory
	keep   int

	mu       sync.Mutex
	record   record
	binaries map[string][]byte // in memory only
}

const (
	recordName   = "record.json"
	binarySuffix = ".wasm"
	stagePrefix  = ".stage-"
)

// openStore opens the store of a worker in a folder that many may share.
func openStore(state, worker string, keep int) (*store, error) {
	s := &store{keep: keep, binaries: map[string][]byte{}}
	if state == "" {
		return s, nil
	}
	s.folder = filepath.Join(state, folderName(worker))
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(s.folder, recordName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if s.record, err = parseRecord(text); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(s.folder, recordName), err)
		}
	}
	return s, s.sweep()
}

// folderName returns a name that is legal everywhere and another for each worker.
func folderName(worker string) string {
	return "w-" + strings.NewReplacer("*", "%2A", ".", "%2E").Replace(url.QueryEscape(worker))
}

// sweep removes what a process that was killed left half done.
func (s *store) sweep() error {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		digest, isBinary := strings.CutSuffix(e.Name(), binarySuffix)
		if strings.HasPrefix(e.Name(), stagePrefix) || isBinary && !s.has(digest) {
			if err := os.Remove(filepath.Join(s.folder, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *store) has(digest string) bool {
	for _, k := range s.record.Versions {
		if k.Digest == digest {
			return true
		}
	}
	return false
}

// read returns a copy of the record.
func (s *store) read() record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record.clone()
}

// update changes the record. It is on the disk when update returns nil, and as it
// was otherwise.
func (s *store) update(change func(*record)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.record.clone()
	change(&next)
	gone := next.prune(s.keep)
	if err := s.save(next); err != nil {
		return err
	}
	s.record = next
	for _, digest := range gone {
		delete(s.binaries, digest)
		if s.folder != "" {
			_ = os.Remove(s.path(digest)) // what stays is swept later
		}
	}
	return nil
}

func (s *store) save(r record) error {
	if s.folder == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(s.folder, recordName), append(text, '\n'))
}

// put keeps a binary. It is forgotten unless the record names it before another
// one is put.
func (s *store) put(digest string, binary []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder == "" {
		s.binaries[digest] = binary
		return nil
	}
	if kept, err := readFile(s.path(digest), len(binary)); err == nil && digestOf(kept) == digest {
		return nil
	}
	return writeFile(s.path(digest), binary)
}

// get returns a binary that is kept. The error is [ErrUnknown], [ErrDigest] if the
// bytes are not what they were, or the system's.
func (s *store) get(digest string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder == "" {
		if binary, ok := s.binaries[digest]; ok {
			return binary, nil
		}
		return nil, ErrUnknown
	}
	binary, err := os.ReadFile(s.path(digest))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, because(ErrUnknown, err)
	case err != nil:
		return nil, err
	case digestOf(binary) != digest:
		return nil, fmt.Errorf("%w: the kept file %s was changed", ErrDigest, s.path(digest))
	}
	return binary, nil
}

func (s *store) path(digest string) string { return filepath.Join(s.folder, digest+binarySuffix) }

// find returns the digest of the version that is kept whose digest begins so.
func (r *record) find(beginning string) (string, error) {
	found := ""
	for _, k := range r.Versions {
		if !strings.HasPrefix(k.Digest, strings.ToLower(beginning)) {
			continue
		}
		if found != "" {
			return "", fmt.Errorf("%w: several begin with %q", ErrUnknown, beginning)
		}
		found = k.Digest
	}
	if found == "" || beginning == "" {
		return "", fmt.Errorf("%w: %q", ErrUnknown, beginning)
	}
	return found, nil
}

// writeFile puts a file in its place at once: after a crash it is the old one or
// the new one.
func writeFile(name string, content []byte) error {
	stage, err := os.CreateTemp(filepath.Dir(name), stagePrefix+"*")
	if err != nil {
		return err
	}
	_, err = stage.Write(content)
	if err == nil {
		err = stage.Sync()
	}
	if closing := stage.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(stage.Name(), name)
	}
	if err != nil {
		_ = os.Remove(stage.Name()) // err is why
		return err
	}
	return syncFolder(filepath.Dir(name))
}
