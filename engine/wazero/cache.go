package wazero

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"

	"github.com/tetratelabs/wazero"
	"golang.org/x/sys/cpu"
)

// A cache keeps compiled code in a folder, for later processes and for others
// that run at the same time.
//
// wazero can do that too, but it protects what it finds there by a checksum
// alone. So wazero gets a private folder for as long as the engine lives, the
// staging folder, and the cache stands between that and the [store]: before a
// compilation it puts the verified entry where wazero looks for it, and after
// one that found none it takes what wazero wrote.
//
// The folder is trusted because nobody else can write into it. The digests are
// against damage, not against somebody who can: whoever may write there may run
// code as the user anyway.
//
// No trouble with the folder makes a compilation fail: it is warned of, and the
// module is compiled as if there were no cache. It is safe for concurrent use.
type cache struct {
	warn     func(error)
	store    *store
	staging  *staging
	compiled wazero.CompilationCache
	settings string // what code depends on besides the module

	mu sync.Mutex // one compilation at a time: what is new in staging is its
}

// openCache opens or makes the folder dir. Warnings go to warn, if that is not
// nil.
func openCache(dir string, warn func(error)) (*cache, error) {
	c, err := openFolders(dir)
	if err != nil {
		return nil, fmt.Errorf("compilation cache: %w", err)
	}
	c.warn = warn
	c.settings = fmt.Sprintf("%s\nfeatures %x\ncpu %v %v\n", filepath.Base(c.staging.folder), uint64(features), cpu.X86, cpu.ARM64)
	if build, ok := debug.ReadBuildInfo(); ok {
		c.settings += replacement(build)
	}
	return c, nil
}

// replacement says what a program has put in wazero's place (a replace
// directive), or nothing: wazero itself then gives the version that was asked
// for and not the one that there is.
func replacement(build *debug.BuildInfo) string {
	for _, module := range build.Deps {
		if module.Path == "github.com/tetratelabs/wazero" && module.Replace != nil {
			return fmt.Sprintf("in its place %s %s\n", module.Replace.Path, module.Replace.Version)
		}
	}
	return ""
}

func openFolders(dir string) (*cache, error) {
	root, path, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	staging, err := newStaging(root, path)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	compiled, err := wazero.NewCompilationCacheWithDir(staging.path)
	if err == nil {
		err = staging.findFolder()
	}
	if err != nil {
		return nil, errors.Join(err, staging.close(), root.Close())
	}
	return &cache{store: &store{root: root, limit: storeLimit}, staging: staging, compiled: compiled}, nil
}

// openFolder makes the folder if need be, and opens it if nobody else can write
// into it. It also returns its absolute path.
func openFolder(dir string) (*os.Root, string, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, "", err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, "", err
	}
	found, err := os.Lstat(path)
	if err != nil {
		return nil, "", err
	}
	if err := trustFolder(path, found); err != nil {
		return nil, "", err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, "", err
	}
	if opened, err := root.Stat("."); err != nil || !os.SameFile(found, opened) {
		return nil, "", errors.Join(fmt.Errorf("folder %s was replaced while it was opened", path), err, root.Close())
	}
	return root, path, nil
}

// trustFolder returns why code in the folder must not be run, or nil.
func trustFolder(path string, folder fs.FileInfo) error {
	switch {
	case folder.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("folder %s is a symbolic link; give the folder that it leads to", path)
	case !folder.IsDir():
		return fmt.Errorf("%s is not a folder", path)
	}
	if err := trustOwner(folder); err != nil {
		return fmt.Errorf("folder %s %w", path, err)
	}
	return trustParents(path)
}

// wazero returns what the runtime is configured with.
func (c *cache) wazero() wazero.CompilationCache { return c.compiled }

// compile calls compile, which has wazero compile the module, and reports
// whether its code came from the cache. If what came from the cache or the
// staging folder is the cause of an error, it calls it once more without.
func (c *cache) compile(module []byte, compile func() error) (hit bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.sweep()
	c.sweep()
	key := c.key(module)
	staged := c.stage(key)
	if err := compile(); err != nil {
		return false, c.again(key, staged, err, compile)
	}
	name, content := c.fresh(staged)
	if content != nil {
		c.report(c.store.put(c.staging, key, name, content))
	}
	return staged != "" && content == nil, nil
}

// aside compiles a module that is not worth keeping.
func (c *cache) aside(compile func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.sweep()
	if err := compile(); err != nil {
		return c.again(cacheKey{}, "", err, compile)
	}
	return nil
}

// again compiles once more if the cache was why it failed. wazero keeps in
// memory what it could not write, so that then there is nothing to write.
func (c *cache) again(key cacheKey, staged string, err error, compile func() error) error {
	if staged == "" && !isFileError(err) {
		return err
	}
	c.report(err)
	if staged != "" {
		c.report(c.store.remove(key))
	}
	c.sweep()
	return compile()
}

// isFileError reports whether err comes from the file system.
func isFileError(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	return errors.As(err, &path) || errors.As(err, &link) || errors.As(err, &call)
}

// stage puts the code for key where wazero looks for it, and returns the name
// that it has there; none if there is no code.
func (c *cache) stage(key cacheKey) string {
	name, content, err := c.store.get(key)
	c.report(err)
	if content == nil {
		return ""
	}
	if err := c.staging.write(name, content); err != nil {
		c.report(err)
		return ""
	}
	return name
}

// fresh returns what wazero wrote; nothing if it is not clear what is.
func (c *cache) fresh(staged string) (name string, content []byte) {
	names, err := c.staging.list()
	c.report(err)
	for _, found := range names {
		if found == staged {
			continue
		}
		if name != "" {
			return "", nil
		}
		name = found
	}
	if name == "" {
		return "", nil
	}
	content, err = c.staging.read(name)
	c.report(err)
	return name, content
}

// sweep empties the staging folder.
func (c *cache) sweep() { c.report(c.staging.sweep()) }

func (c *cache) report(err error) {
	if err != nil && c.warn != nil {
		c.warn(fmt.Errorf("compilation cache: %w", err))
	}
}

// A cacheKey says what code was compiled from and for.
type cacheKey [sha256.Size]byte

// key returns the key of a module's code on this machine, with these versions
// and settings.
func (c *cache) key(module []byte) (key cacheKey) {
	h := sha256.New()
	h.Write([]byte(storeMagic))
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(c.settings))))
	h.Write([]byte(c.settings))
	h.Write(module)
	h.Sum(key[:0])
	return key
}

// close closes the cache. The runtime must have been closed before.
func (c *cache) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.compiled.Close(context.Background()), c.staging.close(), c.store.root.Close())
}
