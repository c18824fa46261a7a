//go:build cgo

package oracle_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime/oracle"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/wast"
	"github.com/patchbay-go/patchbay/wit/wave"
)

// liesScript has the component Lies, which gives the host what the test wants.
const liesScript = "../../../component/testdata/script/lies.json"

// traps are calls by their last outcome: a class of trap.
var traps = []struct {
	class string
	calls []string
}{
	{"unreachable", []string{"unreachable"}},
	{"division", []string{"divide 1 0"}},
	{"overflow", []string{"divide -2147483648 -1"}},
	{"stack", []string{"deep 1"}},
	{"bounds", []string{"load 65533"}},
	{"bounds", []string{"load 4294967295"}},

	{"char", []string{"as-char 55296"}},
	{"char", []string{"as-char 57343"}},
	{"char", []string{"as-char 1114112"}},
	{"char", []string{"as-char 4294967295"}},
	{"discriminant", []string{"as-enum 3"}},
	{"discriminant", []string{"as-enum 4294967295"}},
	{"discriminant", []string{"poke 64 2", "as-option 64"}},
	{"char", []string{"poke 64 1", "poke 68 55296", "as-option 64"}},
	{"discriminant", []string{"poke 64 255", "as-result 64"}},

	{"aligned", []string{"as-utf8 65"}},
	{"aligned", []string{"as-bytes 66"}},
	{"aligned", []string{"as-tuple 2"}},
	{"aligned", []string{"as-result 68"}},
	{"aligned", []string{"poke 64 4", "poke 68 1", "as-longs 64"}},
	{"aligned", []string{"poke 64 1", "poke 68 1", "as-utf16 64"}},
	{"aligned", []string{"poke 64 1", "poke 68 1", "as-compact 64"}},
	{"aligned", []string{"poke 64 2", "poke 68 1", "as-chars 64"}},
	{"bounds", []string{"as-utf8 65532"}},
	{"bounds", []string{"as-utf8 65536"}},
	{"bounds", []string{"as-utf8 4294967292"}},
	{"bounds", []string{"as-tuple 65524"}},
	{"bounds", []string{"poke 64 65535", "poke 68 2", "as-utf8 64"}},
	{"bounds", []string{"poke 64 65534", "poke 68 2", "as-utf16 64"}},
	{"bounds", []string{"poke 64 65534", "poke 68 2147483650", "as-compact 64"}},
	{"bounds", []string{"poke 64 0", "poke 68 4294967295", "as-utf8 64"}},
	{"bounds", []string{"poke 64 65536", "poke 68 1", "as-bytes 64"}},
	{"bounds", []string{"poke 64 65528", "poke 68 2", "as-longs 64"}},
	{"bounds", []string{"poke 64 0", "poke 68 536870913", "as-longs 64"}},
	{"bounds", []string{"poke 64 65528", "poke 68 2", "as-strings 64"}},
	{"bounds", []string{"poke 64 72", "poke 68 1", "poke 72 65536", "poke 76 1", "as-strings 64"}},

	{"utf8", []string{"poke 8 255", "poke 64 8", "poke 68 1", "as-utf8 64"}},
	{"utf8", []string{"poke 8 10535362", "poke 64 8", "poke 68 3", "as-utf8 64"}},
	{"utf8", []string{"poke 8 8429805", "poke 64 8", "poke 68 3", "as-utf8 64"}}, // a surrogate
	{"utf16", []string{"poke 8 55296", "poke 64 8", "poke 68 1", "as-utf16 64"}},
	{"utf16", []string{"poke 8 3623937024", "poke 64 8", "poke 68 2", "as-utf16 64"}},
	{"utf16", []string{"poke 8 56320", "poke 64 8", "poke 68 2147483649", "as-compact 64"}},

	{"bounds", []string{"next 65535", `take-utf8 "ab"`}},
	{"bounds", []string{"next 4294967294", `take-utf16 "ab"`}},
	{"bounds", []string{"next 65534", `take-compact "ab🙂"`}},
	{"bounds", []string{"next 65536", `take-longs [1]`}},
	{"bounds", []string{"next 65528", `take-strings ["a", "b"]`}},
	{"aligned", []string{"next 1", `take-utf16 "ab"`}},
	{"aligned", []string{"next 1", `take-compact "ab"`}},
	{"aligned", []string{"next 4", `take-longs [1]`}},
	{"aligned", []string{"next 2", `take-strings ["a"]`}},

	{"handle", []string{"rep 0"}},
	{"handle", []string{"rep 1"}},
	{"handle", []string{"rep 4294967295"}},
	{"handle", []string{"drop 7"}},
	{"handle", []string{"new 5", "drop 1", "drop 1"}},
	{"handle", []string{"new 5", "drop 1", "rep 1"}},
	{"handle", []string{"give 1"}},
	{"handle", []string{"new 5", "give 1", "give 1"}},

	{"leave", []string{"leave"}},
	{"enter", []string{"!unreachable", "load 0"}},
}

// classes tell traps apart by what either side says of them; the first that fits
// counts.
var classes = []struct {
	name string
	says *regexp.Regexp
}{
	{"enter", regexp.MustCompile(`cannot enter component instance`)},
	{"leave", regexp.MustCompile(`cannot leave component instance`)},
	{"utf16", regexp.MustCompile(`surrogate`)},
	{"utf8", regexp.MustCompile(`(?i)utf-8`)},
	{"char", regexp.MustCompile("`char`")},
	{"discriminant", regexp.MustCompile(`discriminant`)},
	{"handle", regexp.MustCompile(`handle index`)},
	{"aligned", regexp.MustCompile(`not (properly )?aligned|unaligned`)},
	{"bounds", regexp.MustCompile(`out[ -]of[ -]bounds|beyond end of memory`)},
	{"unreachable", regexp.MustCompile(`unreachable`)},
	{"division", regexp.MustCompile(`divided? by zero`)},
	{"overflow", regexp.MustCompile(`integer overflow`)},
	{"stack", regexp.MustCompile(`stack`)},
}

func classOf(err error) string {
	for _, c := range classes {
		if c.says.MatchString(err.Error()) {
			return c.name
		}
	}
	return err.Error()
}

// A liar is an instance of Lies in some runtime.
type liar interface {
	call(name string, args []types.Value) (types.Value, error)
	close()
}

// liars makes instances of Lies in both runtimes.
type liars struct {
	pre    *component.Pre
	theirs *oracle.Component
	types  map[string]*types.FuncType

	// ours and reference are those that are asked, when the host is.
	ours, reference liar
}

func newLiars(t *testing.T, e engine.Engine) *liars {
	t.Helper()
	binary := lies(t)
	l := &liars{theirs: compileTheirs(t, binary), types: map[string]*types.FuncType{}}
	c := compileOurs(t, e, binary)
	for _, f := range c.Type().Exports {
		if f.Kind == types.ExternFunc {
			l.types[f.Name] = f.Func
		}
	}
	var linker component.Linker
	linker.Define(func(context.Context, []types.Value) (types.Value, error) {
		return l.ours.call("load", []types.Value{types.U32Value(0)})
	}, "host", "ask")
	pre, err := linker.Link(c)
	if err != nil {
		t.Fatal(err)
	}
	l.pre = pre
	return l
}

func newWazero(t *testing.T, mode wazero.Mode) engine.Engine {
	t.Helper()
	e, err := wazero.New(t.Context(), wazero.Config{Mode: mode})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

// lies returns the component Lies.
func lies(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(liesScript)
	if err != nil {
		t.Fatal(err)
	}
	var commands []wast.Command
	if err := json.Unmarshal(text, &commands); err != nil {
		t.Fatal(err)
	}
	return commands[0].Source.Binary
}

// start makes a new instance in each runtime.
func (l *liars) start(t *testing.T) {
	t.Helper()
	ours, err := l.pre.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l.ours = &ourLiar{t.Context(), ours}
	var host oracle.Host
	host.Define("host", "ask", new(types.FuncType), func([]types.Value) (types.Value, error) {
		return l.reference.call("load", []types.Value{types.U32Value(0)})
	})
	theirs, err := l.theirs.Instantiate(&host)
	if err != nil {
		t.Fatal(err)
	}
	l.reference = &theirLiar{l.types, theirs}
}

func (l *liars) close() {
	l.ours.close()
	l.reference.close()
}

type ourLiar struct {
	ctx      context.Context
	instance *component.Instance
}

func (l *ourLiar) call(name string, args []types.Value) (types.Value, error) {
	return l.instance.Func(name).Call(l.ctx, args...)
}

func (l *ourLiar) close() { _ = l.instance.Close(l.ctx) }

type theirLiar struct {
	types    map[string]*types.FuncType
	instance *oracle.Instance
}

func (l *theirLiar) call(name string, args []types.Value) (types.Value, error) {
	f, err := l.instance.Func(l.types[name], name)
	if err != nil {
		return types.Value{}, err
	}
	return f.Call(args...)
}

func (l *theirLiar) close() { l.instance.Close() }

// wrongTwice are the traps of a pointer that is wrong in both ways: the specification
// looks at the alignment of lists first and at the length of strings, wasmtime at
// the bounds of lists and at the alignment of strings.
var wrongTwice = map[string]bool{"trap: aligned": true, "trap: bounds": true}

// outcome is what came of a call: a value, or a class of trap.
func outcome(v types.Value, err error) string {
	switch {
	case err != nil:
		return "trap: " + classOf(err)
	case v.Kind() == types.Own:
		return "a handle"
	}
	return v.String()
}

// both makes a call in both runtimes and wants the same to come of it.
func (l *liars) both(t *testing.T, name string, args []types.Value) string {
	t.Helper()
	v, ourErr := l.ours.call(name, args)
	w, theirErr := l.reference.call(name, args)
	got, want := outcome(v, ourErr), outcome(w, theirErr)
	if got != want && !(wrongTwice[got] && wrongTwice[want]) {
		t.Errorf("%s%v: got %s (%v), wasmtime has %s (%v)", name, args, got, ourErr, want, theirErr)
	}
	if ourErr != nil && engine.AsTrap(ourErr) == nil {
		t.Errorf("%s%v: %v is no trap", name, args, ourErr)
	}
	return got
}

// TestTraps has guests go wrong in every way, in both runtimes, and wants traps of
// the same class, on each engine.
func TestTraps(t *testing.T) {
	for name, e := range map[string]engine.Engine{
		"compiler": newWazero(t, wazero.Auto), "interpreter": newWazero(t, wazero.Interpreter), "wasmtime": newWasmtime(t),
	} {
		l := newLiars(t, e)
		t.Run(name, l.traps)
	}
}

func (l *liars) traps(t *testing.T) {
	for _, test := range traps {
		t.Run(strings.Join(test.calls, "; "), func(t *testing.T) {
			l.start(t)
			defer l.close()
			var got string
			for _, call := range test.calls {
				name, text, _ := strings.Cut(strings.TrimPrefix(call, "!"), " ")
				args, err := wave.ParseEach(fields(text), l.types[name])
				if err != nil {
					t.Fatal(err)
				}
				got = l.both(t, name, args)
			}
			if got != "trap: "+test.class {
				t.Errorf("got %s, want a trap: %s", got, test.class)
			}
		})
	}
}

// fields are the arguments of a call: words, or one text.
func fields(text string) []string {
	if strings.ContainsAny(text, `"[`) {
		return []string{text}
	}
	return strings.Fields(text)
}

// TestReentrance has the host call into the instance that calls it. wasmtime as it is
// built for C lets it; the specification traps (CanonicalABI.md, "canon lift").
func TestReentrance(t *testing.T) {
	l := newLiars(t, newWazero(t, wazero.Auto))
	l.start(t)
	defer l.close()
	if _, err := l.ours.call("ask", nil); err == nil || classOf(err) != "enter" {
		t.Errorf("got %v", err)
	}
	if _, err := l.reference.call("ask", nil); err != nil {
		t.Errorf("wasmtime no longer lets the host in: %v; compare it with the other traps", err)
	}
}

// TestLies has a guest point anywhere, by generated words, and wants of both
// runtimes the same value or a trap of the same class.
func TestLies(t *testing.T) {
	l := newLiars(t, newWazero(t, wazero.Auto))
	random := rand.New(rand.NewPCG(5, 6))
	seen := map[string]int{}
	for range 4_000 {
		l.start(t)
		seen[l.lie(t, random)]++
		l.close()
	}
	t.Logf("%v", seen)
	for _, class := range []string{"value", "trap: bounds", "trap: aligned", "trap: char", "trap: discriminant", "trap: utf8", "trap: utf16"} {
		if seen[class] < 3 {
			t.Errorf("%s: only %d times", class, seen[class])
		}
	}
}

// lie writes words, points to them, and returns what came of it.
func (l *liars) lie(t *testing.T, random *rand.Rand) string {
	t.Helper()
	places := []string{"as-utf8", "as-utf16", "as-compact", "as-bytes", "as-longs", "as-chars", "as-strings", "as-option", "as-result", "as-tuple"}
	words := []uint32{0, 1, 2, 3, 4, 8, 16, 24, 65, 66, 0x64636261, 0xa9c3, 0x41d800, 0xdc00d83d, 0xd800, 0xdfff, 0xff,
		0x10ffff, 0x110000, 65528, 65532, 65535, 65536, 1 << 28, 1<<31 + 1, 1<<31 + 2, 1<<32 - 1, 1<<32 - 8}
	word := func() types.Value { return types.U32Value(words[random.IntN(len(words))]) }
	for at := uint32(0); at < 64; at += 4 {
		if v := word(); random.IntN(4) == 0 || v.Uint() < 32 {
			l.both(t, "poke", []types.Value{types.U32Value(at), v})
		}
	}
	at := types.U32Value(8 * random.Uint32N(6))
	if random.IntN(8) == 0 {
		at = word()
	}
	got := l.both(t, places[random.IntN(len(places))], []types.Value{at})
	if !strings.HasPrefix(got, "trap: ") {
		return "value"
	}
	return got
}
