package valuejson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/valuejson"
)

var (
	point   = types.RecordOf(types.Field{Name: "x", Type: types.S32.Type()}, types.Field{Name: "a-label", Type: types.OptionOf(types.String.Type())})
	shape   = types.VariantOf(types.Field{Name: "circle", Type: types.F64.Type()}, types.Field{Name: "none"}, types.Field{Name: "at", Type: point})
	rights  = types.FlagsOf("read", "write")
	color   = types.EnumOf("red", "green")
	nested  = types.OptionOf(types.OptionOf(types.U8.Type()))
	outcome = types.ResultOf(types.U8.Type(), types.String.Type())
	bare    = types.ResultOf(nil, nil)
	pair    = types.TupleOf(types.String.Type(), types.Bool.Type())
	bytes   = types.ListOf(types.U8.Type())
	named   = types.MapOf(types.String.Type(), types.U8.Type())
	coded   = types.MapOf(types.U8.Type(), types.String.Type())
	file    = types.OwnOf(&types.ResourceType{Name: "file"})
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		typ        *types.Type
		text, want string
	}{
		{types.Bool.Type(), " true\n", "true"},
		{types.S8.Type(), "-128", "-128"},
		{types.U64.Type(), "18446744073709551615", "18446744073709551615"},
		{types.U64.Type(), `"18446744073709551615"`, "18446744073709551615"},
		{types.S64.Type(), `"-9223372036854775808"`, "-9223372036854775808"},
		{types.F64.Type(), "1e400e", ""},
		{types.F64.Type(), "1.5e3", "1500"},
		{types.F64.Type(), "1e-7", "1e-07"},
		{types.F64.Type(), "-0", "-0"},
		{types.F32.Type(), "0.1", "0.1"},
		{types.F32.Type(), `"NaN"`, `"NaN"`},
		{types.F64.Type(), `"-inf"`, `"-Infinity"`},
		{types.Char.Type(), `"\ud83d\ude00"`, `"😀"`},
		{types.String.Type(), `"a\"\\\/\b\f\n\r\t\u0000é"`, `"a\"\\/\u0008\u000c\n\r\t\u0000é"`},
		{bytes, `"AQID"`, `"AQID"`},
		{bytes, `[1, 2, 3]`, `"AQID"`},
		{types.ListOf(types.U16.Type()), "[1,2]", "[1,2]"},
		{types.FixedListOf(types.U8.Type(), 2), `"AQI="`, `"AQI="`},
		{pair, `["a", true]`, `["a",true]`},
		{named, `{"a": 1, "b": 2}`, `{"a":1,"b":2}`},
		{named, `[["a", 1], ["a", 2]]`, `[["a",1],["a",2]]`},
		{coded, `[[1, "a"]]`, `[[1,"a"]]`},
		{point, `{"a-label": "p", "x": 1}`, `{"x":1,"a-label":"p"}`},
		{point, `{"x": 1}`, `{"x":1,"a-label":null}`},
		{shape, `{"val": 2, "tag": "circle"}`, `{"tag":"circle","val":2}`},
		{shape, `{"tag": "none", "val": null}`, `{"tag":"none"}`},
		{shape, `{"val": null, "tag": "none"}`, `{"tag":"none"}`},
		{types.ListOf(types.String.Type()), `["\"", "a\u00e9\n\\b", ""]`, `["\"","aé\n\\b",""]`},
		{shape, `{"val": {"x": 1, "a-label": "}\"{["}, "tag": "at"}`, `{"tag":"at","val":{"x":1,"a-label":"}\"{["}}`},
		{color, `"green"`, `"green"`},
		{rights, `["write", "read"]`, `["read","write"]`},
		{rights, `{"read": false, "write": true}`, `["write"]`},
		{rights, `[]`, `[]`},
		{types.OptionOf(types.Bool.Type()), "null", "null"},
		{types.OptionOf(types.Bool.Type()), "false", "false"},
		{nested, "null", "null"},
		{nested, `{"some": null}`, `{"some":null}`},
		{nested, `{"some": 7}`, `{"some":7}`},
		{outcome, `{"ok": 7}`, `{"ok":7}`},
		{outcome, `{"err": "no"}`, `{"err":"no"}`},
		{bare, `{"ok": null}`, `{"ok":null}`},
	} {
		v, err := valuejson.Parse(test.text, test.typ)
		if err != nil {
			if test.want != "" {
				t.Errorf("%s: %v", test.text, err)
			}
			continue
		}
		got, err := valuejson.Format{}.Append([]byte("> "), v)
		if err != nil || string(got) != "> "+test.want {
			t.Errorf("%s: %s, %v; want %s", test.text, got, err, test.want)
		}
		if !json.Valid(got[2:]) {
			t.Errorf("%s is no JSON", got)
		}
		again, err := valuejson.Parse(test.want, test.typ)
		if err != nil || !again.Equal(v) && !strings.Contains(test.want, "NaN") {
			t.Errorf("%s: read again %v, %v", test.want, again, err)
		}
	}
}

func TestFormat(t *testing.T) {
	v := types.RecordValue(types.TupleOf(bytes, types.S64.Type(), types.U32.Type()),
		types.BytesValue([]byte{1, 2}), types.S64Value(-1<<60), types.U32Value(7))
	for _, test := range []struct {
		format valuejson.Format
		want   string
	}{
		{valuejson.Format{}, `["AQI=",-1152921504606846976,7]`},
		{valuejson.Format{Strings64: true}, `["AQI=","-1152921504606846976",7]`},
		{valuejson.Format{ByteArrays: true}, `[[1,2],-1152921504606846976,7]`},
	} {
		if got, err := test.format.Append(nil, v); err != nil || string(got) != test.want {
			t.Errorf("%+v: %s, %v; want %s", test.format, got, err, test.want)
		}
	}
	for _, v := range []types.Value{{}, types.HandleValue(file, &types.Handle{})} {
		if got, err := (valuejson.Format{}).Append([]byte("a"), v); err == nil || string(got) != "a" {
			t.Errorf("%v: %s, %v", v, got, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct {
		typ        *types.Type
		text, want string
	}{
		{types.Bool.Type(), "1", "JSON at offset 0: true or false is expected, not a number"},
		{types.Bool.Type(), "true x", "JSON at offset 5: the end is expected, not 'x'"},
		{types.Bool.Type(), "", "JSON at offset 0: true or false is expected, not the end"},
		{types.U8.Type(), "256", "JSON at offset 0: 256 does not fit into u8"},
		{types.U8.Type(), "-1", "JSON at offset 0: -1 does not fit into u8"},
		{types.U8.Type(), "1.0", `JSON at offset 0: "1.0" is no integer; the type is u8`},
		{types.U8.Type(), `"1"`, "JSON at offset 0: a number is expected, not a string"},
		{types.U8.Type(), "01", "JSON at offset 1: the end is expected, not a number"},
		{types.U8.Type(), "1.", "JSON at offset 2: a number does not end with a point"},
		{types.U8.Type(), "1e", "JSON at offset 2: the exponent has no digits"},
		{types.U64.Type(), `"1e3"`, `JSON at offset 0: "1e3" is no integer; the type is u64`},
		{types.S64.Type(), `"+1"`, `JSON at offset 0: "+1" is no integer; the type is s64`},
		{types.U64.Type(), `""`, `JSON at offset 0: "" is no integer; the type is u64`},
		{types.F64.Type(), "1e400", "JSON at offset 0: 1e400 does not fit into f64"},
		{types.F64.Type(), `"1"`, `JSON at offset 0: "1" is no number; those that JSON lacks are "NaN", "Infinity" and "-Infinity"`},
		{types.Char.Type(), `"ab"`, "JSON at offset 0: one character is expected, not 2"},
		{types.Char.Type(), `""`, "JSON at offset 0: one character is expected, not 0"},
		{types.String.Type(), `"\ud83d"`, "JSON at offset 1: half of a surrogate pair is no character"},
		{types.String.Type(), `"\ude00\ud83d"`, "JSON at offset 1: half of a surrogate pair is no character"},
		{types.String.Type(), `"\x"`, `JSON at offset 1: a backslash stands before ", \, /, b, f, n, r, t, or u with four digits`},
		{types.String.Type(), `"\u12g4"`, `JSON at offset 1: four hexadecimal digits follow \u`},
		{types.String.Type(), "\"a\nb\"", "JSON at offset 2: a control character in a string is written with a backslash"},
		{types.String.Type(), `"\n`, "JSON at offset 0: the string does not end"},
		{types.String.Type(), "\"\xff\"", "JSON at offset 0: the string is not UTF-8"},
		{bytes, `"A"`, "JSON at offset 0: the string is not base64: illegal base64 data at input byte 0"},
		{bytes, `[1, 300]`, "JSON at offset 4, [1]: 300 does not fit into u8"},
		{types.FixedListOf(types.U8.Type(), 2), `[1]`, "JSON at offset 0: 1 elements are given, and the type is list<u8, 2>"},
		{types.FixedListOf(types.U8.Type(), 2), `"AQ=="`, "JSON at offset 0: 1 elements are given, and the type is list<u8, 2>"},
		{pair, `["a"]`, "JSON at offset 5: element 1 of tuple<string, bool> is missing before here"},
		{pair, `["a", true, 1]`, "JSON at offset 11, [2]: tuple<string, bool> has 2 elements"},
		{point, `{"x": 1, "x": 2}`, `JSON at offset 9, x: "x" stands here for the second time`},
		{point, `{"a-lable": "p"}`, `JSON at offset 1, a-lable: there is no field "a-lable"; did you mean "a-label"?`},
		{types.ListOf(point), `[{"x": 1}, {}]`, `JSON at offset 11, [1]: field "x", s32, is missing`},
		{types.ListOf(point), `[{"x": "1"}]`, `JSON at offset 7, [0].x: a number is expected, not a string`},
		{shape, `{"val": 1}`, `JSON at offset 0: a variant has a "tag": the name of its case`},
		{shape, `{"tag": "circle"}`, `JSON at offset 0: the payload of "circle" is missing: "val", f64`},
		{shape, `{"tag": "none", "val": 1}`, `JSON at offset 23, val: "none" has no payload`},
		{shape, `{"tag": "at", "val": {"x": true}}`, `JSON at offset 27, val.x: a number is expected, not a bool`},
		{shape, `{"tag": "at", "value": 1}`, `JSON at offset 14, value: a variant has one "tag" and one "val", not "value"`},
		{shape, `{"val": ` + strings.Repeat("[", 1_000_000), "JSON at offset 408, val"},
		{color, `"blue"`, `JSON at offset 0: there is no case "blue"; there are ["red" "green"]`},
		{rights, `["read", "read"]`, `JSON at offset 9, [1]: "read" stands here for the second time`},
		{rights, `{"read": 1}`, `JSON at offset 9, read: true or false is expected, not a number`},
		{nested, "7", `JSON at offset 0: null or {"some": …} is expected, not a number`},
		{outcome, "7", `JSON at offset 0: {"ok": …} or {"err": …} is expected, not a number`},
		{shape, `{"val": {"x": true}, "tag": "at"}`, `JSON at offset 14, val.x: a number is expected, not a bool`},
		{shape, `{"val": null}`, `JSON at offset 0: a variant has a "tag": the name of its case`},
		{shape, `{"tag": "none", "val": null, "val": null}`, `JSON at offset 29, val: a variant has one "tag" and one "val", not "val"`},
		{types.String.Type(), `"a\`, "JSON at offset 0: the string does not end"},
		{types.String.Type(), `"\u12","34"`, `JSON at offset 1: four hexadecimal digits follow \u`},
		{types.String.Type(), `"\ud83d","\ude00"`, "JSON at offset 1: half of a surrogate pair is no character"},
		{types.String.Type(), "\"\\n\xff\"", "JSON at offset 0: the string is not UTF-8"},
		{outcome, `{"ok": 1, "err": ""}`, `JSON at offset 10, err: one member "ok" is expected, not "err"`},
		{outcome, `{}`, `JSON at offset 0: the member "ok" is missing`},
		{bare, `{"ok": 1}`, `JSON at offset 7, ok: null, since there is no payload, is expected, not a number`},
		{file, `1`, "JSON at offset 0: a value of type own<file> has no JSON"},
	} {
		_, err := valuejson.Parse(test.text, test.typ)
		var placed *valuejson.Error
		if !errors.As(err, &placed) || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s %.40q:\n got %.200v\nwant %s", test.typ, test.text, err, test.want)
		}
	}
}

var function = &types.FuncType{
	Params: []types.Param{{Name: "a", Type: types.U8.Type()}, {Name: "b", Type: types.OptionOf(shape)}, {Name: "to", Type: types.OptionOf(types.U64.Type())}},
	Result: types.ResultOf(point, color),
}

func TestParseArgs(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"[1]", "[1 none none] <nil>"},
		{`[1, null, "7"]`, "[1 none some(7)] <nil>"},
		{`{"to": 7, "a": 1}`, "[1 none some(7)] <nil>"},
		{"", `[] JSON at offset 0: argument "a", u8, is missing`},
		{"[]", `[] JSON at offset 2: argument "a", u8, is missing`},
		{"[1, null, null, null]", "[] JSON at offset 15, [3]: the function takes 3 arguments"},
		{`{"a": 1, "a": 2}`, `[] JSON at offset 9, a: "a" stands here for the second time`},
		{`{"a": 1, "c": 2}`, `[] JSON at offset 9, c: there is no parameter "c"`},
		{"1", `[] JSON at offset 0: "[" is expected, not a number`},
	} {
		args, err := valuejson.ParseArgs(test.text, function)
		if got := fmt.Sprint(args, " ", err); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s:\n got %s\nwant %s", test.text, got, test.want)
		}
	}
	if args, err := valuejson.ParseArgs(" ", &types.FuncType{}); err != nil || len(args) != 0 {
		t.Errorf("no arguments: %v, %v", args, err)
	}
}

const wantParams = `{"type":"object","properties":{"a":{"maximum":255,"minimum":0,"type":"integer"},"b":{"anyOf":[{"type":"null"},{"oneOf":[{"type":"object","properties":{"tag":{"const":"circle"},"val":{"anyOf":[{"type":"number"},{"enum":["NaN","Infinity","-Infinity"]}]}},"required":["tag","val"],"additionalProperties":false},{"type":"object","properties":{"tag":{"const":"none"}},"required":["tag"],"additionalProperties":false},{"type":"object","properties":{"tag":{"const":"at"},"val":{"type":"object","properties":{"a-label":{"anyOf":[{"type":"null"},{"type":"string"}]},"x":{"maximum":2147483647,"minimum":-2147483648,"type":"integer"}},"required":["x"],"additionalProperties":false}},"required":["tag","val"],"additionalProperties":false}]}]},"to":{"anyOf":[{"type":"null"},{"anyOf":[{"maximum":18446744073709551615,"minimum":0,"type":"integer"},{"pattern":"^[0-9]{1,20}$","type":"string"}]}]}},"required":["a"],"additionalProperties":false}`

const wantResult = `{"oneOf":[{"type":"object","properties":{"ok":{"type":"object","properties":{"a-label":{"anyOf":[{"type":"null"},{"type":"string"}]},"x":{"maximum":2147483647,"minimum":-2147483648,"type":"integer"}},"required":["x"],"additionalProperties":false}},"required":["ok"],"additionalProperties":false},{"type":"object","properties":{"err":{"enum":["red","green"]}},"required":["err"],"additionalProperties":false}]}`

func TestSchema(t *testing.T) {
	params, result, err := valuejson.Schema(function)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantParams, string(params)); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantResult, string(result)); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	for _, test := range []struct {
		typ  *types.Type
		want string
	}{
		{pair, `{"maxItems":2,"minItems":2,"prefixItems":[{"type":"string"},{"type":"boolean"}],"type":"array"}`},
		{types.FixedListOf(types.S64.Type(), 3), `{"items":{"anyOf":[{"maximum":9223372036854775807,"minimum":-9223372036854775808,"type":"integer"},{"pattern":"^-?[0-9]{1,19}$","type":"string"}]},"maxItems":3,"minItems":3,"type":"array"}`},
		{bytes, `{"anyOf":[{"contentEncoding":"base64","type":"string"},{"items":{"maximum":255,"minimum":0,"type":"integer"},"type":"array"}]}`},
		{named, `{"anyOf":[{"additionalProperties":{"maximum":255,"minimum":0,"type":"integer"},"type":"object"},{"items":{"maxItems":2,"minItems":2,"prefixItems":[{"type":"string"},{"maximum":255,"minimum":0,"type":"integer"}],"type":"array"},"type":"array"}]}`},
		{rights, `{"items":{"enum":["read","write"]},"type":"array","uniqueItems":true}`},
		{nested, `{"anyOf":[{"type":"null"},{"type":"object","properties":{"some":{"anyOf":[{"type":"null"},{"maximum":255,"minimum":0,"type":"integer"}]}},"required":["some"],"additionalProperties":false}]}`},
		{types.Char.Type(), `{"maxLength":1,"minLength":1,"type":"string"}`},
	} {
		_, result, err := valuejson.Schema(&types.FuncType{Result: test.typ})
		if err != nil || string(result) != test.want {
			t.Errorf("%s: %v\n got %s\nwant %s", test.typ, err, result, test.want)
		}
	}
	if _, _, err := valuejson.Schema(&types.FuncType{Params: []types.Param{{Name: "f", Type: file}}}); err == nil {
		t.Error("a handle has a schema")
	}
	big := types.U8.Type()
	for range 14 {
		big = types.TupleOf(big, big)
	}
	if _, _, err := valuejson.Schema(&types.FuncType{Result: big}); err == nil {
		t.Error("a type of 30,000 parts has a schema")
	}
}

// FuzzParse prints what it could read, and reads it again.
func FuzzParse(f *testing.F) {
	all := types.TupleOf(point, shape, rights, color, nested, outcome, bare, bytes, named, coded,
		types.Char.Type(), types.F32.Type(), types.S64.Type())
	f.Add(`[{"x":1}, {"val":2,"tag":"circle"}, ["read"], "red", {"some":null}, {"err":"\ud83d\ude00"}, {"ok":null}, "AQ==", {"a":1}, [[1,"b"]], "x", "NaN", "-5"]`)
	f.Add(`[{"x":1,"a-label":"l"}, {"tag":"none"}, {"write":true}, "green", null, {"ok":1}, {"err":null}, [1], [["a",1],["a",2]], [], "\u0041", 1e3, 5]`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := valuejson.Parse(text, all)
		var placed *valuejson.Error
		if err != nil {
			if !errors.As(err, &placed) {
				t.Fatal(err)
			}
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q was read and is no JSON", text)
		}
		printed, err := valuejson.Format{}.Append(nil, v)
		if err != nil || !json.Valid(printed) {
			t.Fatalf("%s: %v", printed, err)
		}
		again, err := valuejson.Parse(string(printed), all)
		if err != nil {
			t.Fatalf("%s: %v", printed, err)
		}
		if twice, _ := (valuejson.Format{}).Append(nil, again); string(twice) != string(printed) {
			t.Errorf("%s, again %s", printed, twice)
		}
	})
}

// tenFields is a record with ten fields, as Go has it and as a component.
type tenFields struct {
	ID     uint64   `json:"id"`
	Name   string   `json:"name"`
	Mail   string   `json:"mail"`
	Age    uint32   `json:"age"`
	Score  float64  `json:"score"`
	Active bool     `json:"active"`
	Tags   []string `json:"tags"`
	X      int32    `json:"x"`
	Y      int32    `json:"y"`
	Note   *string  `json:"note"`
}

var ten = types.RecordOf(
	types.Field{Name: "id", Type: types.U64.Type()}, types.Field{Name: "name", Type: types.String.Type()},
	types.Field{Name: "mail", Type: types.String.Type()}, types.Field{Name: "age", Type: types.U32.Type()},
	types.Field{Name: "score", Type: types.F64.Type()}, types.Field{Name: "active", Type: types.Bool.Type()},
	types.Field{Name: "tags", Type: types.ListOf(types.String.Type())}, types.Field{Name: "x", Type: types.S32.Type()},
	types.Field{Name: "y", Type: types.S32.Type()}, types.Field{Name: "note", Type: types.OptionOf(types.String.Type())},
)

const tenText = `{"id":123456789,"name":"Ada Lovelace","mail":"ada@example.org","age":36,"score":0.75,"active":true,"tags":["first","of","her","kind"],"x":-1,"y":1,"note":null}`

// BenchmarkRoundTrip reads and prints a record of ten fields.
func BenchmarkRoundTrip(b *testing.B) {
	b.Run("valuejson", func(b *testing.B) {
		var dst []byte
		for b.Loop() {
			v, err := valuejson.Parse(tenText, ten)
			if err != nil {
				b.Fatal(err)
			}
			if dst, err = (valuejson.Format{}).Append(dst[:0], v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			var v tenFields
			if err := json.Unmarshal([]byte(tenText), &v); err != nil {
				b.Fatal(err)
			}
			if _, err := json.Marshal(&v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestReader reads arguments into memory that was used before.
func TestReader(t *testing.T) {
	inner := types.RecordOf(types.Field{Name: "names", Type: types.ListOf(types.String.Type())}, types.Field{Name: "p", Type: point},
		types.Field{Name: "grid", Type: types.FixedListOf(types.ListOf(types.U16.Type()), 2)}, types.Field{Name: "s", Type: types.ListOf(shape)})
	f := &types.FuncType{Params: []types.Param{{Name: "a", Type: inner}, {Name: "b", Type: outcome}, {Name: "c", Type: types.String.Type()},
		{Name: "d", Type: types.ListOf(inner)}, {Name: "e", Type: nested}, {Name: "f", Type: named}}}
	const one = `{"names":["x","λ"],"p":{"x":-1,"a-label":"in"},"grid":[[1,2],[]],"s":[{"tag":"none"},{"tag":"at","val":{"x":3,"a-label":null}}]}`
	const two = `{"names":[],"p":{"x":7,"a-label":null},"grid":[[],[9]],"s":[]}`
	var r valuejson.Reader
	for _, want := range []string{
		`[` + one + `,{"err":"no"},"text",[` + two + `,` + one + `],{"some":null},{"k":1}]`,
		`[` + two + `,{"ok":7},"",[],null,{}]`,
		`[` + one + `,{"ok":0},"t",[` + strings.Repeat(two+",", 3000) + one + `],{"some":5},{"a":1,"b":2}]`,
	} {
		for range 2 {
			args, err := r.Args(want, f)
			if err != nil {
				t.Fatal(err)
			}
			got := []byte("[")
			for i, arg := range args {
				if i > 0 {
					got = append(got, ',')
				}
				if got, err = (valuejson.Format{}).Append(got, arg); err != nil {
					t.Fatal(err)
				}
			}
			if got = append(got, ']'); string(got) != want {
				t.Errorf("got %.300s\nwant %.300s", got, want)
			}
		}
		if _, err := r.Args(want[:len(want)/2], f); err == nil {
			t.Error("half of it was read")
		}
		r.Reset()
	}
}

// TestLargeTypes reads little text of types whose values take much memory.
func TestLargeTypes(t *testing.T) {
	huge := types.OptionOf(types.FixedListOf(types.U64.Type(), 1<<27))
	for _, test := range []struct {
		typ  *types.Type
		text string
	}{
		{huge, "null"},
		{types.ListOf(huge), "[null, null, null]"},
		{types.ListOf(types.OptionOf(types.FixedListOf(types.U64.Type(), 1<<16))), "[" + strings.Repeat("null,", 1000) + "null]"},
	} {
		var problem *valuejson.Error
		if _, err := valuejson.Parse(test.text, test.typ); !errors.As(err, &problem) || !strings.Contains(err.Error(), "takes more memory") {
			t.Errorf("%.30s: got %v", test.text, err)
		}
	}
}
