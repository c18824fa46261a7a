package bindgen

import (
	"strings"
	"unicode"
)

// comment returns documentation as a comment; none for none. It is Markdown mostly,
// and Go's comments know code and lists by their indentation.
func comment(docs string) string {
	var b strings.Builder
	m := markdown{blank: true}
	for _, line := range commentLines(docs) {
		b.WriteString(strings.TrimRight("//"+m.line(line), " \t") + "\n")
	}
	return b.String()
}

// markdown is where a text is: in code, in a list, behind a blank line.
type markdown struct {
	code, list, blank bool
	shift             string // of the list
}

// line returns the next line as it stands behind the slashes of a comment.
func (m *markdown) line(line string) string {
	text := strings.TrimSpace(line)
	indented := text != "" && text[0] != line[0]
	blank := m.blank
	m.blank = text == ""
	switch {
	case strings.HasPrefix(text, "```"):
		m.code = !m.code
		return ""
	case m.code:
		return "\t" + line
	case m.blank:
		return ""
	case isItem(text) && !m.list && (!indented || blank):
		m.list, m.shift = true, " "
		if !indented {
			m.shift = "   "
		}
		return m.shift + line
	case m.list && (indented || isItem(text)):
		return m.shift + line
	case m.list && !blank:
		return m.shift + "  " + text
	case indented && !blank: // it goes on
		return " " + text
	}
	m.list = false
	return " " + line
}

// isItem reports whether a line begins an item of a list.
func isItem(text string) bool {
	marker, _, ok := strings.Cut(text, " ")
	switch {
	case !ok:
		return false
	case marker == "-" || marker == "*" || marker == "+":
		return true
	}
	number := strings.TrimRight(marker, ".)")
	return len(number) == len(marker)-1 && number != "" && strings.Trim(number, "0123456789") == ""
}

// commentLines returns the lines of documentation without what a comment cannot
// have, and without what all are indented by.
func commentLines(docs string) []string {
	docs = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(docs, ""))
	docs = strings.TrimRight(strings.TrimLeft(docs, "\n"), " \t\n")
	if strings.TrimSpace(docs) == "" {
		return nil
	}
	lines := strings.Split(docs, "\n")
	shared := -1
	for _, line := range lines {
		if text := strings.TrimLeft(line, " \t"); text != "" && (shared < 0 || len(line)-len(text) < shared) {
			shared = len(line) - len(text)
		}
	}
	for i, line := range lines {
		lines[i] = line[min(shared, len(line)):]
	}
	return lines
}
