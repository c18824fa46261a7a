package wave

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/spelling"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// isKeyword reports whether a case of that name is written with %.
func isKeyword(name string) bool {
	switch name {
	case "true", "false", "some", "none", "ok", "err", "inf", "nan":
		return true
	}
	return false
}

// scanName passes a word, or the name of a field, case or flag. No name has an
// underscore, but one that is written with it is wrong as a whole.
func (s *scanner) scanName() kind {
	text, at := s.text, s.at+1
	for at < len(text) && (isLetter(text[at]) || isDigit(text[at]) || text[at] == '-' || text[at] == '_') {
		at++
	}
	s.at = at
	return name
}

// function takes the name of a function in hand: what stands before the
// parenthesis.
func (p *parser) function() string {
	p.skip()
	rest := p.text[p.at:]
	end := strings.IndexByte(rest, '(')
	if end < 0 {
		p.fail(len(p.text), len(p.text), `a call is written name(value, …)`)
	}
	called := strings.TrimRight(rest[:end], " \t\r\n")
	if called == "" {
		p.fail(p.at, p.at+1, "the name of a function is expected here")
	}
	p.token = token{kind: name, start: p.at}
	p.at += len(called)
	return called
}

// field returns the index of the field, case or flag of t whose name is in hand;
// what says which of these is wanted. It is next, probably.
func (p *parser) field(t *types.Type, what string, next int) int {
	if p.token.kind != name {
		p.noName(what)
	}
	written, fields := p.lexeme(), t.Fields()
	if next < len(fields) && fields[next].Name == written {
		return next
	}
	i := t.FieldIndex(strings.TrimPrefix(written, "%"))
	if i < 0 {
		p.unknownField(t, what, strings.TrimPrefix(written, "%"))
	}
	return i
}

func (p *parser) noName(what string) {
	hint := ""
	if p.token.kind == quoted || p.token.kind == character {
		hint = "names stand without quotes"
	}
	p.wantedHint("the name of a "+what, hint)
}

// unknownField says which names there are, or which one may be meant.
func (p *parser) unknownField(t *types.Type, what, written string) {
	const most = 10
	names := make([]string, t.Len())
	for i, f := range t.Fields() {
		names[i] = f.Name
	}
	hint := meant(spelling.Nearest(written, names))
	switch {
	case hint != "":
	case len(names) > most:
		hint = fmt.Sprintf("there are %s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	default:
		hint = "there are " + strings.Join(names, ", ")
	}
	problem := fmt.Sprintf("there is no %s %.64q", what, written)
	if !syntax.IsLabel(written) {
		problem = fmt.Sprintf("%.64q is no name", written)
	}
	p.failHint(hint, p.token.start, p.at, "%s", problem)
}
