package valuejson

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/component/types"
)

// A Format says how values are printed where there is a choice. The zero value
// is for programs that read 64-bit numbers as they are.
type Format struct {
	// Strings64 prints integers of 64 bits as strings, for readers that would
	// lose digits.
	Strings64 bool

	// ByteArrays prints list<u8> as an array of numbers.
	ByteArrays bool
}

// Append appends the value's JSON to dst and returns it. It fails for values
// that have none: handles, streams, futures and error contexts.
func (f Format) Append(dst []byte, v types.Value) ([]byte, error) {
	t := v.Type()
	if t == nil {
		return dst, fmt.Errorf("a value without a type has no JSON")
	}
	if t.Contains(types.HasHandles) {
		return dst, fmt.Errorf("a value of type %s has no JSON", t)
	}
	return f.append(dst, v), nil
}

func (f Format) append(dst []byte, v types.Value) []byte {
	switch k := v.Kind(); k {
	case types.Bool:
		return strconv.AppendBool(dst, v.Bool())
	case types.Char:
		return appendString(dst, string(v.Char()))
	case types.String:
		return appendString(dst, v.Text())
	case types.F32:
		return appendFloat(dst, v.Float(), 32)
	case types.F64:
		return appendFloat(dst, v.Float(), 64)
	case types.List, types.FixedList:
		return f.appendList(dst, v)
	case types.Map:
		return f.appendMap(dst, v)
	case types.Tuple:
		return f.appendElements(dst, v)
	case types.Record:
		return f.appendRecord(dst, v)
	case types.Variant:
		return f.appendVariant(dst, v)
	case types.Enum:
		return appendString(dst, v.Case())
	case types.Option:
		return f.appendOption(dst, v)
	case types.Result:
		return f.appendResult(dst, v)
	case types.Flags:
		return appendFlags(dst, v)
	default:
		return f.appendInteger(dst, v)
	}
}

func (f Format) appendInteger(dst []byte, v types.Value) []byte {
	quoted := f.Strings64 && v.Type().Size() == 8
	if quoted {
		dst = append(dst, '"')
	}
	if v.Kind().IsSigned() {
		dst = strconv.AppendInt(dst, v.Int(), 10)
	} else {
		dst = strconv.AppendUint(dst, v.Uint(), 10)
	}
	if quoted {
		dst = append(dst, '"')
	}
	return dst
}

// appendFloat prints the shortest number that reads as the same.
func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	form := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		form = 'e'
	}
	return strconv.AppendFloat(dst, f, form, -1, bits)
}

const hexDigits = "0123456789abcdef"

// appendString prints a string. Of text that is not UTF-8 each wrong byte
// becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = utf8.AppendRune(append(dst, s[start:i]...), r)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			i++
			continue
		}
		dst = appendEscape(append(dst, s[start:i]...), c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

func (f Format) appendList(dst []byte, v types.Value) []byte {
	if v.Type().Elem().Kind() != types.U8 || f.ByteArrays {
		return f.appendElements(dst, v)
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, types.SliceOf[uint8](v))
	return append(dst, '"')
}

func (f Format) appendElements(dst []byte, v types.Value) []byte {
	dst = append(dst, '[')
	for i, elem := range v.All() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = f.append(dst, elem)
	}
	return append(dst, ']')
}

// appendMap prints an object if keys are strings and none stands twice.
func (f Format) appendMap(dst []byte, v types.Value) []byte {
	if v.Type().Elem().Fields()[0].Type.Kind() != types.String || hasTwins(v) {
		return f.appendElements(dst, v)
	}
	dst = append(dst, '{')
	for i, pair := range v.All() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, pair.Index(0).Text()), ':')
		dst = f.append(dst, pair.Index(1))
	}
	return append(dst, '}')
}

func hasTwins(v types.Value) bool {
	seen := make(map[string]bool, v.Len())
	for _, pair := range v.All() {
		key := pair.Index(0).Text()
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

func (f Format) appendRecord(dst []byte, v types.Value) []byte {
	dst = append(dst, '{')
	fields := v.Type().Fields()
	for i, value := range v.All() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, fields[i].Name), ':')
		dst = f.append(dst, value)
	}
	return append(dst, '}')
}

func (f Format) appendVariant(dst []byte, v types.Value) []byte {
	dst = append(dst, `{"tag":`...)
	dst = appendString(dst, v.Case())
	if payload, ok := v.Payload(); ok {
		dst = append(dst, `,"val":`...)
		dst = f.append(dst, payload)
	}
	return append(dst, '}')
}

func (f Format) appendOption(dst []byte, v types.Value) []byte {
	payload, some := v.Payload()
	if !some {
		return append(dst, "null"...)
	}
	if payload.Kind() != types.Option {
		return f.append(dst, payload)
	}
	dst = append(dst, `{"some":`...)
	return append(f.append(dst, payload), '}')
}

func (f Format) appendResult(dst []byte, v types.Value) []byte {
	if v.Case() == "ok" {
		dst = append(dst, `{"ok":`...)
	} else {
		dst = append(dst, `{"err":`...)
	}
	if payload, ok := v.Payload(); ok {
		dst = f.append(dst, payload)
	} else {
		dst = append(dst, "null"...)
	}
	return append(dst, '}')
}

func appendFlags(dst []byte, v types.Value) []byte {
	dst = append(dst, '[')
	written := 0
	for i, label := range v.Type().Fields() {
		if v.Bits()>>i&1 == 0 {
			continue
		}
		if written > 0 {
			dst = append(dst, ',')
		}
		written++
		dst = appendString(dst, label.Name)
	}
	return append(dst, ']')
}
