package wave

import (
	"math"
	"strconv"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
)

// scanNumber passes a number as JSON has it, or -inf.
func (s *scanner) scanNumber() kind {
	start := s.at
	if s.pass('-') && strings.HasPrefix(s.text[s.at:], "inf") {
		s.at += len("inf")
		return number
	}
	if !s.pass('0') && !s.digits() {
		s.fail(start, s.at, "a number is expected behind the sign")
	}
	if s.at < len(s.text) && goesOn(s.text[s.at]) {
		s.scanFraction(start)
	}
	return number
}

// goesOn reports whether c is part of a number, or of what is none.
func goesOn(c byte) bool { return isDigit(c) || isLetter(c) || c == '.' || c == '_' }

// scanFraction passes the rest of the number that began at start: a fraction and an
// exponent.
func (s *scanner) scanFraction(start int) {
	if s.pass('.') && !s.digits() {
		s.fail(start, s.at, "a number does not end with a point")
	}
	if s.pass('e') || s.pass('E') {
		if !s.pass('+') {
			s.pass('-')
		}
		if !s.digits() {
			s.fail(start, s.at, "the exponent has no digits")
		}
	}
	if s.at < len(s.text) && goesOn(s.text[s.at]) {
		s.failHint("numbers are decimal and have no leading zeros", start, s.at+1, "%q is no number", s.text[start:s.at+1])
	}
}

// digits passes digits and reports whether there were any.
func (s *scanner) digits() bool {
	start, at := s.at, s.at
	for at < len(s.text) && isDigit(s.text[at]) {
		at++
	}
	s.at = at
	return at > start
}

func (p *parser) integer(t *types.Type) uint64 {
	if p.token.kind != number {
		p.wanted("a number of type " + t.String())
	}
	text, bits := p.lexeme(), int(t.Size())*8
	var value uint64
	var err error
	if t.Kind().IsSigned() {
		var signed int64
		signed, err = strconv.ParseInt(text, 10, bits)
		value = uint64(signed)
	} else {
		value, err = strconv.ParseUint(text, 10, bits)
	}
	if err != nil {
		p.wrongInteger(t)
	}
	p.next()
	return value
}

// wrongInteger says why the number in hand is none of type t.
func (p *parser) wrongInteger(t *types.Type) {
	if strings.ContainsAny(p.lexeme(), ".eEi") {
		p.failHere("%s is no integer; the type is %s", p.describe(), t)
	}
	p.failHere("%s does not fit into %s", p.describe(), t)
}

// float reads a float. What is too large becomes infinite, as in WAVE.
func (p *parser) float(t *types.Type) uint64 {
	bits := int(t.Size()) * 8
	var f float64
	switch {
	case p.token.kind == number && p.lexeme() == "-inf":
		f = math.Inf(-1)
	case p.token.kind == number:
		f, _ = strconv.ParseFloat(p.lexeme(), bits)
	case p.token.kind == name && p.lexeme() == "nan":
		f = math.NaN()
	case p.token.kind == name && p.lexeme() == "inf":
		f = math.Inf(1)
	default:
		p.wantedOne("a number of type "+t.String(), "nan", "inf")
	}
	p.next()
	if bits == 32 {
		return uint64(math.Float32bits(float32(f)))
	}
	return math.Float64bits(f)
}
