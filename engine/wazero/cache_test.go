package wazero

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A cacheUser is an engine reduced to its cache.
type cacheUser struct {
	*cache
	runtime   wazero.Runtime
	rewritten atomic.Int32 // how many modules
	mu        sync.Mutex
	warned    []error
}

// useCache opens the cache in dir for the duration of a test.
func useCache(t *testing.T, dir string) *cacheUser {
	t.Helper()
	return useCacheWith(t, dir, wazero.NewRuntimeConfigCompiler())
}

func useCacheWith(t *testing.T, dir string, config wazero.RuntimeConfig) *cacheUser {
	t.Helper()
	if !canCompile() {
		t.Skip("not run: there is no compiler for this platform, so no code to keep")
	}
	u := &cacheUser{}
	c, err := openCache(dir, u.warn)
	if err != nil {
		t.Fatal(err)
	}
	u.cache = c
	config = config.WithCoreFeatures(features).WithCompilationCache(c.wazero())
	u.runtime = wazero.NewRuntimeWithConfig(context.Background(), config)
	t.Cleanup(func() { u.shut(t) })
	return u
}

func (u *cacheUser) warn(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.warned = append(u.warned, err)
}

// warnings returns what was warned of since the last time.
func (u *cacheUser) warnings() []error {
	u.mu.Lock()
	defer u.mu.Unlock()
	warned := u.warned
	u.warned = nil
	return warned
}

// shut closes the cache; later calls do nothing.
func (u *cacheUser) shut(t *testing.T) {
	t.Helper()
	if u.runtime == nil {
		return
	}
	if err := errors.Join(u.runtime.Close(context.Background()), u.cache.close()); err != nil {
		t.Error(err)
	}
	u.runtime = nil
}

// load compiles a module, runs it to see that the code is good, gives it back,
// and reports whether it came from the cache.
func (u *cacheUser) load(t *testing.T, answer int32) (hit bool) {
	t.Helper()
	ctx := context.Background()
	var module wazero.CompiledModule
	hit, err := u.compileAnswering(answer, func(binary []byte) (err error) {
		module, err = u.runtime.CompileModule(ctx, binary)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	instance, err := u.runtime.InstantiateModule(ctx, module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		t.Fatal(err)
	}
	results, err := instance.ExportedFunction("answer").Call(ctx)
	if err != nil || int32(results[0]) != answer {
		t.Fatalf("answer is %d, %v, want %d", results, err, answer)
	}
	if err := errors.Join(instance.Close(ctx), module.Close(ctx)); err != nil {
		t.Fatal(err)
	}
	return hit
}

// compileAnswering compiles the module whose function answer returns a number.
func (u *cacheUser) compileAnswering(number int32, compile func(binary []byte) error) (hit bool, err error) {
	r := &rewriting{Rewritten: &corewasm.Rewritten{Binary: answering(number)}}
	got, hit, err := u.compile(answeringKey(number), &source{}, func() (*rewriting, error) {
		u.rewritten.Add(1)
		return r, nil
	}, compile)
	if err == nil && !bytes.Equal(got.Binary, r.Binary) {
		err = errors.New("what was rewritten is another module")
	}
	return hit, err
}

func answeringKey(number int32) codeKey { return codeKey{0: byte(number), 1: 1} }

// answering is a module whose function answer returns a number.
func answering(number int32) []byte {
	var b corewasm.Builder
	f := b.Func(nil, []corewasm.ValueType{corewasm.ValueType(engine.I32)}, nil, corewasm.Code{}.I32Const(number))
	b.Export("answer", corewasm.Kind(engine.KindFunc), f)
	return b.Bytes()
}

// expectLoad loads and checks whether it was a hit and whether there were
// warnings.
func (u *cacheUser) expectLoad(t *testing.T, answer int32, hit, warns bool) {
	t.Helper()
	if got := u.load(t, answer); got != hit {
		t.Errorf("hit = %v, want %v", got, hit)
	}
	if warned := u.warnings(); (len(warned) > 0) != warns {
		t.Errorf("warnings %v, want some: %v", warned, warns)
	}
}

func storedFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"+storeSuffix))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestCacheHits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	first := useCache(t, dir)
	first.expectLoad(t, 42, false, false)
	first.expectLoad(t, 42, true, false)
	first.expectLoad(t, 43, false, false)
	second := useCache(t, dir)
	second.expectLoad(t, 42, true, false)
	first.shut(t)
	second.expectLoad(t, 43, true, false)
	second.shut(t)
	third := useCache(t, dir)
	third.expectLoad(t, 42, true, false)
	if n := len(storedFiles(t, dir)); n != 2 {
		t.Errorf("%d files for two modules", n)
	}
	if left, _ := third.staging.list(); len(left) != 0 {
		t.Errorf("%v left in the staging folder", left)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("the folder has mode %v, %v", info.Mode(), err)
	}
}

func TestCacheDamage(t *testing.T) {
	dir := t.TempDir()
	u := useCache(t, dir)
	u.load(t, 1)
	file := storedFiles(t, dir)[0]
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	u.load(t, 2)
	other := readOther(t, dir, file)
	damaged := map[string][]byte{
		"empty":                {},
		"magic alone":          whole[:storeDigestAt],
		"without content":      whole[:storeContentAt],
		"cut":                  whole[:len(whole)-1],
		"longer":               append(bytes.Clone(whole), 0),
		"that of another key":  other,
		"of another version":   append([]byte("patchbay code 0\n"), whole[len(storeMagic):]...),
		"with a name of wiles": rename(whole, "../"+strings.Repeat("a", codeNameSize-3)),
		"text":                 []byte("hello"),
		"0xff all over":        bytes.Repeat([]byte{0xff}, len(whole)),
	}
	for _, at := range []int{0, storeDigestAt - 1, storeDigestAt, storeNameAt - 1, storeNameAt, storeContentAt - 1, storeContentAt, storeContentAt + 20, len(whole) / 2, len(whole) - 1} {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 0x40
		damaged[fmt.Sprintf("flipped at %d", at)] = flipped
	}
	for name, content := range damaged {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
			u.expectLoad(t, 1, false, true)
			u.expectLoad(t, 1, true, false)
		})
	}
}

// readOther reads the file that is not the given one.
func readOther(t *testing.T, dir, file string) []byte {
	t.Helper()
	for _, other := range storedFiles(t, dir) {
		if other != file {
			content, err := os.ReadFile(other)
			if err != nil {
				t.Fatal(err)
			}
			return content
		}
	}
	t.Fatal("there is no other file")
	return nil
}

// rename gives the code another name, without mending the digest.
func rename(file []byte, name string) []byte {
	file = bytes.Clone(file)
	copy(file[storeNameAt:], name)
	return file
}

// TestCacheOfNonsense has entries that are as written and yet not what wazero
// can use.
func TestCacheOfNonsense(t *testing.T) {
	dir := t.TempDir()
	u := useCache(t, dir)
	u.load(t, 1)
	key := u.key(answeringKey(1))
	whole, err := u.store.get(key)
	if err != nil || whole == nil {
		t.Fatal(err)
	}
	put := func(t *testing.T, e entry) {
		if err := u.store.put(u.staging, key, e); err != nil {
			t.Fatal(err)
		}
	}
	for what, nonsense := range map[string][]byte{
		"empty":   {},
		"text":    []byte("nonsense"),
		"cut":     whole.code[:len(whole.code)-3],
		"changed": append([]byte("WAZEVX"), whole.code[6:]...),
	} {
		t.Run(what, func(t *testing.T) {
			put(t, entry{whole.name, whole.kept, nonsense})
			u.load(t, 1)
			u.warnings()
			u.load(t, 1)
			u.warnings()
			u.expectLoad(t, 1, true, false)
		})
	}
	t.Run("another name", func(t *testing.T) {
		put(t, entry{strings.Repeat("a", codeNameSize), whole.kept, whole.code})
		u.expectLoad(t, 1, false, false) // the code of another processor, say
		u.expectLoad(t, 1, true, false)
	})
	t.Run("a name that leads away", func(t *testing.T) {
		put(t, entry{"../../" + strings.Repeat("a", codeNameSize-6), whole.kept, whole.code})
		u.expectLoad(t, 1, false, true)
		u.expectLoad(t, 1, true, false)
	})
}

// TestCacheKeepsRewriting: a module whose code comes from the cache is not
// rewritten, unless nothing else is kept of it, or nonsense.
func TestCacheKeepsRewriting(t *testing.T) {
	u := useCache(t, t.TempDir())
	rewritten := func(hit, warns bool) int32 {
		t.Helper()
		before := u.rewritten.Load()
		u.expectLoad(t, 1, hit, warns)
		return u.rewritten.Load() - before
	}
	if n := rewritten(false, false); n != 1 {
		t.Errorf("rewritten %d times at first", n)
	}
	if n := rewritten(true, false); n != 0 {
		t.Errorf("rewritten %d times although it is kept", n)
	}
	key := u.key(answeringKey(1))
	whole, err := u.store.get(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		kept []byte
		hit  bool
	}{
		{"nothing", nil, true},
		{"nonsense", []byte("nonsense"), false},
		{"tables without a module", whole.kept[:len(whole.kept)-len(answering(1))], false},
		{"half", whole.kept[:len(whole.kept)-len(answering(1))/2], false},
	} {
		if err := u.store.put(u.staging, key, entry{whole.name, test.kept, whole.code}); err != nil {
			t.Fatal(err)
		}
		if n := rewritten(test.hit, !test.hit); n != 1 {
			t.Errorf("%s: rewritten %d times", test.name, n)
		}
		if n := rewritten(true, false); n > 1 || n == 1 && !test.hit {
			t.Errorf("%s: rewritten %d times after that", test.name, n)
		}
	}
}

// TestCacheFileThatIsNone has something else where a file should be.
func TestCacheFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	u := useCache(t, dir)
	u.load(t, 1)
	file := storedFiles(t, dir)[0]
	replace := func(make func() error) {
		if err := errors.Join(os.RemoveAll(file), make()); err != nil {
			t.Fatal(err)
		}
	}
	replace(func() error { return os.MkdirAll(filepath.Join(file, "x"), 0o700) })
	u.expectLoad(t, 1, false, true)
	u.expectLoad(t, 1, true, false)
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.Rename(file, copied); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(copied, file); err != nil {
		t.Skip("not run: ", err)
	}
	u.expectLoad(t, 1, false, true)
	u.expectLoad(t, 1, true, false)
}

func TestCacheOfAnotherVersion(t *testing.T) {
	dir := t.TempDir()
	u := useCache(t, dir)
	u.load(t, 1)
	settings := u.settings
	u.settings = strings.Replace(settings, "wazero-", "wazero-9", 1)
	u.expectLoad(t, 1, false, false)
	u.expectLoad(t, 1, true, false)
	u.settings = settings
	u.expectLoad(t, 1, true, false)
	for _, part := range []string{
		"wazero-", "-" + runtime.GOARCH, "-" + runtime.GOOS, "features", "cpu", runtime.Version(),
		fmt.Sprintf("\nrewriter %d\n", corewasm.RewriterVersion), tickName,
	} {
		if !strings.Contains(settings, part) {
			t.Errorf("settings %q are without %s", settings, part)
		}
	}
}

func TestCacheEviction(t *testing.T) {
	dir := t.TempDir()
	u := useCache(t, dir)
	u.load(t, 0)
	info, err := os.Stat(storedFiles(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	u.store.limit = 4*info.Size() + info.Size()/2
	tick := func() {
		for _, file := range storedFiles(t, dir) { // what happened is an hour older now
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			old := info.ModTime().Add(-time.Hour)
			if err := os.Chtimes(file, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range int32(3) {
		tick()
		u.load(t, i+1)
	}
	tick()
	u.expectLoad(t, 0, true, false) // the oldest, used again
	tick()
	u.expectLoad(t, 4, false, false)
	if n := len(storedFiles(t, dir)); n != 4 {
		t.Errorf("%d files, want 4", n)
	}
	u.expectLoad(t, 0, true, false)
	u.expectLoad(t, 1, false, false)
	u.store.limit = info.Size()
	u.expectLoad(t, 9, false, false)
	u.expectLoad(t, 9, false, false) // larger than half of what is kept
}

func TestCacheStaleStaging(t *testing.T) {
	dir := t.TempDir()
	live := useCache(t, dir)
	for _, name := range []string{"staging-dead/wazero-x/junk", "staging-dead/lock", "staging-unlocked/junk"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	second := useCache(t, dir)
	found, _ := filepath.Glob(filepath.Join(dir, stagingPrefix+"*"))
	if len(found) != 2 {
		t.Errorf("staging folders: %v, want two", found)
	}
	live.expectLoad(t, 1, false, false)
	second.expectLoad(t, 1, true, false)
	live.shut(t)
	second.shut(t)
	if found, _ := filepath.Glob(filepath.Join(dir, stagingPrefix+"*")); len(found) != 0 {
		t.Errorf("staging folders after close: %v", found)
	}
}

// TestCacheFolderGoes removes the folder under a running engine.
func TestCacheFolderGoes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	u := useCache(t, dir)
	u.load(t, 1)
	remove := func() {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
				t.Skip("not run: a folder in use cannot be removed here: ", err)
			}
		}
	}
	remove()
	u.expectLoad(t, 1, false, false) // made again
	u.expectLoad(t, 1, true, false)
	hit, err := u.compileAnswering(2, func(binary []byte) error { // in the middle of a compilation
		remove()
		m, err := u.runtime.CompileModule(context.Background(), binary)
		if err == nil {
			err = m.Close(context.Background())
		}
		return err
	})
	if hit || err != nil {
		t.Errorf("hit %v, error %v", hit, err)
	}
	if len(u.warnings()) == 0 {
		t.Error("nothing was said")
	}
	if err := u.aside(answering(3), func(binary []byte) error {
		remove()
		_, err := u.runtime.CompileModule(context.Background(), binary)
		return err
	}); err != nil {
		t.Error(err)
	}
}

// TestCacheKeepsErrors: what is wrong with a module is no business of the cache.
func TestCacheKeepsErrors(t *testing.T) {
	u := useCache(t, t.TempDir())
	calls := 0
	wrong := errors.New("wrong")
	hit, err := u.compileAnswering(1, func([]byte) error { calls++; return wrong })
	if hit || !errors.Is(err, wrong) || calls != 1 {
		t.Errorf("hit %v, error %v, %d calls", hit, err, calls)
	}
	if warned := u.warnings(); len(warned) > 0 {
		t.Errorf("warnings %v", warned)
	}
}

func TestCachesConcurrently(t *testing.T) {
	dir := t.TempDir()
	users := []*cacheUser{useCache(t, dir), useCache(t, dir), useCache(t, dir)}
	var wg sync.WaitGroup
	for _, u := range users {
		for range 2 {
			wg.Go(func() {
				for i := range int32(8) {
					u.load(t, i)
				}
			})
		}
	}
	wg.Wait()
	for _, u := range users {
		for i := range int32(8) {
			u.expectLoad(t, i, true, false)
		}
	}
}

// TestCacheSideBySide: while one module is compiled others are, come from the cache,
// and are compiled aside.
func TestCacheSideBySide(t *testing.T) {
	u := useCache(t, t.TempDir())
	u.load(t, 1) // from which the names are learned
	begun, goOn, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		_, err := u.compileAnswering(2, func(binary []byte) error {
			close(begun)
			<-goOn
			m, err := u.runtime.CompileModule(context.Background(), binary)
			if err == nil {
				err = m.Close(context.Background())
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}()
	<-begun
	beside := make(chan struct{})
	go func() {
		defer close(beside)
		for number, want := range map[int32]bool{1: true, 3: false} {
			if hit := u.load(t, number); hit != want {
				t.Errorf("module %d came from the cache: %v", number, hit)
			}
		}
		if err := u.aside(answering(4), func(binary []byte) error {
			_, err := u.runtime.CompileModule(context.Background(), binary)
			return err
		}); err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-beside:
	case <-time.After(time.Minute):
		t.Error("nothing goes on beside a compilation")
	}
	close(goOn)
	<-done
	<-beside
	for number := range int32(3) {
		u.expectLoad(t, number+1, true, false)
	}
}

// TestCodeNames: names are as foretold. If they are not with another version of
// wazero, it compiles one module at a time.
func TestCodeNames(t *testing.T) {
	u := useCache(t, t.TempDir())
	if name, known := u.names.of(answering(1)); known {
		t.Errorf("%s was never seen", name)
	}
	for number := range int32(3) {
		u.load(t, number)
		e, err := u.store.get(u.key(answeringKey(number)))
		if err != nil {
			t.Fatal(err)
		}
		if name, known := u.names.of(answering(number)); !known || name != e.name {
			t.Errorf("the code is called %s, and foretold was %s", e.name, name)
		}
	}
}

// TestCacheWithOtherNames has wazero name its code in a way that is not foretold.
func TestCacheWithOtherNames(t *testing.T) {
	u := useCacheWith(t, t.TempDir(), wazero.NewRuntimeConfigCompiler().WithCloseOnContextDone(true))
	for number := range int32(3) {
		u.expectLoad(t, number, false, false)
		u.expectLoad(t, number, true, false)
	}
	if _, known := u.names.of(answering(1)); known {
		t.Error("the names are foretold")
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for number := range int32(8) {
				u.load(t, number)
			}
		})
		wg.Go(func() {
			for number := range int32(8) {
				if err := u.aside(answering(number+8), func(binary []byte) error {
					_, err := u.runtime.CompileModule(context.Background(), binary)
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for number := range int32(8) {
		u.expectLoad(t, number, true, false)
	}
	if names, err := u.staging.list(); err != nil || len(names) > 0 {
		t.Errorf("in the staging folder %v are left, %v", names, err)
	}
}

// childVariable tells a test process that it is a child, and the folder.
const childVariable = "PATCHBAY_TEST_CACHE"

// TestCacheProcesses has several processes load the same modules at once.
func TestCacheProcesses(t *testing.T) {
	if dir := os.Getenv(childVariable); dir != "" {
		u := useCache(t, dir)
		for i := range int32(20) {
			u.load(t, i)
		}
		return
	}
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			child := exec.Command(os.Args[0], "-test.run=^TestCacheProcesses$")
			child.Env = append(os.Environ(), childVariable+"="+dir)
			if out, err := child.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	u := useCache(t, dir)
	for i := range int32(20) {
		u.expectLoad(t, i, true, false)
	}
}

// TestCacheIsOptional: an engine works where a cache does not.
func TestCacheIsOptional(t *testing.T) {
	ctx := context.Background()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var warned error
	e, err := New(ctx, Config{CacheDir: file, Warn: func(err error) { warned = err }})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(ctx)
	if canCompile() && warned == nil {
		t.Error("nothing was said")
	}
	if _, err := e.Compile(ctx, answering(1), engine.Limits{}); err != nil {
		t.Error(err)
	}
}

func TestEngineUsesCache(t *testing.T) {
	if !canCompile() {
		t.Skip("not run: there is no compiler for this platform")
	}
	ctx := context.Background()
	dir := t.TempDir()
	for range 2 {
		e, err := New(ctx, Config{CacheDir: dir, Warn: func(err error) { t.Error(err) }})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Compile(ctx, answering(1), engine.Limits{}); err != nil {
			t.Error(err)
		}
		if n := len(storedFiles(t, dir)); n != 1 {
			t.Errorf("%d files", n)
		}
		if err := e.Close(ctx); err != nil {
			t.Error(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Type() == fs.ModeDir {
			t.Errorf("%s was left", entry.Name())
		}
	}
}

// TestCacheOfAReplacement: code of an engine that stands in wazero's place under
// its version is not taken for wazero's.
func TestCacheOfAReplacement(t *testing.T) {
	build := func(wazero, patchbay *debug.Module) *debug.BuildInfo {
		return &debug.BuildInfo{Deps: []*debug.Module{
			{Path: "github.com/tetratelabs/wabin", Replace: &debug.Module{Path: "other"}},
			{Path: "github.com/tetratelabs/wazero", Version: "v1.12.0", Replace: wazero},
			{Path: "github.com/patchbay-go/patchbay", Version: "v0.1.0", Replace: patchbay},
		}}
	}
	seen := map[string]bool{}
	for _, replace := range []*debug.Module{nil, {Path: "../fork"}, {Path: "example.org/fork", Version: "v1"}, {Path: "example.org/fork", Version: "v2"}} {
		seen[replacement(build(replace, nil))] = true
		seen[replacement(build(nil, replace))] = true
	}
	if len(seen) != 7 {
		t.Errorf("settings: %v", seen)
	}
}
