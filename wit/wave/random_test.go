package wave_test

import (
	"math"
	"math/rand/v2"

	"github.com/patchbay-go/patchbay/component/types"
)

// A random makes types and values of every kind that has a text. The values are
// trees of [types.Value], which nothing has read.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 1))} }

// labels are names that are words of WAVE, or nearly.
var labels = []string{"none", "some", "ok", "err", "true", "nan", "x", "y1", "two-words", "HTTP3", "method-GET", "nones"}

func (r random) names(n int) []types.Field {
	fields := make([]types.Field, n)
	for i, at := range r.Perm(len(labels))[:n] {
		fields[i].Name = labels[at]
	}
	return fields
}

// typ returns a type that nests no deeper than depth.
func (r random) typ(depth int) *types.Type {
	if depth <= 1 {
		return r.leaf()
	}
	switch r.IntN(12) {
	case 0, 1:
		return types.ListOf(r.typ(depth - 1))
	case 2:
		return types.FixedListOf(r.typ(depth-1), uint32(1+r.IntN(4)))
	case 3:
		return types.MapOf(r.leaf(), r.typ(depth-1))
	case 4:
		return types.TupleOf(r.typ(depth-1), r.typ(depth-1))
	case 5:
		return types.VariantOf(r.fields(depth-1, true)...)
	case 6, 7:
		return types.OptionOf(r.typ(depth - 1))
	case 8:
		return types.ResultOf(r.maybe(depth-1), r.maybe(depth-1))
	case 9:
		return r.leaf()
	}
	return types.RecordOf(r.fields(depth-1, false)...)
}

func (r random) fields(depth int, empty bool) []types.Field {
	fields := r.names(1 + r.IntN(6))
	for i := range fields {
		if fields[i].Type = r.typ(depth); empty && r.IntN(3) == 0 {
			fields[i].Type = nil
		}
	}
	return fields
}

func (r random) maybe(depth int) *types.Type {
	if r.IntN(3) == 0 {
		return nil
	}
	return r.typ(depth)
}

func (r random) leaf() *types.Type {
	kinds := []types.Kind{types.Bool, types.S8, types.U8, types.S16, types.U16, types.S32, types.U32, types.S64, types.U64,
		types.F32, types.F64, types.Char, types.String, types.String}
	switch i := r.IntN(len(kinds) + 2); i {
	case len(kinds):
		return types.EnumOf(names(r.names(1 + r.IntN(8)))...)
	case len(kinds) + 1:
		return types.FlagsOf(names(r.names(1 + r.IntN(12)))...)
	default:
		return kinds[i].Type()
	}
}

func names(fields []types.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// value returns a value of type t.
func (r random) value(t *types.Type) types.Value {
	switch k := t.Kind(); k {
	case types.Bool:
		return types.BoolValue(r.IntN(2) == 0)
	case types.Char:
		return types.CharValue(r.char())
	case types.String:
		return types.StringValue(r.string())
	case types.F32:
		return types.F32Value(float32(r.float()))
	case types.F64:
		return types.F64Value(r.float())
	case types.List, types.Map:
		return r.list(t, r.IntN(4))
	case types.FixedList:
		return r.list(t, t.Len())
	case types.Record, types.Tuple:
		fields := make([]types.Value, t.Len())
		for i, f := range t.Fields() {
			fields[i] = r.value(f.Type)
		}
		return types.RecordValue(t, fields...)
	case types.Flags:
		return types.FlagsValue(t, r.Uint32()&(1<<t.Len()-1))
	case types.Variant, types.Enum, types.Option, types.Result:
		i := r.IntN(t.Len())
		if c := t.Fields()[i].Type; c != nil {
			return types.VariantValue(t, i, r.value(c))
		}
		return types.VariantValue(t, i)
	}
	return types.ScalarValue(t, r.integer(t))
}

func (r random) list(t *types.Type, n int) types.Value {
	elems := make([]types.Value, n)
	for i := range elems {
		elems[i] = r.value(t.Elem())
	}
	return types.ListValue(t, elems...)
}

// integer returns one of type t: the ends of its range more often than others.
func (r random) integer(t *types.Type) uint64 {
	unused := 64 - 8*t.Size()
	bits := []uint64{0, 1, math.MaxUint64, 1 << (63 - unused), 1<<(63-unused) - 1, r.Uint64()}[r.IntN(6)] << unused
	if t.Kind().IsSigned() {
		return uint64(int64(bits) >> unused)
	}
	return bits >> unused
}

func (r random) float() float64 {
	special := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, 0.1, -1e21, 1e-7}
	if i := r.IntN(2 * len(special)); i < len(special) {
		return special[i]
	}
	return math.Float64frombits(r.Uint64())
}

// chars are those that mean something in a text, and some of each length.
var chars = []rune("\"\"\"\\''\n\r\t {}()[],:/%azAZ09\x00\x1f\x7f\u0080\u00a0é\u2028\ud7ff\ue000\ufffd😀\U0010ffff")

func (r random) char() rune { return chars[r.IntN(len(chars))] }

func (r random) string() string {
	text := make([]rune, r.IntN(8))
	for i := range text {
		text[i] = r.char()
	}
	return string(text)
}
