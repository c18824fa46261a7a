package syntax

import "strings"

// weave puts comments back between the tokens of a text that was printed. One
// that stands before the last token, with nothing else to be put at the end of
// the line, is returned to be put there.
func weave(text string, found []stray, indent string, free bool) (string, *Comment) {
	s := scanner{source: &Source{Text: text}, report: func(Span, string, string) {}}
	var b strings.Builder
	counter, end := strays{}, 0
	for i := 0; ; {
		t := s.nextPrinted()
		passed := counter.passed
		counter.pass(&token{kind: t.kind})
		if counter.passed == passed { // a comma was taken back
			passed--
		}
		if free && i == len(found)-1 && t.kind != endOfFile && t.span.End == len(text) && (t.kind == ';' || t.kind == ',') {
			b.WriteString(text[end:])
			return b.String(), &found[i].comment
		}
		white := text[end:t.span.Start]
		for first := i; i < len(found) && (found[i].before <= passed || t.kind == endOfFile); i++ {
			if i > first && found[i-1].comment.line() {
				b.WriteString(white)
				white = ""
			}
			white = weaveOne(&b, found[i].comment, white, indent)
		}
		if t.kind == endOfFile {
			b.WriteString(white)
			return b.String(), nil
		}
		b.WriteString(white)
		b.WriteString(t.span.Text())
		end = t.span.End
	}
}

// nextPrinted returns the next token of what was printed, a version in one with
// what stands before it.
func (s *scanner) nextPrinted() token {
	t := s.next()
	if t.kind == '@' && isDigit(s.peek(0)) || t.kind == '=' && s.peek(0) == ' ' && isDigit(s.peek(1)) {
		t.span = t.span.to(s.version().span)
	}
	return t
}

// weaveOne puts a comment behind what was printed, and returns what belongs
// between it and the next token. What belonged there without it is white.
func weaveOne(b *strings.Builder, c Comment, white, indent string) string {
	if before := b.String(); before != "" && !strings.HasSuffix(before, " ") && !strings.HasSuffix(before, "\n") &&
		!strings.HasSuffix(before, "(") && !strings.HasSuffix(before, "<") {
		b.WriteByte(' ')
	}
	b.WriteString(strings.TrimRight(c.Span.Text(), " \t\r"))
	switch {
	case strings.Contains(white, "\n"):
		return white
	case c.line():
		return "\n" + indent
	}
	return " "
}
