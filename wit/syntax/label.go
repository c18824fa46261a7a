package syntax

import "strings"

// labelProblem says why a name is no label (Explainer.md, "label"), or nothing
// if it is one: words joined by hyphens, each all small or all capital letters
// and digits, the first beginning with a letter.
func labelProblem(name string) string {
	if name == "" {
		return "it is empty"
	}
	if isDigit(name[0]) {
		return "it begins with a digit"
	}
	for word := range strings.SplitSeq(name, "-") {
		if word == "" {
			return "a hyphen stands between two words"
		}
		small, capital := false, false
		for i := range len(word) {
			c := word[i]
			switch {
			case c >= 'a' && c <= 'z':
				small = true
			case c >= 'A' && c <= 'Z':
				capital = true
			case !isDigit(c):
				return "it has letters, digits and hyphens only"
			}
		}
		if small && capital {
			return "a word has small or capital letters, not both"
		}
	}
	return ""
}

// kebab returns a label for a name that is none, or "" if none comes to mind:
// small words with hyphens for foo_bar, fooBar and HTTPServer.
func kebab(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		capital := c >= 'A' && c <= 'Z'
		switch {
		case c == '_' || c == '-':
			c = '-'
		case capital && i > 0 && beginsWord(name, i):
			b.WriteByte('-')
		}
		if capital {
			c |= 0x20
		}
		b.WriteByte(c)
	}
	var words []string
	for word := range strings.SplitSeq(b.String(), "-") {
		if word != "" {
			words = append(words, word)
		}
	}
	if label := strings.Join(words, "-"); IsLabel(label) {
		return label
	}
	return ""
}

// beginsWord reports whether the capital letter at i begins a word: behind a
// small one, and as the last of several if a small one follows.
func beginsWord(name string, i int) bool {
	small := func(c byte) bool { return c >= 'a' && c <= 'z' }
	return small(name[i-1]) || isDigit(name[i-1]) || i+1 < len(name) && small(name[i+1])
}

// IsLabel reports whether a name is a label, the form that all names in WIT
// have.
func IsLabel(name string) bool { return labelProblem(name) == "" }
