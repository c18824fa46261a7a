package valuejson

import (
	"encoding/json"
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
)

// maxSchema is the weight of types beyond which a schema would be of no use.
const maxSchema = 10_000

// Schema returns the JSON Schema (2020-12) of what [ParseArgs] reads as an
// object, and of the function's result as [Format.Append] prints it, or nil if
// there is none. It fails for types that have no JSON, and for types that are
// made of more than 10,000 others.
func Schema(f *types.FuncType) (params, result []byte, err error) {
	args := object{Type: "object", Properties: map[string]any{}}
	for _, p := range f.Params {
		s, err := schemaOf(p.Type)
		if err != nil {
			return nil, nil, fmt.Errorf("parameter %q: %w", p.Name, err)
		}
		args.Properties[p.Name] = s
		if p.Type.Kind() != types.Option {
			args.Required = append(args.Required, p.Name)
		}
	}
	if params, err = json.Marshal(args); err != nil || f.Result == nil {
		return params, nil, err
	}
	s, err := schemaOf(f.Result)
	if err != nil {
		return nil, nil, fmt.Errorf("result: %w", err)
	}
	result, err = json.Marshal(s)
	return params, result, err
}

// An object is the schema of an object with these members and no others.
type object struct {
	Type       string         `json:"type"`
	Properties map[string]any `json:"properties"`
	Required   []string       `json:"required,omitempty"`
	Closed     bool           `json:"additionalProperties"`
}

// A schema is any other one.
type schema map[string]any

func schemaOf(t *types.Type) (any, error) {
	switch {
	case t.Contains(types.HasHandles):
		return nil, fmt.Errorf("a value of type %s has no JSON", t)
	case t.Weight() > maxSchema:
		return nil, fmt.Errorf("a type made of %d others has no schema", t.Weight())
	}
	return describe(t), nil
}

// describe returns the schema of a type.
func describe(t *types.Type) any {
	switch k := t.Kind(); k {
	case types.Bool:
		return schema{"type": "boolean"}
	case types.Char:
		return schema{"type": "string", "minLength": 1, "maxLength": 1}
	case types.String:
		return schema{"type": "string"}
	case types.F32, types.F64:
		return schema{"anyOf": []any{schema{"type": "number"}, schema{"enum": []string{"NaN", "Infinity", "-Infinity"}}}}
	case types.List, types.FixedList:
		return describeList(t)
	case types.Map:
		return describeMap(t)
	case types.Tuple:
		return describeTuple(t)
	case types.Record:
		return describeRecord(t)
	case types.Variant:
		return describeVariant(t)
	case types.Enum:
		return schema{"enum": labels(t)}
	case types.Option:
		return describeOption(t)
	case types.Result:
		return schema{"oneOf": []any{member("ok", t.Fields()[0].Type), member("err", t.Fields()[1].Type)}}
	case types.Flags:
		return schema{"type": "array", "items": schema{"enum": labels(t)}, "uniqueItems": true}
	}
	return describeInteger(t)
}

func labels(t *types.Type) []string {
	names := make([]string, t.Len())
	for i, f := range t.Fields() {
		names[i] = f.Name
	}
	return names
}

// describeInteger bounds a number by its type; of 64 bits it may be a string.
func describeInteger(t *types.Type) any {
	bits := uint(t.Size() * 8)
	low, high := json.Number("0"), json.Number(fmt.Sprint(^uint64(0)>>(64-bits)))
	if t.Kind().IsSigned() {
		low, high = json.Number(fmt.Sprint(int64(-1)<<(bits-1))), json.Number(fmt.Sprint(^uint64(0)>>(65-bits)))
	}
	number := schema{"type": "integer", "minimum": low, "maximum": high}
	if bits < 64 {
		return number
	}
	pattern := "^[0-9]{1,20}$"
	if t.Kind().IsSigned() {
		pattern = "^-?[0-9]{1,19}$"
	}
	return schema{"anyOf": []any{number, schema{"type": "string", "pattern": pattern}}}
}

func describeList(t *types.Type) any {
	list := schema{"type": "array", "items": describe(t.Elem())}
	if t.Kind() == types.FixedList {
		list["minItems"], list["maxItems"] = t.Len(), t.Len()
	}
	if t.Elem().Kind() != types.U8 {
		return list
	}
	return schema{"anyOf": []any{schema{"type": "string", "contentEncoding": "base64"}, list}}
}

func describeMap(t *types.Type) any {
	pairs := schema{"type": "array", "items": describeTuple(t.Elem())}
	key, value := t.Elem().Fields()[0].Type, t.Elem().Fields()[1].Type
	if key.Kind() != types.String {
		return pairs
	}
	return schema{"anyOf": []any{schema{"type": "object", "additionalProperties": describe(value)}, pairs}}
}

func describeTuple(t *types.Type) any {
	items := make([]any, t.Len())
	for i, f := range t.Fields() {
		items[i] = describe(f.Type)
	}
	return schema{"type": "array", "prefixItems": items, "minItems": t.Len(), "maxItems": t.Len()}
}

func describeRecord(t *types.Type) any {
	o := object{Type: "object", Properties: map[string]any{}}
	for _, f := range t.Fields() {
		o.Properties[f.Name] = describe(f.Type)
		if f.Type.Kind() != types.Option {
			o.Required = append(o.Required, f.Name)
		}
	}
	return o
}

func describeVariant(t *types.Type) any {
	cases := make([]any, t.Len())
	for i, c := range t.Fields() {
		o := object{Type: "object", Properties: map[string]any{"tag": schema{"const": c.Name}}, Required: []string{"tag"}}
		if c.Type != nil {
			o.Properties["val"] = describe(c.Type)
			o.Required = append(o.Required, "val")
		}
		cases[i] = o
	}
	return schema{"oneOf": cases}
}

func describeOption(t *types.Type) any {
	some := describe(t.Elem())
	if t.Elem().Kind() == types.Option {
		some = member("some", t.Elem())
	}
	return schema{"anyOf": []any{schema{"type": "null"}, some}}
}

// member is the schema of an object with one member; null if t is nil.
func member(name string, t *types.Type) any {
	var value any = schema{"type": "null"}
	if t != nil {
		value = describe(t)
	}
	return object{Type: "object", Properties: map[string]any{name: value}, Required: []string{name}}
}
