package validate

import "strings"

func wantLabel(label string) error {
	if !isLabel(label) {
		return bad("`%s` is not in kebab case", label)
	}
	return nil
}

// isLabel reports whether text is words in lower and acronyms in upper case, with
// hyphens between them; the first begins with a letter.
func isLabel(text string) bool {
	if text == "" || text[0] >= '0' && text[0] <= '9' {
		return false
	}
	for part := range strings.SplitSeq(text, "-") {
		if !isFragment(part) {
			return false
		}
	}
	return true
}

func isFragment(part string) bool {
	var lower, upper bool
	for _, c := range []byte(part) {
		switch {
		case c >= 'a' && c <= 'z':
			lower = true
		case c >= 'A' && c <= 'Z':
			upper = true
		case c < '0' || c > '9':
			return false
		}
	}
	return part != "" && !(lower && upper)
}

// labels are the labels of a type, or the parameters of a function. They are used
// for one type after the other.
type labels struct {
	of, short string
	few       []string          // as long as there are few
	many      map[string]string // by what they are in lower case
}

// begin forgets the labels; those that follow go by these words in errors.
func (l *labels) begin(of, short string) {
	l.of, l.short, l.few = of, short, l.few[:0]
	clear(l.many)
}

// fewLabels is how many labels are looked through faster than a map finds one.
const fewLabels = 12

// find returns the label that is the same but for upper and lower case.
func (l *labels) find(label string) (before string, ok bool) {
	if len(l.many) > 0 {
		before, ok = l.many[strings.ToLower(label)]
		return before, ok
	}
	for _, before := range l.few {
		if len(before) == len(label) && strings.EqualFold(before, label) {
			return before, true
		}
	}
	return "", false
}

func (l *labels) insert(label string) {
	if len(l.many) == 0 && len(l.few) < fewLabels {
		l.few = append(l.few, label)
		return
	}
	if l.many == nil {
		l.many = make(map[string]string, 2*fewLabels)
	}
	if len(l.many) == 0 {
		for _, before := range l.few {
			l.many[strings.ToLower(before)] = before
		}
	}
	l.many[strings.ToLower(label)] = label
}

func (l *labels) add(label string) error {
	if label == "" {
		return bad("%s name cannot be empty", l.of)
	}
	if !isLabel(label) {
		return bad("%s name `%s` is not in kebab case", l.of, label)
	}
	if before, ok := l.find(label); ok {
		return bad("%s name `%s` conflicts with previous %s name `%s`", l.of, label, l.short, before)
	}
	l.insert(label)
	return nil
}

func (v *validator) addLabels(of, short string, names []string) error {
	v.labels.begin(of, short)
	for _, name := range names {
		if err := v.labels.add(name); err != nil {
			return err
		}
	}
	return nil
}
