package wazero

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// storeLimit is how many bytes a store keeps.
const storeLimit = 512 << 20

// storeMagic begins each file: it says what the file is and of which version.
const storeMagic = "patchbay code 2\n"

// A file is storeMagic, the digest of the key and the rest, wazero's name for
// the code, how many bytes of the rewritten module follow, these, and the code.
const (
	storeDigestAt  = len(storeMagic)
	storeNameAt    = storeDigestAt + sha256.Size
	storeKeptAt    = storeNameAt + codeNameSize
	storeContentAt = storeKeptAt + 4
)

// codeNameSize is the length of wazero's names: a SHA-256 digest in hex.
const codeNameSize = 2 * sha256.Size

const storeSuffix = ".code"

// A store is a folder with one file for each key. Any number of processes may
// use it: a file appears and disappears as a whole.
type store struct {
	root  *os.Root
	limit int64 // in bytes
}

// An entry is what a file has.
type entry struct {
	name string // that wazero has for the code
	kept []byte // of the rewritten module; may be empty
	code []byte
}

func (key cacheKey) file() string { return hex.EncodeToString(key[:]) + storeSuffix }

// get returns the entry for key, or nil. A file that is not as it was written is
// removed, and the error says so.
func (s *store) get(key cacheKey) (*entry, error) {
	file, err := s.read(key.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var e *entry
	if err == nil {
		e, err = openEntry(key, file)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s is dropped: %w", key.file(), err), s.remove(key))
	}
	now := time.Now()
	if err := s.root.Chtimes(key.file(), now, now); !errors.Is(err, fs.ErrNotExist) {
		return e, err
	}
	return e, nil // another process removed it meanwhile
}

// read reads a file if it is one of ours.
func (s *store) read(file string) ([]byte, error) {
	found, err := s.root.Lstat(file)
	if err != nil {
		return nil, err
	}
	if !found.Mode().IsRegular() || found.Size() > s.limit {
		return nil, fmt.Errorf("it is not a file of the cache")
	}
	if err := trustOwner(found); err != nil {
		return nil, fmt.Errorf("it %w", err)
	}
	f, err := s.root.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content := make([]byte, found.Size())
	if _, err := io.ReadFull(f, content); err != nil {
		return nil, err
	}
	return content, nil
}

// openEntry takes a file apart after it has verified it.
func openEntry(key cacheKey, file []byte) (*entry, error) {
	if len(file) < storeContentAt || string(file[:storeDigestAt]) != storeMagic {
		return nil, errors.New("it is not of this version")
	}
	if digest := entryDigest(key, file[storeNameAt:]); string(file[storeDigestAt:storeNameAt]) != string(digest) {
		return nil, errors.New("its digest does not match")
	}
	e := &entry{name: string(file[storeNameAt:storeKeptAt])}
	if !isCodeName(e.name) {
		return nil, fmt.Errorf("it has the name %q", e.name)
	}
	size, rest := binary.LittleEndian.Uint32(file[storeKeptAt:]), file[storeContentAt:]
	if uint64(size) > uint64(len(rest)) {
		return nil, fmt.Errorf("it has a module of %d bytes, and %d are left", size, len(rest))
	}
	e.kept, e.code = rest[:size:size], rest[size:]
	return e, nil
}

// file returns the file of an entry.
func (e *entry) file(key cacheKey) []byte {
	file := make([]byte, storeNameAt, storeContentAt+len(e.kept)+len(e.code))
	copy(file, storeMagic)
	file = append(file, e.name...)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(e.kept)))
	file = append(append(file, e.kept...), e.code...)
	copy(file[storeDigestAt:], entryDigest(key, file[storeNameAt:]))
	return file
}

func entryDigest(key cacheKey, rest []byte) []byte {
	h := sha256.New()
	h.Write(key[:])
	h.Write(rest)
	return h.Sum(nil)
}

// isCodeName reports whether a file of that name is wazero's code: unfinished
// ones have another form.
func isCodeName(name string) bool {
	return len(name) == codeNameSize && strings.Trim(name, "0123456789abcdef") == ""
}

// put keeps an entry. It becomes visible when it is whole and on the disk. Others
// may have put it before: theirs is replaced.
func (s *store) put(staging *staging, key cacheKey, e entry) error {
	if int64(len(e.kept))+int64(len(e.code)) > s.limit/2 {
		return nil // it would push out everything else
	}
	if err := staging.publish(e.file(key), key.file()); err != nil {
		return err
	}
	return s.evict()
}

// remove removes the file of key, if there is one.
func (s *store) remove(key cacheKey) error {
	if err := s.root.RemoveAll(key.file()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// evict removes the files that were not used for the longest time until the
// others are within the limit.
func (s *store) evict() error {
	files, err := s.files()
	if err != nil {
		return err
	}
	var total int64
	for _, f := range files {
		total += f.Size()
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return cmp.Compare(a.ModTime().UnixNano(), b.ModTime().UnixNano()) })
	for _, f := range files {
		if total <= s.limit {
			return nil
		}
		if err := s.root.Remove(f.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		total -= f.Size()
	}
	return nil
}

// files lists the files of the store.
func (s *store) files() ([]fs.FileInfo, error) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var files []fs.FileInfo
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != storeSuffix {
			continue
		}
		if info, err := entry.Info(); err == nil { // else another process removed it
			files = append(files, info)
		}
	}
	return files, nil
}
