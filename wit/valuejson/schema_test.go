package valuejson_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/valuejson"
)

// fits says why a value is not as a schema says, of the words that schemas of
// types have; nothing if it is.
func fits(s map[string]any, v any) string {
	for word, want := range s {
		if problem := fitsWord(s, word, want, v); problem != "" {
			return problem
		}
	}
	return ""
}

func fitsWord(s map[string]any, word string, want, v any) string {
	switch list, _ := v.([]any); word {
	case "type":
		if have := jsonType(v); have != want && (have != "integer" || want != "number") {
			return fmt.Sprintf("%v is of type %s, want %v", v, have, want)
		}
	case "enum", "const":
		all, ok := want.([]any)
		if !ok {
			all = []any{want}
		}
		for _, one := range all {
			if reflect.DeepEqual(one, v) {
				return ""
			}
		}
		return fmt.Sprintf("%v is none of %v", v, all)
	case "anyOf", "oneOf":
		return fitsOne(want.([]any), v, word == "oneOf")
	case "minimum", "maximum":
		n, ok := v.(json.Number)
		bound, _ := want.(json.Number).Float64()
		if f, err := n.Float64(); ok && (err != nil || word == "minimum" && f < bound || word == "maximum" && f > bound) {
			return fmt.Sprintf("%v is beyond the %s %v", v, word, want)
		}
	case "pattern":
		if text, ok := v.(string); ok && !regexp.MustCompile(want.(string)).MatchString(text) {
			return fmt.Sprintf("%q does not match %v", text, want)
		}
	case "minLength", "maxLength":
		if text, ok := v.(string); ok && utf8.RuneCountInString(text) != 1 {
			return fmt.Sprintf("%q is not one character", text)
		}
	case "minItems", "maxItems":
		if fmt.Sprint(len(list)) != fmt.Sprint(want) {
			return fmt.Sprintf("%d elements, want %v", len(list), want)
		}
	case "items", "prefixItems":
		for i, e := range list {
			each, ok := want.(map[string]any)
			if !ok {
				each = want.([]any)[i].(map[string]any)
			}
			if problem := fits(each, e); problem != "" {
				return problem
			}
		}
	case "properties", "required", "additionalProperties":
		return fitsMembers(s, v)
	case "uniqueItems", "contentEncoding": // what is printed has both by itself
	default:
		return "there is no word " + word
	}
	return ""
}

func fitsOne(all []any, v any, one bool) string {
	n, problems := 0, ""
	for _, s := range all {
		if problem := fits(s.(map[string]any), v); problem == "" {
			n++
		} else {
			problems += "; " + problem
		}
	}
	if n == 0 || one && n > 1 {
		return fmt.Sprintf("%d of %d fit%s", n, len(all), problems)
	}
	return ""
}

func fitsMembers(s map[string]any, v any) string {
	members, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	properties, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := members[name.(string)]; !ok {
			return fmt.Sprintf("%v is missing", name)
		}
	}
	for name, member := range members {
		each, ok := properties[name].(map[string]any)
		if !ok {
			if each, ok = s["additionalProperties"].(map[string]any); !ok {
				return fmt.Sprintf("%s is one too many", name)
			}
		}
		if problem := fits(each, member); problem != "" {
			return name + ": " + problem
		}
	}
	return ""
}

func jsonType(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}

// decoded keeps numbers as they are written.
func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// TestSchemaFits holds values of every kind, as they are printed, to the schemas of
// their types, and values that are wrong, too.
func TestSchemaFits(t *testing.T) {
	all := types.RecordOf(types.Field{Name: "p", Type: point}, types.Field{Name: "l", Type: types.ListOf(shape)})
	for _, test := range []struct {
		typ          *types.Type
		right, wrong []string
	}{
		{types.Bool.Type(), []string{"true"}, []string{"0", "null"}},
		{types.U8.Type(), []string{"0", "255"}, []string{"256", "-1", "1.5"}},
		{types.S8.Type(), []string{"-128", "127"}, []string{"-129", "128"}},
		{types.U16.Type(), []string{"65535"}, []string{"65536"}},
		{types.S16.Type(), []string{"-32768"}, []string{"-32769"}},
		{types.U32.Type(), []string{"4294967295"}, []string{"4294967296"}},
		{types.S32.Type(), []string{"-2147483648"}, []string{"-2147483649"}},
		{types.U64.Type(), []string{fmt.Sprint(uint64(math.MaxUint64)), `"18446744073709551615"`}, []string{"-1", `"-1"`}},
		{types.S64.Type(), []string{"-9223372036854775808", `"-5"`}, []string{`"x"`}},
		{types.F32.Type(), []string{"0.5", "1", `"NaN"`}, []string{`"x"`}},
		{types.F64.Type(), []string{"1e300", `"-Infinity"`}, []string{"true"}},
		{types.Char.Type(), []string{`"λ"`}, []string{`""`, `"ab"`}},
		{types.String.Type(), []string{`"x"`}, []string{"1"}},
		{bytes, []string{`"AQI="`, "[1,2]"}, []string{"[256]"}},
		{types.ListOf(types.Bool.Type()), []string{"[]", "[true]"}, []string{"[1]"}},
		{types.FixedListOf(types.U16.Type(), 2), []string{"[1,2]"}, []string{"[1]"}},
		{pair, []string{`["a",true]`}, []string{`["a"]`, `[true,"a"]`}},
		{named, []string{`{"a":1}`, `[["a",1]]`}, []string{`{"a":"b"}`}},
		{coded, []string{`[[1,"a"]]`}, []string{`{"a":1}`}},
		{point, []string{`{"x":1}`, `{"x":1,"a-label":"l"}`}, []string{`{}`, `{"x":1,"y":2}`}},
		{shape, []string{`{"tag":"none"}`, `{"tag":"circle","val":2}`, `{"tag":"at","val":{"x":1,"a-label":null}}`}, []string{`{"tag":"other"}`, `{"tag":"circle"}`}},
		{color, []string{`"red"`}, []string{`"blue"`}},
		{rights, []string{`[]`, `["read","write"]`}, []string{`["x"]`}},
		{types.OptionOf(types.U8.Type()), []string{"null", "1"}, []string{`"x"`}},
		{nested, []string{"null", `{"some":null}`, `{"some":1}`}, []string{"1"}},
		{outcome, []string{`{"ok":1}`, `{"err":"e"}`}, []string{`{"ok":"e"}`, `{}`}},
		{bare, []string{`{"ok":null}`, `{"err":null}`}, []string{`{"ok":1}`}},
		{all, []string{`{"p":{"x":1,"a-label":null},"l":[{"tag":"none"}]}`}, []string{`{"p":{"x":1}}`}},
	} {
		_, text, err := valuejson.Schema(&types.FuncType{Result: test.typ})
		if err != nil {
			t.Fatal(err)
		}
		schema := decoded(t, string(text)).(map[string]any)
		for _, right := range test.right {
			v, err := valuejson.Parse(right, test.typ)
			if err != nil {
				t.Errorf("%v: %v", test.typ, err)
				continue
			}
			printed, err := valuejson.Format{}.Append(nil, v)
			if err != nil {
				t.Fatal(err)
			}
			for _, form := range []string{right, string(printed)} {
				if problem := fits(schema, decoded(t, form)); problem != "" {
					t.Errorf("%v: %s: %s", test.typ, form, problem)
				}
			}
		}
		for _, wrong := range test.wrong {
			if fits(schema, decoded(t, wrong)) == "" {
				t.Errorf("%v: %s fits", test.typ, wrong)
			}
			if _, err := valuejson.Parse(wrong, test.typ); err == nil {
				t.Errorf("%v: %s was read", test.typ, wrong)
			}
		}
	}
}
