package plugintest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/spelling"
	"github.com/patchbay-go/patchbay/internal/tomlfile"
	"github.com/patchbay-go/patchbay/plugin"
)

// A Table is a list of tests of one guest.
type Table struct {
	// File is the path of the table, for errors; files that it names are relative
	// to its folder.
	File string

	// Module is the path of the guest; empty if the table does not say.
	Module string

	// Contract says how the guest is called; empty, its bytes tell.
	Contract plugin.Contract

	// Timeout is how long a call may last; 0 means [plugin.DefaultTimeout].
	Timeout time.Duration

	// Memory is how many bytes of linear memory the guest may have; 0 means the
	// default of [engine.Limits].
	Memory uint64

	// Env is the guest's environment, each entry as "NAME=value".
	Env []string

	// Shared says that all tests use one instance.
	Shared bool

	// Stubs answer host calls that no test expects.
	Stubs []HostCall

	// Tests are run in this order.
	Tests []Test
}

// A Test is one call and what is to come of it.
type Test struct {
	Name      string
	Line      int // in the table; 0 if it is of none
	Operation string
	Payload   []byte

	// Host are the host calls that the guest makes, in this order.
	Host []HostCall

	// Log are the texts that the guest logs; nil means any.
	Log []string

	// Want is what the call comes to.
	Want Outcome
}

// A HostCall is a call that a guest makes to the host, and its answer. Fields
// that are nil match anything.
type HostCall struct {
	Binding, Namespace, Operation *string

	// Payload is what the guest hands over.
	Payload *Content

	// Reply is what the guest gets, unless Fault is set.
	Reply []byte

	// Fault is the text of the error that the guest gets.
	Fault *string
}

// An Outcome is what a call comes to: the one field that is set. With none of
// them it is any reply.
type Outcome struct {
	Reply *Content
	Error *string         // the guest's own answer that the call failed
	Trap  engine.TrapKind // 0 is none, [AnyTrap] any
}

// AnyTrap stands for every kind of trap.
const AnyTrap engine.TrapKind = -1

// A Content is what a payload or reply is compared with.
type Content struct {
	Bytes []byte
	JSON  bool // compared by meaning: order of keys and white space do not matter
}

// Read reads a table and the files that it names.
func Read(path string) (*Table, error) {
	text, err := readFile(path, tomlfile.MaxSize)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse reads the text of a table whose path is given, and the files that it
// names. Errors point at the line: each is or wraps an [*Error].
func Parse(path string, text []byte) (*Table, error) {
	var f tableFile
	document, err := tomlfile.Decode(path, text, &f)
	if err != nil {
		return nil, err
	}
	r := &reader{document: document, dir: filepath.Dir(path)}
	t := r.table(path, &f)
	if err := tomlfile.Join(r.errs); err != nil {
		return nil, err
	}
	return t, nil
}

// An Error is what is wrong at one place of a table: its Error method shows the
// line.
type Error = tomlfile.Error

// The names are those of the documentation of the package.
type tableFile struct {
	Module    string            `toml:"module"`
	Contract  string            `toml:"contract"`
	Timeout   tomlfile.Duration `toml:"timeout"`
	MaxMemory tomlfile.Size     `toml:"max_memory"`
	Env       map[string]string `toml:"env"`
	Shared    bool              `toml:"shared"`
	Stubs     []hostFile        `toml:"host"`
	Tests     []testFile        `toml:"test"`
}

type testFile struct {
	Name        string     `toml:"name"`
	Operation   *string    `toml:"operation"`
	Payload     *string    `toml:"payload"`
	PayloadHex  *string    `toml:"payload_hex"`
	PayloadFile *string    `toml:"payload_file"`
	Log         []string   `toml:"log"`
	Reply       *string    `toml:"reply"`
	ReplyJSON   *string    `toml:"reply_json"`
	ReplyHex    *string    `toml:"reply_hex"`
	ReplyFile   *string    `toml:"reply_file"`
	Error       *string    `toml:"error"`
	Trap        *string    `toml:"trap"`
	Host        []hostFile `toml:"host"`
}

type hostFile struct {
	Binding     *string `toml:"binding"`
	Namespace   *string `toml:"namespace"`
	Operation   *string `toml:"operation"`
	Payload     *string `toml:"payload"`
	PayloadJSON *string `toml:"payload_json"`
	PayloadHex  *string `toml:"payload_hex"`
	PayloadFile *string `toml:"payload_file"`
	Reply       *string `toml:"reply"`
	ReplyHex    *string `toml:"reply_hex"`
	ReplyFile   *string `toml:"reply_file"`
	Error       *string `toml:"error"`
}

// table turns what stands in the file into what is tested.
func (r *reader) table(path string, f *tableFile) *Table {
	t := &Table{
		File:     path,
		Contract: plugin.Contract(f.Contract),
		Timeout:  f.Timeout.Duration,
		Memory:   f.MaxMemory.Bytes,
		Shared:   f.Shared,
		Stubs:    r.hostCalls(f.Stubs, "host"),
	}
	if f.Module != "" {
		t.Module = filepath.Join(r.dir, filepath.FromSlash(f.Module))
	}
	for _, name := range slices.Sorted(maps.Keys(f.Env)) {
		t.Env = append(t.Env, name+"="+f.Env[name])
	}
	if len(f.Tests) == 0 {
		r.fail("there is no [[test]]", "test")
	}
	names := map[string]bool{}
	for i := range f.Tests {
		t.Tests = append(t.Tests, r.test(&f.Tests[i], i, names))
	}
	return t
}

func (r *reader) test(f *testFile, i int, names map[string]bool) Test {
	t := Test{Name: f.Name, Log: f.Log, Line: r.document.Line("test", i)}
	switch {
	case f.Name == "":
		r.fail("the test has no name", "test", i)
	case names[f.Name]:
		r.fail(fmt.Sprintf("there is another test with the name %q", f.Name), "test", i, "name")
	}
	names[f.Name] = true
	if f.Operation == nil {
		r.fail("the test has no operation", "test", i)
	} else {
		t.Operation = *f.Operation
	}
	if c := r.one([]any{"test", i}, content{"payload", f.Payload, asText}, content{"payload_hex", f.PayloadHex, asHex},
		content{"payload_file", f.PayloadFile, asFile}); c != nil {
		t.Payload = c.Bytes
	}
	t.Want = r.outcome(f, i)
	t.Host = r.hostCalls(f.Host, "test", i, "host")
	return t
}

func (r *reader) outcome(f *testFile, i int) Outcome {
	at := []any{"test", i}
	o := Outcome{Error: f.Error, Reply: r.one(at, content{"reply", f.Reply, asText}, content{"reply_json", f.ReplyJSON, asJSON},
		content{"reply_hex", f.ReplyHex, asHex}, content{"reply_file", f.ReplyFile, asFile})}
	switch {
	case o.Error != nil && o.Reply != nil:
		r.fail("a call ends with a reply or with an error", "test", i, "error")
	case f.Trap != nil && (o.Error != nil || o.Reply != nil):
		r.fail("a call that traps has neither reply nor error", "test", i, "trap")
	case f.Trap != nil:
		o.Trap = r.trap(*f.Trap, i)
	}
	return o
}

func (r *reader) trap(name string, i int) engine.TrapKind {
	if name == "any" {
		return AnyTrap
	}
	for kind, known := range trapNames {
		if known == name && name != "" {
			return engine.TrapKind(kind)
		}
	}
	hint := ""
	if near := spelling.Nearest(name, TrapNames()); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	r.fail(fmt.Sprintf("no trap is called %q", name)+hint, "test", i, "trap")
	return 0
}

func (r *reader) hostCalls(files []hostFile, at ...any) []HostCall {
	var calls []HostCall
	for i := range files {
		f := &files[i]
		here := append(slices.Clone(at), i)
		c := HostCall{Binding: f.Binding, Namespace: f.Namespace, Operation: f.Operation, Fault: f.Error}
		c.Payload = r.one(here, content{"payload", f.Payload, asText}, content{"payload_json", f.PayloadJSON, asJSON},
			content{"payload_hex", f.PayloadHex, asHex}, content{"payload_file", f.PayloadFile, asFile})
		reply := r.one(here, content{"reply", f.Reply, asText}, content{"reply_hex", f.ReplyHex, asHex}, content{"reply_file", f.ReplyFile, asFile})
		switch {
		case reply != nil && c.Fault != nil:
			r.fail("the host answers with a reply or with an error", append(here, "error")...)
		case reply != nil:
			c.Reply = reply.Bytes
		}
		calls = append(calls, c)
	}
	return calls
}

var trapNames = [...]string{
	engine.Unreachable:       "unreachable",
	engine.MemoryBounds:      "memory-bounds",
	engine.TableBounds:       "table-bounds",
	engine.IntegerOverflow:   "integer-overflow",
	engine.DivisionByZero:    "division-by-zero",
	engine.BadIndirectCall:   "bad-indirect-call",
	engine.StackOverflow:     "stack-overflow",
	engine.UncaughtException: "uncaught-exception",
	engine.UnalignedAtomic:   "unaligned-atomic",
	engine.NullReference:     "null-reference",
	engine.OutOfFuel:         "out-of-fuel",
	engine.Deadline:          "deadline",
	engine.Canceled:          "canceled",
	engine.MemoryLimit:       "memory-limit",
	engine.HostFault:         "host-fault",
	engine.Exit:              "exit",
	engine.OutOfHostBytes:    "out-of-host-bytes",
}

// TrapNames lists the names of traps in tables.
func TrapNames() []string {
	return append(slices.Clone(trapNames[1:]), "any")
}

func trapName(kind engine.TrapKind) string {
	switch {
	case kind == AnyTrap:
		return "any"
	case kind > 0 && int(kind) < len(trapNames):
		return trapNames[kind]
	}
	return kind.String()
}

// readFile reads a file of no more than most bytes.
func readFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("read %s: it is a folder", path)
	case info.Size() > most:
		return nil, fmt.Errorf("read %s: it has %d bytes; %d is the most", path, info.Size(), most)
	}
	return os.ReadFile(path)
}
