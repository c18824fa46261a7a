package abi

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patchbay-go/patchbay/component/types"
)

var definitions = flag.String("definitions", "", "the directory of the specification's definitions.py, for new vectors")

// A vector is what definitions.py makes of one value; see testdata/vectors.py.
type vector struct {
	Type          string
	Layout        [4]uint64 // size, alignment, core values, size with 64-bit pointers
	Value         any
	First, Second side
	Mutations     []mutation
}

type side struct {
	Encoding string
	Stack    []uint64
	Kinds    []string
	Log      [][4]uint32
	Memory   string
}

type mutation struct {
	Changes [][3]any // "s" or "m", index, value
	Value   any
	Trap    bool
}

// TestVectors holds values, Go values and transfers to the specification's own
// definitions: results, memories, and each call of realloc.
func TestVectors(t *testing.T) {
	file, err := os.Open("testdata/vectors.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	runVectors(t, bufio.NewScanner(file))
}

// TestDefinitions is TestVectors with vectors made on the spot: with
// -definitions and python3.
func TestDefinitions(t *testing.T) {
	if *definitions == "" {
		t.Skip("no -definitions")
	}
	seed := rand.Uint32()
	t.Logf("seed %d", seed)
	out, err := exec.Command("python3", "testdata/vectors.py", *definitions, fmt.Sprint(seed), "2000").Output()
	if err != nil {
		t.Fatal(err)
	}
	runVectors(t, bufio.NewScanner(bytes.NewReader(out)))
}

func runVectors(t *testing.T, lines *bufio.Scanner) {
	count := 0
	for lines.Scan() {
		count++
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.UseNumber()
		v := new(vector)
		if err := decoder.Decode(v); err != nil {
			t.Fatal(err)
		}
		t.Run(strconv.Itoa(count), v.run)
	}
	if lines.Err() != nil || count < 300 {
		t.Fatalf("%d vectors: %v", count, lines.Err())
	}
}

func (v *vector) run(t *testing.T) {
	typ := parseType(t, v.Type)
	defer func() {
		if t.Failed() {
			t.Logf("type %v, first %s, second %s", typ, v.First.Encoding, v.Second.Encoding)
		}
	}()
	if layout := [4]uint64{typ.Size(), uint64(typ.Align()), uint64(typ.FlatCount()), typ.Size64()}; layout != v.Layout {
		t.Errorf("layout is %v, want %v", layout, v.Layout)
	}
	value := valueOf(t, typ, v.Value)
	sig := unary(typ)
	if got := sig.Lift.String(); !strings.HasPrefix(got, "("+strings.Join(v.First.Kinds, ", ")+") ->") {
		t.Errorf("flattened to %s, want %v", got, v.First.Kinds)
	}
	binding, err := Bind(goTypeOf(typ, 0), typ)
	if err != nil {
		t.Fatal(err)
	}
	v.lower(t, sig, binding, value)
	v.lift(t, sig, binding, value)
	v.transfer(t, sig)
	for _, m := range v.Mutations {
		v.mutate(t, sig, binding, m)
	}
}

func (v *vector) lower(t *testing.T, sig *Signature, b *Binding, value types.Value) {
	g, stack := loggingGuest(), make([]uint64, sig.Slots())
	if err := sig.LowerParams(g.context(v.First.encoding()), []types.Value{value}, stack); err != nil {
		t.Fatalf("lower %v: %v", value, err)
	}
	v.First.compare(t, "lowering", g, stack)

	g, stack = loggingGuest(), make([]uint64, sig.Slots())
	if err := lowerGo(sig, g.context(v.First.encoding()), b, goValue(b.Go, value), stack); err != nil {
		t.Fatalf("lower %v as Go: %v", value, err)
	}
	v.First.compare(t, "lowering Go", g, stack)
}

func (v *vector) lift(t *testing.T, sig *Signature, b *Binding, value types.Value) {
	cx := v.First.guest(t).context(v.First.encoding())
	got, err := sig.LiftParams(cx, nil, v.First.Stack)
	if err != nil || !got[0].Equal(value) {
		t.Errorf("lifted %v, %v; want %v", got, err, value)
	}
	v.lower(t, sig, b, got[0])
	lifted, err := liftGo(sig, cx, b, v.First.Stack)
	if err != nil {
		t.Fatalf("lift %v as Go: %v", value, err)
	}
	if got := fromGo(lifted, b.Type); !got.Equal(value) {
		t.Errorf("lifted %v as Go, want %v", got, value)
	}
}

func (v *vector) transfer(t *testing.T, sig *Signature) {
	transfer, err := NewTransfer(sig, sig)
	if err != nil {
		t.Fatal(err)
	}
	from, to := v.First.guest(t), loggingGuest()
	stack := make([]uint64, sig.Slots())
	err = transfer.Params(from.context(v.First.encoding()), to.context(v.Second.encoding()), v.First.Stack, stack)
	if err != nil {
		t.Fatalf("transfer: %v", err)
	}
	v.Second.compare(t, "transfer", to, stack)
}

// mutate lifts what a guest got wrong: a trap where the specification traps, and
// else the same value.
func (v *vector) mutate(t *testing.T, sig *Signature, b *Binding, m mutation) {
	g, stack := v.First.guest(t), slices.Clone(v.First.Stack)
	for _, c := range m.Changes {
		i, value := number(c[1]), number(c[2])
		if c[0] == "s" {
			stack[i] = value
		} else {
			g.bytes[i] = byte(value)
		}
	}
	cx := g.context(v.First.encoding())
	got, err := sig.LiftParams(cx, nil, stack)
	m.compare(t, "lift", b.Type, err, func() types.Value { return got[0] })
	lifted, err := liftGo(sig, cx, b, stack)
	m.compare(t, "lift Go", b.Type, err, func() types.Value { return fromGo(lifted, b.Type) })

	transfer, err := NewTransfer(sig, sig)
	if err != nil {
		t.Fatal(err)
	}
	to, target := newGuest(), make([]uint64, sig.Slots())
	other := to.context(v.Second.encoding())
	err = transfer.Params(cx, other, stack, target)
	m.compare(t, "transfer", b.Type, err, func() types.Value {
		got, err := sig.LiftParams(other, nil, target)
		if err != nil {
			t.Fatalf("lift what was transferred: %v", err)
		}
		return got[0]
	})
}

func (m *mutation) compare(t *testing.T, what string, typ *types.Type, err error, got func() types.Value) {
	t.Helper()
	switch {
	case m.Trap && err == nil:
		t.Errorf("%s with %v: no trap", what, m.Changes)
	case !m.Trap && err != nil:
		t.Errorf("%s with %v: %v", what, m.Changes, err)
	case !m.Trap:
		if want, got := valueOf(t, typ, m.Value), got(); !got.Equal(want) {
			t.Errorf("%s with %v: got %v, want %v", what, m.Changes, got, want)
		}
	}
}

func loggingGuest() *guest {
	g := newGuest(make([]byte, guestStart)...)
	g.log = [][4]uint32{}
	return g
}

// guest returns a guest with the memory of the side, of the size that
// testdata/vectors.py gives it.
func (s *side) guest(t *testing.T) *guest {
	memory, err := hex.DecodeString(s.Memory)
	if err != nil {
		t.Fatal(err)
	}
	return newGuest(append(memory, make([]byte, 1<<13-len(memory))...)...)
}

func (s *side) encoding() Encoding {
	for e := range Latin1OrUTF16 + 1 {
		if e.String() == s.Encoding {
			return e
		}
	}
	panic(s.Encoding)
}

func (s *side) compare(t *testing.T, what string, g *guest, stack []uint64) {
	t.Helper()
	if diff := cmp.Diff(s.Stack, stack[:len(s.Stack)]); diff != "" {
		t.Errorf("%s: stack %s", what, diff)
	}
	if diff := cmp.Diff(s.Log, g.log); diff != "" {
		t.Errorf("%s: calls of realloc %s", what, diff)
	}
	if got := hex.EncodeToString(g.bytes[:g.end]); got != s.Memory {
		t.Errorf("%s: memory is\n%s, want\n%s", what, got, s.Memory)
	}
}

func number(v any) uint64 {
	text := string(v.(json.Number))
	if strings.HasPrefix(text, "-") {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			panic(err)
		}
		return uint64(n)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// valueOf makes the value of type typ that v is in a vector.
func valueOf(t *testing.T, typ *types.Type, v any) types.Value {
	switch v := v.(type) {
	case bool:
		return types.BoolValue(v)
	case string:
		return types.StringValue(v)
	case json.Number:
		return types.ScalarValue(typ, number(v))
	case []any:
		if typ.IsVariant() {
			index := int(number(v[0]))
			if len(v) == 1 {
				return types.VariantValue(typ, index)
			}
			return types.VariantValue(typ, index, valueOf(t, typ.Fields()[index].Type, v[1]))
		}
		elems := make([]types.Value, len(v))
		for i := range v {
			elem := typ.Elem()
			if typ.IsRecord() {
				elem = typ.Fields()[i].Type
			}
			elems[i] = valueOf(t, elem, v[i])
		}
		if typ.IsRecord() {
			return types.RecordValue(typ, elems...)
		}
		return types.ListValue(typ, elems...)
	}
	t.Fatalf("value %v", v)
	return types.Value{}
}
