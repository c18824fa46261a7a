package valuejson

import (
	"errors"
	"math"
	"strconv"

	"github.com/patchbay-go/patchbay/component/types"
)

// number passes a number and returns its text.
func (s *scanner) number() string {
	s.peek()
	start := s.at
	s.pass('-')
	if !s.pass('0') && !s.digits() {
		s.at = start
		s.wanted("a number")
	}
	if s.pass('.') && !s.digits() {
		s.fail("a number does not end with a point")
	}
	if s.pass('e') || s.pass('E') {
		if !s.pass('+') {
			s.pass('-')
		}
		if !s.digits() {
			s.fail("the exponent has no digits")
		}
	}
	return s.text[start:s.at]
}

func (s *scanner) pass(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}

// integer reads a number or, if it has 64 bits, a string with one.
func (p *parser) integer(t *types.Type) uint64 {
	bits := int(t.Size()) * 8
	c := p.peek()
	offset := p.at
	var text string
	if bits == 64 && c == '"' {
		text = p.string("")
	} else {
		text = p.number()
	}
	var value uint64
	var err error
	if t.Kind().IsSigned() {
		var signed int64
		signed, err = strconv.ParseInt(text, 10, bits)
		value = uint64(signed)
	} else {
		value, err = strconv.ParseUint(text, 10, bits)
	}
	switch {
	case errors.Is(err, strconv.ErrRange) || err != nil && negative(text):
		p.failAt(offset, "%s does not fit into %s", text, t)
	case err != nil || text[0] == '+':
		p.failAt(offset, "%.40q is no integer; the type is %s", text, t)
	}
	return value
}

// negative reports whether the text is an integer below zero.
func negative(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil && text[0] == '-'
}

func (p *parser) float(t *types.Type) uint64 {
	bits := int(t.Size()) * 8
	c := p.peek()
	offset := p.at
	var f float64
	if c == '"' {
		text := p.string("")
		var ok bool
		if f, ok = special(text); !ok {
			p.failAt(offset, `%.40q is no number; those that JSON lacks are "NaN", "Infinity" and "-Infinity"`, text)
		}
	} else {
		text := p.number()
		var err error
		if f, err = strconv.ParseFloat(text, bits); err != nil {
			p.failAt(offset, "%.40s does not fit into %s", text, t)
		}
	}
	if bits == 32 {
		return uint64(math.Float32bits(float32(f)))
	}
	return math.Float64bits(f)
}

func special(text string) (float64, bool) {
	switch text {
	case "NaN", "nan":
		return math.NaN(), true
	case "Infinity", "inf":
		return math.Inf(1), true
	case "-Infinity", "-inf":
		return math.Inf(-1), true
	}
	return 0, false
}
