package corewasm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// wazeroFolder returns where the module cache has wazero's sources, test data
// included.
func wazeroFolder(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	if err != nil || strings.TrimSpace(string(out)) == "" {
		t.Skipf("not run: no sources of wazero in the module cache: %v", err)
	}
	return strings.TrimSpace(string(out))
}

// specFolder returns where the specification's test suite is, translated to
// binaries.
func specFolder(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(wazeroFolder(t), "internal", "integration_test", "spectest")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("not run: wazero came without the specification's tests: %v", err)
	}
	return folder
}

// script is a file of the test suite: the output of wast2json.
type script struct {
	Commands []command
}

type command struct {
	Type     string
	Line     int
	Name     string
	Filename string
	Kind     string `json:"module_type"`
	As       string
	Action   *struct {
		Type   string
		Module string
		Field  string
		Args   []value
	}
}

type value struct {
	Type  string
	Lane  string `json:"lane_type"`
	Value any
}

// TestSpec runs the specification's test suite twice, as it is and rewritten
// with a slice that is spent all the time and bulk work in chunks of 16 bytes,
// and wants the same outcome of every command: results, traps, and modules that are refused.
func TestSpec(t *testing.T) {
	folder := specFolder(t)
	files, _ := filepath.Glob(filepath.Join(folder, "*", "testdata", "*.json"))
	if len(files) < 100 {
		t.Fatalf("%d scripts in %s", len(files), folder)
	}
	commands := 0
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(filepath.Dir(file)))+"/"+filepath.Base(file), func(t *testing.T) {
			commands += runScript(t, folder, file)
		})
	}
	t.Logf("%d commands had the same outcome", commands)
}

func runScript(t *testing.T, folder, file string) (same int) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s script
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	host, err := os.ReadFile(filepath.Join(folder, "testdata", "spectest.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	original := newSide(t, host, func(binary []byte) ([]byte, error) { return binary, nil })
	rewritten := newSide(t, host, rewriteOften)
	for _, c := range s.Commands {
		want := original.run(t, filepath.Dir(file), c)
		got := rewritten.run(t, filepath.Dir(file), c)
		if got != want {
			t.Errorf("line %d: %s %s: %s, original %s", c.Line, c.Type, c.Filename, got, want)
			continue
		}
		same++
	}
	return same
}

func rewriteOften(binary []byte) ([]byte, error) {
	module, err := Parse(binary)
	if err != nil {
		return nil, err
	}
	options := Options{TickModule: "patchbay", TickName: "tick", Slice: 2, Trace: true}
	rewritten, err := Rewrite(module, options.WithChunks(8, 16))
	if err != nil {
		return nil, err
	}
	return rewritten.Binary, nil
}

// side is one of two worlds that are compared.
type side struct {
	*runtime
	transform  func([]byte) ([]byte, error)
	registered map[string]api.Module
	named      map[string]api.Module
	last       api.Module
}

func newSide(t *testing.T, host []byte, transform func([]byte) ([]byte, error)) *side {
	s := &side{runtime: newRuntime(t, 3), transform: transform, registered: map[string]api.Module{}, named: map[string]api.Module{}}
	spectest, err := s.load(host)
	if err != nil {
		t.Fatal(err)
	}
	s.registered["spectest"] = spectest
	return s
}

// load makes an instance. A panic counts as an error: where int has 32 bits,
// wazero does so for an element segment whose place is near 4 GiB.
func (s *side) load(binary []byte) (instance api.Module, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("wazero panicked: %v", reason)
		}
	}()
	binary, err = s.transform(binary)
	if err != nil {
		return nil, err
	}
	ctx := experimental.WithImportResolver(context.Background(), func(name string) api.Module { return s.registered[name] })
	return s.InstantiateWithConfig(ctx, binary, wazero.NewModuleConfig().WithName("").WithStartFunctions())
}

// run runs a command and returns its outcome as a text to compare.
func (s *side) run(t *testing.T, folder string, c command) string {
	switch c.Type {
	case "module", "assert_invalid", "assert_malformed", "assert_unlinkable", "assert_uninstantiable":
		if c.Kind == "text" {
			return "not for us"
		}
		return s.module(t, filepath.Join(folder, c.Filename), c)
	case "register":
		s.registered[c.As] = s.find(c.Name)
		return "registered"
	case "action", "assert_return", "assert_trap", "assert_exception":
		return s.action(t, c)
	case "assert_exhaustion":
		return "left out, because it takes long"
	}
	t.Fatalf("line %d: unknown command %s", c.Line, c.Type)
	return ""
}

func (s *side) module(t *testing.T, file string, c command) string {
	binary, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := s.load(binary)
	if err != nil {
		return "refused"
	}
	if c.Type == "module" {
		s.last = instance
		if c.Name != "" {
			s.named[c.Name] = instance
		}
	}
	return "instance"
}

func (s *side) find(name string) api.Module {
	if name == "" {
		return s.last
	}
	return s.named[name]
}

func (s *side) action(t *testing.T, c command) string {
	instance := s.find(c.Action.Module)
	if instance == nil {
		return "no instance"
	}
	if c.Action.Type == "get" {
		return fmt.Sprintf("%#x", instance.ExportedGlobal(c.Action.Field).Get())
	}
	f := instance.ExportedFunction(c.Action.Field)
	var args []uint64
	for _, arg := range c.Action.Args {
		args = append(args, arg.slots(t)...)
	}
	results, err := f.Call(context.Background(), args...)
	if err != nil {
		text, _, _ := strings.Cut(err.Error(), "\n")
		return text
	}
	for i, kind := range f.Definition().ResultTypes() {
		if kind == 0x70 && i < len(results) { // funcref: an address
			results[i] = min(results[i], 1)
		}
	}
	return fmt.Sprintf("%#x", results)
}

// slots returns the value as an argument.
func (v value) slots(t *testing.T) []uint64 {
	text, _ := v.Value.(string)
	switch {
	case v.Type == "v128":
		return v.lanes(t)
	case text == "null" || v.Value == nil:
		return []uint64{0}
	case strings.HasPrefix(text, "nan"):
		return []uint64{map[string]uint64{"f32": 0x7fc00000, "f64": 0x7ff8 << 48}[v.Type]}
	}
	number := parse(t, text)
	if strings.HasSuffix(v.Type, "32") {
		number = uint64(uint32(number))
	}
	if v.Type == "externref" {
		number++ // 0 is null in wazero
	}
	return []uint64{number}
}

func (v value) lanes(t *testing.T) []uint64 {
	width := map[string]int{"i8": 8, "i16": 16, "i32": 32, "f32": 32, "i64": 64, "f64": 64}[v.Lane]
	slots := make([]uint64, 2)
	for i, lane := range v.Value.([]any) {
		text := lane.(string)
		bits := parse(t, text)
		if strings.HasPrefix(text, "nan") {
			bits = map[string]uint64{"f32": 0x7fc00000, "f64": 0x7ff8 << 48}[v.Lane]
		}
		if width < 64 {
			bits &= 1<<width - 1
		}
		slots[i*width/64] |= bits << (i * width % 64)
	}
	return slots
}

func parse(t *testing.T, text string) uint64 {
	if strings.HasPrefix(text, "nan") {
		return 0
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return uint64(n)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
