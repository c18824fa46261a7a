package abi

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"github.com/patchbay-go/patchbay/component/types"
)

// A goField is a field of a struct, or an element of an array.
type goField struct {
	typ    reflect.Type
	offset uint32
}

// fieldsByName returns the fields of a struct in the order of those of t.
func fieldsByName(goType reflect.Type, t *types.Type) ([]goField, error) {
	indexes := make(map[string]int, t.Len())
	for i, f := range t.Fields() {
		indexes[strings.ToLower(f.Name)] = i // names differ by more than case
	}
	fields := make([]goField, t.Len())
	for f := range exported(goType) {
		name := witName(f)
		i, ok := indexes[name]
		switch {
		case !ok:
			return nil, fmt.Errorf("%v has no %s, as field %s of %v would be", t, name, f.Name, goType)
		case fields[i].typ != nil:
			return nil, fmt.Errorf("%v has %s twice", goType, name)
		}
		fields[i] = goField{f.Type, uint32(f.Offset)}
	}
	for i, f := range fields {
		if f.typ == nil {
			return nil, fmt.Errorf("%v has no field for %s of %v", goType, t.Fields()[i].Name, t)
		}
	}
	return fields, nil
}

// witName returns the name that a field stands for, in lower case.
func witName(f reflect.StructField) string {
	if tag := f.Tag.Get("wit"); tag != "" {
		return strings.ToLower(strings.TrimPrefix(tag, "%"))
	}
	return kebab(f.Name)
}

// fieldsInOrder returns the fields of a struct, and none for other types.
func fieldsInOrder(goType reflect.Type) []goField {
	var fields []goField
	for f := range exported(goType) {
		fields = append(fields, goField{f.Type, uint32(f.Offset)})
	}
	return fields
}

func elementsOf(array reflect.Type, n int) []goField {
	if array.Len() != n {
		return nil
	}
	fields := make([]goField, n)
	for i := range fields {
		fields[i] = goField{array.Elem(), uint32(i) * uint32(array.Elem().Size())}
	}
	return fields
}

// exported yields the fields of a struct that take part.
func exported(goType reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		if goType.Kind() != reflect.Struct {
			return
		}
		for i := range goType.NumField() {
			f := goType.Field(i)
			if f.IsExported() && f.Tag.Get("wit") != "-" && !yield(f) {
				return
			}
		}
	}
}

// kebab returns the name that stands for a Go name: HTTPStatus is http-status.
func kebab(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && startsWord(runes, i) {
			b.WriteByte('-')
		}
		if r == '_' {
			r = '-'
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// startsWord reports whether the upper-case letter at i begins a word: after a
// lower-case letter or digit, or before a lower-case one.
func startsWord(runes []rune, i int) bool {
	before := runes[i-1]
	if before == '_' {
		return false
	}
	return !unicode.IsUpper(before) || i+1 < len(runes) && unicode.IsLower(runes[i+1])
}
