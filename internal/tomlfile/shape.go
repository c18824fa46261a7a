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
