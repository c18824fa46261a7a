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
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/tetratelabs/wazero"
	"golang.org/x/sys/cpu"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A cache keeps rewritten modules and their compiled code in a folder, for later
// processes and for others that run at the same time.
//
// wazero can keep code too, but it protects what it finds there by a checksum
// alone. So wazero gets a private folder for as long as the engine lives, the
// staging folder, and the cache stands between that and the [store]: before a
// compilation it puts the verified entry where wazero looks for it, and after
// one that found none it takes what wazero wrote. Under which name that is has to be
// learned, from a compilation that nothing else goes on beside.
//
// What is kept stands for the rewriting of a module and never for its check: that
// is done for each load, whatever the folder says.
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

	order sync.RWMutex // locked to compile what has a name that is not known yet
	names codeNames
}

// openCache opens or makes the folder dir. Warnings go to warn, if that is not
// nil.
func openCache(dir string, warn func(error)) (*cache, error) {
	c, err := openFolders(dir)
	if err != nil {
		return nil, fmt.Errorf("compilation cache: %w", err)
	}
	c.warn = warn
	c.settings = fmt.Sprintf("%s\nfeatures %x\ncpu %v %v\n%s\nrewriter %d\n", filepath.Base(c.staging.folder),
		uint64(features), cpu.X86, cpu.ARM64, runtime.Version(), corewasm.RewriterVersion)
	c.settings += fmt.Sprintf("imports %s %s\n", tickModule, tickName)
	if build, ok := debug.ReadBuildInfo(); ok {
		c.settings += replacement(build)
	}
	return c, nil
}

// replacement says what a program has put in the place of wazero and of Patchbay
// (replace directives), or nothing: wazero itself then gives the version that was
// asked for and not the one that there is.
func replacement(build *debug.BuildInfo) (text string) {
	for _, module := range build.Deps {
		switch module.Path {
		case "github.com/tetratelabs/wazero", "github.com/patchbay-go/patchbay":
			if module.Replace != nil {
				text += fmt.Sprintf("in place of %s %s %s\n", module.Path, module.Replace.Path, module.Replace.Version)
			}
		}
	}
	return text
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

// compile has compile, which is wazero, compile the module that was rewritten for the
// source, and returns the rewriting and whether it and the code came from the cache.
// If what came from the cache may be the cause of an error, both are made anew.
func (c *cache) compile(
	of codeKey, s *source, rewrite func() (*rewriting, error), compile func(binary []byte) error,
) (r *rewriting, hit bool, err error) {
	key := c.key(of)
	if found := c.find(key); found != nil {
		if r, hit, err = c.use(key, found, s, rewrite, compile); err == nil {
			return r, hit, nil
		}
		c.report(errors.Join(err, c.store.remove(key)))
	}
	if r, err = rewrite(); err != nil {
		return nil, false, err
	}
	return r, false, c.anew(key, s, r, compile)
}

// anew compiles what was rewritten, and keeps both.
func (c *cache) anew(key cacheKey, s *source, r *rewriting, compile func(binary []byte) error) error {
	code, err := c.fresh(r.Binary, compile)
	if err != nil {
		return err
	}
	c.keep(key, code, r.kept(s))
	return nil
}

// A found is an entry of the store, read.
type found struct {
	entry
	rewriting *rewriting // nil: the module has to be rewritten
}

// find returns what the store has for key, or nil.
func (c *cache) find(key cacheKey) *found {
	e, err := c.store.get(key)
	if err == nil && e != nil {
		f := &found{entry: *e}
		if len(e.kept) > 0 {
			f.rewriting, err = readRewriting(e.kept)
		}
		if err == nil {
			return f
		}
		err = errors.Join(fmt.Errorf("%s is dropped: %w", key.file(), err), c.store.remove(key))
	}
	c.report(err)
	return nil
}

// use compiles with what was found. If wazero did not take the code, because it is
// none or has another name, what it made instead takes its place.
func (c *cache) use(
	key cacheKey, f *found, s *source, rewrite func() (*rewriting, error), compile func(binary []byte) error,
) (r *rewriting, hit bool, err error) {
	if r = f.rewriting; r == nil {
		if r, err = rewrite(); err != nil {
			return nil, false, err
		}
	}
	c.order.RLock()
	instead, staged, err := c.staged(&f.entry, r.Binary, compile)
	c.order.RUnlock()
	switch {
	case !staged: // which is not the entry's fault
		c.report(err)
		return r, false, c.anew(key, s, r, compile)
	case err != nil:
		return nil, false, err
	case instead != nil && c.names.fits(r.Binary, instead.name):
		c.keep(key, instead, r.kept(s))
	}
	return r, instead == nil, nil
}

// staged compiles with the code of an entry where wazero looks for it, and returns
// what wazero made instead, if it did. It reports whether it could put it there.
func (c *cache) staged(e *entry, binary []byte, compile func(binary []byte) error) (instead *stagedCode, staged bool, err error) {
	c.staging.hold(e.name)
	defer func() { c.report(c.staging.drop(e.name)) }()
	if err := c.staging.write(e.name, e.code); err != nil {
		return nil, false, err
	}
	if err := compile(binary); err != nil {
		return nil, true, err
	}
	instead, err = c.staging.instead(e.name)
	c.report(err)
	return instead, true, nil
}

// keep keeps code, unless it is nil.
func (c *cache) keep(key cacheKey, code *stagedCode, kept []byte) {
	if code != nil {
		c.report(c.store.put(c.staging, key, entry{code.name, kept, code.content}))
	}
}

// aside compiles a module that is not worth keeping.
func (c *cache) aside(binary []byte, compile func(binary []byte) error) error {
	_, err := c.fresh(binary, compile)
	return err
}

// fresh compiles a module and returns the code that wazero wrote, or nil if it is
// not clear what it wrote, or if it wrote nothing because it has the code.
func (c *cache) fresh(binary []byte, compile func(binary []byte) error) (*stagedCode, error) {
	if name, known := c.names.of(binary); known {
		c.order.RLock()
		defer c.order.RUnlock()
		return c.named(name, binary, compile)
	}
	c.order.Lock()
	defer c.order.Unlock()
	c.report(c.staging.sweep())
	if err := c.twice(binary, compile); err != nil {
		return nil, err
	}
	code, err := c.staging.only()
	c.report(errors.Join(err, c.staging.sweep()))
	if code != nil {
		c.names.learn(binary, code.name)
	}
	return code, nil
}

// named is fresh for code whose name is known.
func (c *cache) named(name string, binary []byte, compile func(binary []byte) error) (*stagedCode, error) {
	c.staging.hold(name)
	defer func() { c.report(c.staging.drop(name)) }()
	if err := c.twice(binary, compile); err != nil {
		return nil, err
	}
	code, err := c.staging.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	c.report(err)
	return code, nil
}

// twice compiles, and once more if wazero could not write the code: then it has it
// in memory, and has nothing to write.
func (c *cache) twice(binary []byte, compile func(binary []byte) error) error {
	c.report(c.staging.mend())
	err := compile(binary)
	if err == nil || !isFileError(err) {
		return err
	}
	c.report(errors.Join(err, c.staging.mend()))
	return compile(binary)
}

// isFileError reports whether err comes from the file system.
func isFileError(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	return errors.As(err, &path) || errors.As(err, &link) || errors.As(err, &call)
}

func (c *cache) report(err error) {
	if err != nil && c.warn != nil {
		c.warn(fmt.Errorf("compilation cache: %w", err))
	}
}

// A cacheKey says what code was compiled from and for.
type cacheKey [sha256.Size]byte

// key returns the key of a module's code on this machine, with these versions
// and settings.
func (c *cache) key(of codeKey) (key cacheKey) {
	h := sha256.New()
	h.Write([]byte(storeMagic))
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(c.settings))))
	h.Write([]byte(c.settings))
	h.Write(of[:])
	h.Sum(key[:0])
	return key
}

// close closes the cache. The runtime must have been closed before.
func (c *cache) close() error {
	c.order.Lock()
	defer c.order.Unlock()
	return errors.Join(c.compiled.Close(context.Background()), c.staging.close(), c.store.root.Close())
}
