package wast

import (
	"errors"
	"fmt"
	"strings"
)

// A Value is a literal for an argument or a result. Type is what stands before
// the dot of its keyword, such as "u32" or "record"; which of the other fields
// count depends on it.
type Value struct {
	Type string `json:"type"`

	// Text is a number, boolean or the name of an enum's case as it stands, the
	// content of a string or character, or the case of a variant.
	Text string `json:"text,omitempty"`

	// Names are the labels of flags, or the fields of a record.
	Names []string `json:"names,omitempty"`

	// Items are the elements of a list or tuple, the fields of a record, or the
	// one payload of a variant, option or result, if it has one.
	Items []Value `json:"items,omitempty"`
}

func parseValues(nodes []Node) ([]Value, error) {
	var values []Value
	for _, node := range nodes {
		value, err := parseValue(node)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func parseValue(node Node) (Value, error) {
	f, err := open(node)
	if err != nil {
		return Value{}, err
	}
	return f.value()
}

// value reads the form as a literal.
func (f *form) value() (Value, error) {
	var err error
	kind, suffix, dotted := strings.Cut(f.head, ".")
	v := Value{Type: kind}
	switch {
	case !dotted:
		return v, fmt.Errorf("%s is no literal of a value", f.head)
	case kind == "option" || kind == "result":
		v.Text = suffix
		v.Items, err = parseValues(f.rest())
	case suffix != "const":
		return v, fmt.Errorf("%s is no literal of a value", f.head)
	default:
		err = v.parse(f)
	}
	if err != nil {
		return v, err
	}
	return v, f.finish()
}

// parse reads what follows the keyword.
func (v *Value) parse(f *form) (err error) {
	switch v.Type {
	case "bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "i32", "i64":
		v.Text = f.next().Source
	case "char", "str", "enum":
		v.Text = f.text()
	case "flags":
		for len(f.items) > 0 {
			v.Names = append(v.Names, f.text())
		}
	case "list", "tuple":
		v.Items, err = parseValues(f.rest())
	case "variant":
		v.Text = f.text()
		v.Items, err = parseValues(f.rest())
	case "record":
		err = v.fields(f)
	default:
		err = fmt.Errorf("%s is no type of a literal", v.Type)
	}
	return err
}

// fields reads the fields of a record, each (field "name" value).
func (v *Value) fields(f *form) error {
	for _, node := range f.rest() {
		field, err := open(node)
		if err != nil {
			return err
		}
		if field.head != "field" {
			return fmt.Errorf("%s in a record", field.head)
		}
		v.Names = append(v.Names, field.text())
		value, err := field.fieldValue()
		if err != nil {
			return err
		}
		v.Items = append(v.Items, value)
	}
	return nil
}

// fieldValue reads the value of a field, which may do without parentheses.
func (f *form) fieldValue() (Value, error) {
	if len(f.items) > 0 && f.items[0].Kind == Atom {
		f.head = f.next().Source
		return f.value()
	}
	value, err := parseValue(f.next())
	return value, errors.Join(err, f.finish())
}
