package tomlfile

import (
	"encoding"
	"reflect"
	"strings"
)

// typeAt returns the type of the value at a path below a struct, or nil. Indices
// are not part of the path, as go-toml has it.
func typeAt(t reflect.Type, path []string) reflect.Type {
	t = plain(t)
	for _, key := range path {
		if t == nil {
			return nil
		}
		switch t.Kind() {
		case reflect.Map:
			t = plain(t.Elem())
		case reflect.Struct:
			t = plain(fieldOf(t, key))
		default:
			return nil
		}
	}
	return t
}

// plain strips pointers and lists of structs.
func plain(t reflect.Type) reflect.Type {
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && plain(t.Elem()).Kind() == reflect.Struct) {
		t = t.Elem()
	}
	return t
}

func fieldOf(t reflect.Type, key string) reflect.Type {
	for i := range t.NumField() {
		if tagOf(t.Field(i)) == key {
			return t.Field(i).Type
		}
	}
	return nil
}

// keysOf lists the keys of a struct's fields.
func keysOf(t reflect.Type) []string {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for i := range t.NumField() {
		if tag := tagOf(t.Field(i)); tag != "" {
			keys = append(keys, tag)
		}
	}
	return keys
}

func tagOf(f reflect.StructField) string {
	tag, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
	return tag
}

// wanted says what a value of the type looks like in a document.
func wanted(t reflect.Type) string {
	if t == nil {
		return "something else"
	}
	if example, ok := reflect.Zero(t).Interface().(interface{ Form() string }); ok {
		return example.Form()
	}
	if isText(t) {
		return "a string"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Uint32, reflect.Uint16:
		return "an integer"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a table"
	}
	return "something else"
}

// isText reports whether values of the type are read from strings.
func isText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// Nearest returns the word of among that is most like word, or "" if none is
// like it.
func Nearest(word string, among []string) string {
	best, least := "", len(word)/3+2
	for _, candidate := range among {
		if d := distance(word, candidate, least); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance is how many letters must be put in, taken out, exchanged or swapped
// with the next to make b of a; most if it is that or more.
func distance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range len(a) {
		older, old, row := rows[i%3], rows[(i+1)%3], rows[(i+2)%3]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(old[j+1]+1, row[j]+1, old[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
	}
	return min(most, rows[(len(a)+1)%3][len(b)])
}
