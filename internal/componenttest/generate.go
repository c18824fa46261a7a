package componenttest

import (
	"math"
	"math/rand/v2"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
)

// A Generator makes values of any type. It prefers what is at the edges.
type Generator struct {
	// Narrow keeps integers of 64 bits to those that a double has exactly.
	Narrow bool

	// Short leaves out long lists.
	Short bool

	*rand.Rand
	depth int
}

// NewGenerator returns a generator, which makes the same values for the same seed.
func NewGenerator(seed uint64) *Generator { return &Generator{Rand: rand.New(rand.NewPCG(seed, 1))} }

// Args returns arguments for a function.
func (g *Generator) Args(f *types.FuncType) []types.Value {
	args := make([]types.Value, len(f.Params))
	for i, p := range f.Params {
		args[i] = g.Value(p.Type)
	}
	return args
}

func pick[T any](g *Generator, from ...T) T { return from[g.IntN(len(from))] }

// Value returns a value of type t.
func (g *Generator) Value(t *types.Type) types.Value {
	g.depth++
	defer func() { g.depth-- }()
	switch t.Kind() {
	case types.String:
		return types.StringValue(g.text())
	case types.List:
		return types.ListValue(t, g.values(g.length(t.Elem()), func(int) *types.Type { return t.Elem() })...)
	case types.Record, types.Tuple:
		return types.RecordValue(t, g.values(len(t.Fields()), func(i int) *types.Type { return t.Fields()[i].Type })...)
	case types.Variant, types.Enum, types.Option, types.Result:
		which := g.IntN(len(t.Fields()))
		if payload := t.Fields()[which].Type; payload != nil {
			return types.VariantValue(t, which, g.Value(payload))
		}
		return types.VariantValue(t, which)
	case types.Flags:
		return types.FlagsValue(t, uint32(g.bits()&(1<<len(t.Fields())-1)))
	default:
		return types.ScalarValue(t, g.scalar(t.Kind()))
	}
}

func (g *Generator) values(n int, typeOf func(int) *types.Type) []types.Value {
	values := make([]types.Value, n)
	for i := range values {
		values[i] = g.Value(typeOf(i))
	}
	return values
}

// length returns how long a list is: seldom long, and then only of what is small.
func (g *Generator) length(elem *types.Type) int {
	n := pick(g, 0, 0, 1, 2, 3, 17)
	switch {
	case elem.Kind().IsNumber() && g.IntN(8) == 0 && !g.Short:
		return 70_000
	case g.depth > 3:
		return n % 4
	}
	return n
}

func (g *Generator) bits() uint64 {
	return pick(g, 0, 1, math.MaxUint64, 1<<7, 1<<15, 1<<31, 1<<63, 1<<63-1, g.Uint64(), g.Uint64())
}

func (g *Generator) scalar(k types.Kind) uint64 {
	bits := g.bits()
	switch k {
	case types.Bool:
		return bits & 1
	case types.S8:
		return uint64(int8(bits))
	case types.U8:
		return uint64(uint8(bits))
	case types.S16:
		return uint64(int16(bits))
	case types.U16:
		return uint64(uint16(bits))
	case types.S32:
		return uint64(int32(bits))
	case types.U32:
		return uint64(uint32(bits))
	case types.S64:
		if g.Narrow {
			return uint64(int64(bits) >> 11)
		}
	case types.U64:
		if g.Narrow {
			return bits >> 11
		}
	case types.F32:
		return uint64(pick(g, uint32(bits), math.Float32bits(float32(g.NormFloat64())), 0x7fc00000, 0xff800000, 0x80000000, 1))
	case types.F64:
		return pick(g, bits, math.Float64bits(g.NormFloat64()), 0x7ff8000000000000, 0xfff0000000000000, 1<<63, 1)
	case types.Char:
		return uint64(pick(g, 0, 'a', 'é', '€', 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff))
	}
	return bits
}

func (g *Generator) text() string {
	part := pick(g, "", "a", "Ada", "é", "日本語", "🙂", "\x00", "a\u0301\r\n\"\\", "\U0010ffff")
	return strings.Repeat(part, pick(g, 1, 1, 2, 5, 1000))
}
