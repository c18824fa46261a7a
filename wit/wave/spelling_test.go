package wave_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
)

// A speller writes values in all the ways that WAVE allows: it is a second printer,
// that shares nothing with the first.
type speller struct {
	random
	strings.Builder
}

func (s *speller) often() bool { return s.IntN(3) > 0 }

// token writes a token with white space and comments before it.
func (s *speller) token(text string) {
	if !s.often() {
		s.WriteString([]string{" ", "\t", "\r\n", "// a comment: \"{\n", "\n//\n", "  "}[s.IntN(6)])
	}
	s.WriteString(text)
}

func (s *speller) value(v types.Value) {
	switch t := v.Type(); t.Kind() {
	case types.Bool:
		s.token(strconv.FormatBool(v.Bool()))
	case types.Char:
		s.token("'" + s.escaped(string(v.Char()), '\'') + "'")
	case types.String:
		s.string(v.Text())
	case types.F32:
		s.float(v.Float(), 32)
	case types.F64:
		s.float(v.Float(), 64)
	case types.List, types.FixedList, types.Map:
		s.elements("[", v.Len(), func(i int) { s.value(v.Index(i)) }, "]")
	case types.Tuple:
		s.elements("(", v.Len(), func(i int) { s.value(v.Index(i)) }, ")")
	case types.Record:
		s.record(v)
	case types.Flags:
		s.flags(v)
	case types.Variant, types.Enum, types.Option, types.Result:
		s.variant(v)
	default:
		if t.Kind().IsSigned() {
			s.token(strconv.FormatInt(v.Int(), 10))
		} else {
			s.token(strconv.FormatUint(v.Uint(), 10))
		}
	}
}

// elements writes elements, at times with a comma behind the last.
func (s *speller) elements(open string, n int, element func(i int), end string) {
	s.token(open)
	for i := range n {
		if i > 0 {
			s.token(",")
		}
		element(i)
	}
	if n > 0 && !s.often() {
		s.token(",")
	}
	s.token(end)
}

func (s *speller) float(f float64, bits int) {
	switch {
	case math.IsNaN(f):
		s.token("nan")
	case math.IsInf(f, 1) && s.often():
		s.token("inf")
	case math.IsInf(f, 1):
		s.token("1e400")
	case math.IsInf(f, -1):
		s.token("-inf")
	default:
		s.token(strconv.FormatFloat(f, "feEg"[s.IntN(4)], -1, bits))
	}
}

// escaped writes text as it may stand between quotes, with as many escapes as it
// likes.
func (s *speller) escaped(text string, quote rune) string {
	var b strings.Builder
	for _, r := range text {
		simple := strings.IndexRune("\t\n\r'\"\\", r)
		must := r == '\n' || r == '\\' || r == quote
		switch {
		case simple >= 0 && (must || s.often()):
			b.WriteString(`\` + "tnr'\"\\"[simple:simple+1])
		case !must && s.often():
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, []string{`\u{%x}`, `\u{%X}`, `\u{%06x}`}[s.IntN(3)], r)
		}
	}
	return b.String()
}

// string writes a string, at times on lines of their own.
func (s *speller) string(text string) {
	if s.often() {
		s.token(`"` + s.escaped(text, '"') + `"`)
		return
	}
	ends, indent := []string{"\n", "\r\n"}, strings.Repeat(" ", s.IntN(4))
	lines := `"""` + ends[s.IntN(2)]
	if text != "" || s.often() {
		for line := range strings.SplitSeq(text, "\n") {
			line = strings.ReplaceAll(s.escaped(line, '"'), "\r", `\r`)
			lines += indent + line + ends[s.IntN(2)]
		}
	}
	s.token(lines + indent + `"""`)
}

func (s *speller) name(name string) {
	if !s.often() {
		name = "%" + name
	}
	s.token(name)
}

// record writes fields in any order, without some or all of those that are none.
func (s *speller) record(v types.Value) {
	var written []int
	for _, i := range s.Perm(v.Len()) {
		if field := v.Index(i); field.Kind() != types.Option || field.Case() == "some" || !s.often() {
			written = append(written, i)
		}
	}
	if len(written) == 0 {
		s.token("{")
		s.token(":")
		s.token("}")
		return
	}
	s.elements("{", len(written), func(i int) {
		s.name(v.Type().Fields()[written[i]].Name)
		s.token(":")
		s.value(v.Index(written[i]))
	}, "}")
}

func (s *speller) flags(v types.Value) {
	var set []string
	for _, i := range s.Perm(v.Type().Len()) {
		if label := v.Type().Fields()[i].Name; v.Flag(label) {
			set = append(set, label)
		}
	}
	s.elements("{", len(set), func(i int) { s.name(set[i]) }, "}")
}

// variant writes a case, and at times only the payload of some and ok.
func (s *speller) variant(v types.Value) {
	payload, has := v.Payload()
	name := v.Case()
	switch k := v.Kind(); {
	case k == types.Variant || k == types.Enum:
		if strings.Contains(" true false some none ok err inf nan ", " "+name+" ") {
			s.token("%" + name)
		} else {
			s.name(name)
		}
	case has && v.Bits() == flatCase(k) && payload.Kind() != types.Option && payload.Kind() != types.Result && s.often():
		s.value(payload)
		return
	case name == "error":
		s.token("err")
	default:
		s.token(name)
	}
	if has {
		s.token("(")
		s.value(payload)
		s.token(")")
	}
}

// flatCase returns which case may be written as its payload.
func flatCase(k types.Kind) uint64 {
	if k == types.Option {
		return 1 // some
	}
	return 0 // ok
}
