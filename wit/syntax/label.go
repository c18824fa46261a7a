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

// IsLabel reports whether a name is a label, the form that all names in WIT
// have.
func IsLabel(name string) bool { return labelProblem(name) == "" }
