package wave_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/valuejson"
	"github.com/patchbay-go/patchbay/wit/wave"
)

// tenFields is a record with ten fields, as Go has it.
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

// ten is the same as a component has it.
var ten = types.RecordOf(
	types.Field{Name: "id", Type: types.U64.Type()}, types.Field{Name: "name", Type: types.String.Type()},
	types.Field{Name: "mail", Type: types.String.Type()}, types.Field{Name: "age", Type: types.U32.Type()},
	types.Field{Name: "score", Type: types.F64.Type()}, types.Field{Name: "active", Type: types.Bool.Type()},
	types.Field{Name: "tags", Type: types.ListOf(types.String.Type())}, types.Field{Name: "x", Type: types.S32.Type()},
	types.Field{Name: "y", Type: types.S32.Type()}, types.Field{Name: "note", Type: types.OptionOf(types.String.Type())},
)

const (
	tenJSON = `{"id":123456789,"name":"Ada Lovelace","mail":"ada@example.org","age":36,"score":0.75,"active":true,"tags":["first","of","her","kind"],"x":-1,"y":1,"note":"the countess"}`
	tenWAVE = `{id: 123456789, name: "Ada Lovelace", mail: "ada@example.org", age: 36, score: 0.75, active: true, tags: ["first", "of", "her", "kind"], x: -1, y: 1, note: some("the countess")}`
)

// BenchmarkRead reads a record of ten fields, and a list of 1,000 of them, as a
// call's argument: as WAVE, as JSON, and as JSON into Go values.
func BenchmarkRead(b *testing.B) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			b.Run("wave", func(b *testing.B) {
				var r wave.Reader
				readArgs(b, size.wave(), size.typ, r.Args)
			})
			b.Run("valuejson", func(b *testing.B) {
				var r valuejson.Reader
				readArgs(b, "["+size.json()+"]", size.typ, r.Args)
			})
			b.Run("encoding-json", func(b *testing.B) {
				text := []byte(size.json())
				b.ReportAllocs()
				for b.Loop() {
					if err := json.Unmarshal(text, size.goValue()); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func readArgs(b *testing.B, text string, t *types.Type, read func(string, *types.FuncType) ([]types.Value, error)) {
	f := &types.FuncType{Params: []types.Param{{Name: "v", Type: t}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(text, f); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPrint prints what BenchmarkRead reads.
func BenchmarkPrint(b *testing.B) {
	for _, size := range sizes {
		v, err := wave.Parse(size.wave(), size.typ)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(size.name, func(b *testing.B) {
			b.Run("wave", func(b *testing.B) {
				print(b, size.wave(), func(dst []byte) ([]byte, error) { return wave.Append(dst, v), nil })
			})
			b.Run("valuejson", func(b *testing.B) {
				print(b, size.json(), func(dst []byte) ([]byte, error) { return valuejson.Format{}.Append(dst, v) })
			})
			b.Run("encoding-json", func(b *testing.B) {
				to := size.goValue()
				if err := json.Unmarshal([]byte(size.json()), to); err != nil {
					b.Fatal(err)
				}
				print(b, size.json(), func([]byte) ([]byte, error) { return json.Marshal(to) })
			})
		})
	}
}

func print(b *testing.B, want string, appendTo func([]byte) ([]byte, error)) {
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if dst, err = appendTo(dst[:0]); err != nil {
			b.Fatal(err)
		}
	}
	if string(dst) != want {
		b.Errorf("got %.300s\nwant %.300s", dst, want)
	}
}

// sizes are a record, and a list of records.
var sizes = []size{
	{"record", ten, 0, func() any { return new(tenFields) }},
	{"list-1000", types.ListOf(ten), 1000, func() any { return new([]tenFields) }},
}

type size struct {
	name    string
	typ     *types.Type
	count   int // 0 if there is no list
	goValue func() any
}

func (s size) wave() string { return s.repeat(tenWAVE, ", ") }
func (s size) json() string { return s.repeat(tenJSON, ",") }

func (s size) repeat(text, comma string) string {
	if s.count == 0 {
		return text
	}
	return "[" + strings.Repeat(text+comma, s.count-1) + text + "]"
}
