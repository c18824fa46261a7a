// Package tomlfile reads TOML for people who write it by hand: keys that nobody
// knows are errors, and every error points at its line.
package tomlfile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/patchbay-go/patchbay/internal/spelling"
)

// MaxSize is how large a document may be in bytes. Nobody writes more by hand.
const MaxSize = 1 << 20

// A Document is a TOML document that was decoded.
type Document struct {
	name   string
	text   []byte
	places map[string]span // by path; made when first needed
}

// Decode decodes the document text, which errors call name, into the struct that
// v points at. The fields of the struct have toml tags. Errors are [*Error], or
// [Errors] if there are more than one.
func Decode(name string, text []byte, v any) (*Document, error) {
	d := &Document{name: name, text: text}
	if len(text) > MaxSize {
		return nil, &Error{File: name, Line: 1, Column: 1, Text: fmt.Sprintf("it has %d bytes; a document has %d at most", len(text), MaxSize)}
	}
	shape := reflect.TypeOf(v).Elem()
	if err := d.check(shape); err != nil {
		return nil, err
	}
	err := toml.Unmarshal(text, v)
	if err == nil {
		return d, nil
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, column := wrong.Position()
		return nil, d.errorAt(line, column, 1, explain(wrong, shape))
	}
	return nil, &Error{File: name, Line: 1, Column: 1, Text: strings.TrimPrefix(err.Error(), "toml: ")}
}

// Errorf is the error that the value at a path is not what it should be. The
// elements of the path are keys, and indices of arrays. What is not in the
// document is where its table begins.
func (d *Document) Errorf(path []any, format string, args ...any) *Error {
	at := d.find(path)
	return d.errorAt(at.line, at.column, at.width, fmt.Sprintf(format, args...))
}

// Has reports whether the document has something at a path.
func (d *Document) Has(path ...any) bool {
	_, ok := d.index()[pathKey(path)]
	return ok
}

func (d *Document) errorAt(line, column, width int, text string) *Error {
	lines := bytes.SplitN(d.text, []byte("\n"), line+1)
	e := &Error{File: d.name, Line: line, Column: column, Text: text, width: width}
	if line >= 1 && line <= len(lines) {
		e.Source = strings.TrimRight(string(lines[line-1]), "\r")
	}
	return e
}

// check finds the keys that no field takes, by letter: go-toml takes any case.
func (d *Document) check(shape reflect.Type) error {
	var errs Errors
	for _, place := range d.index() {
		if err := d.checkPlace(place, shape); err != nil {
			errs = append(errs, err)
		}
	}
	slices.SortFunc(errs, func(a, b *Error) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	return errs.join()
}

func (d *Document) checkPlace(place span, shape reflect.Type) *Error {
	var keys []string
	for _, part := range place.path {
		if key, ok := part.(string); ok {
			keys = append(keys, key)
		}
	}
	last := keys[len(keys)-1]
	above := typeAt(shape, keys[:len(keys)-1])
	known := keysOf(above)
	switch {
	case above == nil || above.Kind() != reflect.Struct:
		return nil
	case slices.Contains(known, last):
		return d.checkText(place, typeAt(above, keys[len(keys)-1:]))
	}
	text := fmt.Sprintf("unknown key %q", last)
	if near := spelling.Nearest(last, known); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	} else if len(known) > 0 {
		text += "; there are " + strings.Join(known, ", ")
	}
	return d.errorAt(place.keyLine, place.keyColumn, len(last), text)
}

// checkText refuses numbers where a string is wanted that is read further:
// go-toml takes them and does not say where.
func (d *Document) checkText(place span, t reflect.Type) *Error {
	if t == nil || !isText(t) || place.kind == unstable.Invalid || place.kind == unstable.String {
		return nil
	}
	kind := strings.ToLower(place.kind.String())
	return d.errorAt(place.line, place.column, place.width, fmt.Sprintf("this is %s; wanted is %s", withArticle(kind), wanted(t)))
}

// explain says in the words of the document what go-toml says in those of Go.
func explain(err *toml.DecodeError, shape reflect.Type) string {
	text := strings.TrimPrefix(err.Error(), "toml: ")
	rest, ok := strings.CutPrefix(text, "cannot decode TOML ")
	if !ok {
		return text
	}
	kind, _, _ := strings.Cut(rest, " into ")
	return fmt.Sprintf("this is %s; wanted is %s", withArticle(kind), wanted(typeAt(shape, err.Key())))
}

func withArticle(kind string) string {
	if kind != "" && strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

// Line returns the line of what is at a path.
func (d *Document) Line(path ...any) int { return d.find(path).line }
