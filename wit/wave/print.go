package wave

import (
	"math"
	"strconv"
	"unicode/utf8"

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
		var room [utf8.UTFMax]byte
		return appendQuoted(dst, string(utf8.AppendRune(room[:0], v.Char())), '\'')
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
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = Append(dst, v.Index(i))
	}
	return append(dst, end)
}

func appendRecord(dst []byte, v types.Value) []byte {
	dst = append(dst, '{')
	start := len(dst)
	fields := v.Type().Fields()
	for i := range v.Len() {
		value := v.Index(i)
		if value.Kind() == types.Option && value.Bits() == 0 {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		dst = append(append(dst, fields[i].Name...), ": "...)
		dst = Append(dst, value)
	}
	if len(dst) == start {
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

// appendQuoted appends text between quotes, escaped: both kinds of quotes, too,
// as wasm-tools does. Of text that is not UTF-8 each wrong byte becomes U+FFFD.
func appendQuoted(dst []byte, text string, quote byte) []byte {
	dst = append(dst, quote)
	plain := 0 // where what is not appended yet begins
	for i := 0; i < len(text); {
		if isPlain(text[i]) {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r < 0xa0 || r == utf8.RuneError && size == 1 {
			dst = appendEscape(append(dst, text[plain:i]...), r)
			plain = i + size
		}
		i += size
	}
	return append(append(dst, text[plain:]...), quote)
}

// isPlain reports whether c is a character that stands for itself.
func isPlain(c byte) bool {
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '\''
}

func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '\\', '"', '\'':
		return append(dst, '\\', byte(r))
	case '\t':
		return append(dst, `\t`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case utf8.RuneError:
		return utf8.AppendRune(dst, r)
	}
	dst = append(dst, `\u{`...)
	dst = strconv.AppendInt(dst, int64(r), 16)
	return append(dst, '}')
}
