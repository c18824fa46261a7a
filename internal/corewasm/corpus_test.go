package corewasm_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestCorpus rewrites every module that wazero's sources hold beside the
// specification's tests, programs of five toolchains among them, and wants
// wazero to accept the rewritten one where it accepts the original.
func TestCorpus(t *testing.T) {
	folder := wazeroFolder(t)
	accepted := 0
	r := newRuntime(t, 1000)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() == "spectest" {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".wasm") {
			return nil
		}
		binary, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if compiles(r, binary) {
			accepted++
			if rewritten, err := rewriteOften(binary); err != nil || !compiles(r, rewritten) {
				t.Errorf("%s: %v", path, err)
			}
		}
		return nil
	})
	if err != nil || accepted < 20 {
		t.Errorf("%d modules, %v", accepted, err)
	}
}

func compiles(r *runtime, binary []byte) bool {
	compiled, err := r.CompileModule(context.Background(), binary)
	if err != nil {
		return false
	}
	compiled.Close(context.Background())
	return true
}

// goProgram builds a program for WASI with the Go toolchain and returns its
// binary of some megabytes.
func goProgram(t testing.TB) []byte {
	t.Helper()
	const source = `package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sort"
)

func main() {
	words := []string{}
	for i := 0; i < 2000; i++ {
		words = append(words, fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i), byte(i >> 8)})))
	}
	sort.Strings(words)
	text, _ := json.Marshal(words)
	fmt.Printf("%x\n", sha256.Sum256(text))
}
`
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", "main.wasm", "main.go")
	build.Dir = folder
	build.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("not run: no Go program for WASI: %v\n%s", err, out)
	}
	binary, err := os.ReadFile(filepath.Join(folder, "main.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// TestGoProgram runs a program of the Go toolchain with its garbage collector
// and scheduler, as it is and rewritten, and compares the output.
func TestGoProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("not run: builds and compiles some megabytes")
	}
	binary := goProgram(t)
	rewritten := rewrite(t, binary, Options{Slice: 10_000})
	r := newRuntime(t, 10_000)
	ctx := context.Background()
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	var outputs [2]bytes.Buffer
	var lasted [2]time.Duration
	for i, binary := range [][]byte{binary, rewritten.Binary} {
		compiled, err := r.CompileModule(ctx, binary)
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		config := wazero.NewModuleConfig().WithStdout(&outputs[i]).WithName("")
		if _, err := r.InstantiateModule(ctx, compiled, config); err != nil && !strings.Contains(err.Error(), "exit_code(0)") {
			t.Fatal(err)
		}
		lasted[i] = time.Since(begin)
	}
	if outputs[0].String() != outputs[1].String() || outputs[0].Len() != 65 {
		t.Errorf("output %q, original %q", &outputs[1], &outputs[0])
	}
	if r.ticks < 100 {
		t.Errorf("%d ticks", r.ticks)
	}
	t.Logf("%d ticks; original %v, rewritten %v; %d bytes of offsets", r.ticks, lasted[0], lasted[1], rewritten.Offsets.Size())
}

func BenchmarkParse(b *testing.B) {
	binary := goProgram(b)
	b.SetBytes(int64(len(binary)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(binary); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	binary := goProgram(b)
	bounds := Bounds{ModuleSize: 1 << 30, Functions: 1 << 20, FunctionSize: 1 << 24, MemoryPages: 1 << 16, TableElements: 1 << 24, Complexity: 30_000_000}
	b.SetBytes(int64(len(binary)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Check(binary, bounds); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompile is what checking and rewriting are measured against.
func BenchmarkCompile(b *testing.B) {
	binary := goProgram(b)
	for _, test := range []struct {
		name   string
		binary []byte
	}{
		{"original", binary},
		{"rewritten", rewrite(b, binary, Options{Slice: 10_000}).Binary},
		{"traced", rewrite(b, binary, Options{Slice: 10_000, Trace: true}).Binary},
	} {
		b.Run(test.name, func(b *testing.B) {
			r := newRuntime(b, 10_000)
			for b.Loop() {
				if !compiles(r, test.binary) {
					b.Fatal("refused")
				}
			}
		})
	}
}

func BenchmarkRewrite(b *testing.B) {
	binary := goProgram(b)
	module, err := Parse(binary)
	if err != nil {
		b.Fatal(err)
	}
	section, _ := module.Section(SectionCode)
	b.SetBytes(int64(len(binary)))
	b.ReportAllocs()
	var rewritten *Rewritten
	for b.Loop() {
		if rewritten, err = Rewrite(module, Options{TickModule: "a", TickName: "b", Slice: 1}); err != nil {
			b.Fatal(err)
		}
	}
	megabytes := float64(section.Content.Size) / 1e6
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/megabytes, "ms/MB-of-code")
	b.ReportMetric(float64(rewritten.Offsets.Size()), "offset-bytes")
}

// BenchmarkLoop is the tightest loop there is, bare and metered.
func BenchmarkLoop(b *testing.B) {
	var builder Builder
	builder.Export("f", KindFunc, builder.Func(i64s, i64s, i64s, Code{}.
		Loop().LocalGet(1).I64Const(1).Op(0x7c).LocalTee(1).LocalGet(0).Op(0x53).BrIf(0).End().LocalGet(1)))
	binary := builder.Bytes()
	for _, test := range []struct {
		name   string
		binary []byte
	}{{"bare", binary}, {"metered", rewrite(b, binary, Options{Slice: 10_000}).Binary}} {
		b.Run(test.name, func(b *testing.B) {
			const passes = 1_000_000
			f := newRuntime(b, 10_000).instantiate(b, test.binary).ExportedFunction("f")
			stack := make([]uint64, 1)
			for b.Loop() {
				stack[0] = passes
				if err := f.CallWithStack(context.Background(), stack); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/passes, "ns/pass")
		})
	}
}
