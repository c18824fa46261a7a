package syntax

import (
	"fmt"
	"slices"
	"strings"
)

var attributeNames = []string{"since", "unstable", "deprecated", "external-id"}

// attributeForms are how attributes are written.
var attributeForms = map[string]string{
	"since": "write @since(version = …)", "deprecated": "write @deprecated(version = …)",
	"unstable": "write @unstable(feature = …)", "external-id": `write @external-id("…")`,
}

// head reads what stands before an item.
func (p *parser) head() Head {
	h := Head{Comments: p.comments()}
	for p.at('@') && !p.panicking {
		h.Attributes = append(h.Attributes, p.attribute())
		h.Comments = append(h.Comments, p.comments()...)
	}
	h.Span = p.token.span
	return h
}

// attribute reads @since(version = 1.2.3) and its like
// (WIT.md#feature-gate-syntax).
func (p *parser) attribute() Attribute {
	start := p.token.span
	p.strays = strays{}
	p.advance()
	var a Attribute
	name := p.token
	a.Name = p.ident("since, unstable, deprecated or external-id").Name
	if p.panicking {
		return a
	}
	if !slices.Contains(attributeNames, a.Name) {
		p.attributeName(name, &a)
	}
	if p.wantHint('(', attributeForms[a.Name]) {
		p.attributeValue(&a)
		p.want(')')
	}
	a.Span, a.strays = p.spanFrom(start), p.strays.found
	return a
}

// attributeName reports a name that no attribute has, and takes it for the
// nearest that one has.
func (p *parser) attributeName(name token, a *Attribute) {
	near := nearest(a.Name, attributeNames)
	hint := "there are since, unstable, deprecated and external-id"
	if near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	p.report(name.span, fmt.Sprintf("there is no attribute %q", name.span.Text()), hint)
	a.Name = near
	if near == "" {
		p.gaps = true
	}
}

// attributeValue reads what stands between the parentheses.
func (p *parser) attributeValue(a *Attribute) {
	switch a.Name {
	case "since", "deprecated":
		if p.at(integer) {
			span := p.token.span
			a.Value, a.ValueSpan = p.versionInHand()
			p.report(span, `"version =" is missing`, fmt.Sprintf("write @%s(version = %s)", a.Name, a.Value))
			return
		}
		p.field("version", a.Name)
		a.Value, a.ValueSpan = p.version()
	case "unstable":
		if p.at(identifier) && p.peekToken().kind == ')' {
			p.report(p.token.span, `"feature =" is missing`, fmt.Sprintf("write @unstable(feature = %s)", p.token.span.Text()))
		} else {
			p.field("feature", a.Name)
		}
		feature := p.ident("the name of a feature")
		a.Value, a.ValueSpan = feature.Name, feature.Span
	case "external-id":
		a.Value, a.ValueSpan = p.stringLiteral()
	default:
		p.skipTo(')')
	}
}

// field reads name = up to the value, whose token is not in hand yet if it is a
// version.
func (p *parser) field(name, of string) {
	if p.panicking {
		return
	}
	hint := attributeForms[of]
	if near := p.token.span.Text(); near != name {
		if p.at(identifier) && nearest(near, []string{name}) != "" {
			p.report(p.token.span, fmt.Sprintf("%q is expected here, not %s", name, p.token.describe()), Meant(near, []string{name}))
		} else {
			p.failHint(fmt.Sprintf("%q", name), hint)
			return
		}
	}
	p.advance()
	switch {
	case p.at(':'):
		p.report(p.token.span, `"=" is expected here, not ":"`, hint)
	case !p.at('='):
		p.failHint(`"="`, hint)
		return
	}
	if name != "version" {
		p.advance()
	}
}

// version reads a version behind the token in hand, @ or =, which it passes.
func (p *parser) version() (string, Span) {
	if p.panicking {
		return "", Span{}
	}
	t := p.scanner.version()
	p.token.comments = append(p.token.comments, t.comments...)
	p.strays.pass(&p.token)
	return p.versionToken(t)
}

// versionInHand reads a version whose first number is in hand.
func (p *parser) versionInHand() (string, Span) {
	p.scanner.at = p.token.span.Start
	return p.versionToken(p.scanner.version())
}

func (p *parser) versionToken(t token) (string, Span) {
	v := t.span.Text()
	if problem := versionProblem(v); problem != "" {
		t = p.scanner.wrongVersion(t)
		v = t.span.Text()
		p.report(t.span, fmt.Sprintf("%q is no version: %s", v, problem), meantVersion(v))
		p.gaps = true
	}
	p.last, p.token = t.span, p.scanner.next()
	return v, t.span
}

// meantVersion hints at the version that a text may stand for.
func meantVersion(v string) string {
	bare := strings.TrimRight(strings.TrimLeft(strings.Trim(v, `"`), "vV^~=>< "), ".*x")
	for range 3 {
		if versionProblem(bare) == "" {
			return "write " + bare
		}
		bare += ".0"
	}
	return "a version is like 1.2.3 or 1.2.3-rc.1"
}

func (p *parser) stringLiteral() (string, Span) {
	if p.panicking {
		return "", Span{}
	}
	if !p.at(text) {
		p.failHint("a string", attributeForms["external-id"])
		return "", Span{}
	}
	span := p.token.span
	s, problem := unquote(span.Text())
	if problem != "" {
		p.report(span, problem, "")
	}
	p.advance()
	return s, span
}
