package wast

import (
	"errors"
	"fmt"
	"strings"
)

// A form is a list that begins with a keyword, and what is left of it to read.
// Its error sticks.
type form struct {
	source string
	head   string
	items  []Node
	err    error
}

func open(node Node) (*form, error) {
	items, err := node.Items()
	if err != nil {
		return nil, err
	}
	if len(items) == 0 || items[0].Kind != Atom {
		return nil, errors.New("a list that begins with no keyword")
	}
	return &form{source: node.Source, head: items[0].Source, items: items[1:]}, nil
}

// next takes the next item.
func (f *form) next() Node {
	if len(f.items) == 0 {
		f.fail("the %s ends too early", f.head)
		return Node{}
	}
	item := f.items[0]
	f.items = f.items[1:]
	return item
}

// rest takes all that is left.
func (f *form) rest() []Node {
	items := f.items
	f.items = nil
	return items
}

// keyword takes the next item if it is that keyword.
func (f *form) keyword(word string) bool {
	if len(f.items) == 0 || f.items[0].Kind != Atom || f.items[0].Source != word {
		return false
	}
	f.items = f.items[1:]
	return true
}

// identifier takes the next item if it is an identifier.
func (f *form) identifier() string {
	if len(f.items) == 0 || f.items[0].Kind != Atom || !strings.HasPrefix(f.items[0].Source, "$") {
		return ""
	}
	return f.next().Source
}

// text takes a string.
func (f *form) text() string {
	content, err := f.next().Bytes()
	if err != nil {
		f.fail("%w", err)
	}
	return string(content)
}

// strings takes all that is left, which must be strings, as one.
func (f *form) strings() ([]byte, error) {
	var joined []byte
	for len(f.items) > 0 {
		joined = append(joined, f.text()...)
	}
	return joined, f.err
}

// finish wants nothing to be left.
func (f *form) finish() error {
	if len(f.items) > 0 {
		f.fail("%s after the end of the %s", f.items[0].Source, f.head)
	}
	return f.err
}

// from returns the source from an item to the end of the form.
func (f *form) from(item Node) string {
	return f.source[1+item.Offset:]
}

func (f *form) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}
