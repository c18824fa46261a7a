package wave

import (
	"math"
	"strconv"

	"github.com/patchbay-go/patchbay/component/types"
)

// Append appends the value's text to dst and returns it. Options and results
// are written out, fields that are none are left out. A value that has no text
// of its own, such as a handle, is written as its type in angle brackets, which
// [Parse] does not read.
func Append(dst []byte, v types.Value) []byte {
	t := v.Type()
	switch k := t.Kind(); k {
	case types.Bool:
		return strconv.AppendBool(dst, v.Bool())
	case types.Char:
		return appendQuoted(dst, string(v.Char()), '\'')
	case types.String:
		return appendQuoted(dst, v.Text(), '"')
	case types.F32:
		return appendFloat(dst, v.Float(), 32)
	case types.F64:
		return appendFloat(dst, v.Float(), 64)
	case types.List, types.FixedList, types.Map:
		return appendElements(dst, v, '[', ']')
	case types.Tuple:
		return appendElements(dst, v, '(', ')')
	case types.Record:
		return appendRecord(dst, v)
	case types.Variant, types.Enum, types.Option, types.Result:
		return appendVariant(dst, v)
	case types.Flags:
		return appendFlags(dst, v)
	default:
		if !k.IsNumber() {
			return append(append(append(dst, '<'), t.String()...), '>')
		}
		if k.IsSigned() {
			return strconv.AppendInt(dst, v.Int(), 10)
		}
		return strconv.AppendUint(dst, v.Uint(), 10)
	}
}

// Text returns the value's text.
func Text(v types.Value) string { return string(Append(nil, v)) }

func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "nan"...)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, bits)
}

func appendElements(dst []byte, v types.Value, open, end byte) []byte {
	dst = append(dst, open)
	for i, elem := range v.All() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = Append(dst, elem)
	}
	return append(dst, end)
}

func appendRecord(dst []byte, v types.Value) []byte {
	dst = append(dst, '{')
	fields := v.Type().Fields()
	written := 0
	for i, value := range v.All() {
		if _, some := value.Payload(); fields[i].Type.Kind() == types.Option && !some {
			continue
		}
		if written > 0 {
			dst = append(dst, ", "...)
		}
		written++
		dst = append(append(dst, fields[i].Name...), ": "...)
		dst = Append(dst, value)
	}
	if written == 0 {
		dst = append(dst, ':')
	}
	return append(dst, '}')
}

func appendVariant(dst []byte, v types.Value) []byte {
	name := v.Case()
	switch k := v.Type().Kind(); {
	case k == types.Result && name == "error":
		name = "err"
	case (k == types.Variant || k == types.Enum) && isKeyword(name):
		dst = append(dst, '%')
	}
	dst = append(dst, name...)
	if payload, ok := v.Payload(); ok {
		dst = append(dst, '(')
		dst = Append(dst, payload)
		dst = append(dst, ')')
	}
	return dst
}

func appendFlags(dst []byte, v types.Value) []byte {
	dst = append(dst, '{')
	written := 0
	for i, label := range v.Type().Fields() {
		if v.Bits()>>i&1 == 0 {
			continue
		}
		if written > 0 {
			dst = append(dst, ", "...)
		}
		written++
		dst = append(dst, label.Name...)
	}
	return append(dst, '}')
}
