package wit

import (
	"strings"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// docs returns what the comments before an item say, without delimiters and
// without the indentation that all lines share. As in wasm-tools, every comment
// counts, and of a block that is not for documentation the stars stay.
func docs(comments []syntax.Comment) string {
	var parts []string
	for _, c := range comments {
		parts = append(parts, strings.TrimRight(undelimited(c.Span.Text()), " \t\r\n"))
	}
	indent := -1
	for _, part := range parts {
		if n := len(part) - len(strings.TrimLeft(part, " \t\r\n\f")); part != "" && (indent < 0 || n < indent) {
			indent = n
		}
	}
	var b strings.Builder
	for _, part := range parts {
		if indent > 0 {
			part = strings.TrimPrefix(part, strings.Repeat(" ", indent))
		}
		b.WriteString(strings.ReplaceAll(part, "\r\n", "\n") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func undelimited(comment string) string {
	if rest, ok := strings.CutPrefix(comment, "/**"); ok {
		return strings.TrimSuffix(rest, "*/")
	}
	return strings.TrimLeft(comment, "/")
}
