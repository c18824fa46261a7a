package plugin_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/plugin"
)

// A person is the record of testdata/component/record.wat, which has ten fields.
type person struct {
	ID       uint64  `json:"id"`
	Name     string  `json:"name"`
	Email    string  `json:"email"`
	Age      uint8   `json:"age"`
	Score    float64 `json:"score"`
	Active   bool    `json:"active"`
	City     string  `json:"city"`
	Level    string  `json:"level"`
	Nickname *string `json:"nickname"`
	Balance  int32   `json:"balance"`
}

const (
	personJSON = `{"id":123456789,"name":"Ada Lovelace","email":"ada@example.com","age":36,"score":99.5,"active":true,` +
		`"city":"London","level":"admin","nickname":"the countess","balance":-1500}`
	personWAVE = `{id: 123456789, name: "Ada Lovelace", email: "ada@example.com", age: 36, score: 99.5, active: true, ` +
		`city: "London", level: admin, nickname: some("the countess"), balance: -1500}`
)

// BenchmarkTextCall calls a component with a record of ten fields and with a list
// of 1,000 of them, as JSON and as WAVE, beside what encoding/json takes to read
// and to write them.
func BenchmarkTextCall(b *testing.B) {
	record := loadBinary(b, componentBinary(b, "record"), plugin.Options{})
	b.Run("record", func(b *testing.B) {
		callTexts[person](b, record, "echo", personJSON, personWAVE)
	})
	b.Run("list-1000", func(b *testing.B) {
		list := func(one, comma string) string { return "[" + strings.Repeat(one+comma, 999) + one + "]" }
		callTexts[[]person](b, record, "echo-all", list(personJSON, ","), list(personWAVE, ", "))
	})
}

func callTexts[T any](b *testing.B, p *plugin.Plugin, name, asJSON, asWAVE string) {
	b.Run("encoding-json", func(b *testing.B) {
		echoes(b, asJSON, func(context.Context) ([]byte, error) {
			var to T
			if err := json.Unmarshal([]byte(asJSON), &to); err != nil {
				return nil, err
			}
			return json.Marshal(&to)
		})
	})
	b.Run("json", func(b *testing.B) {
		payload := []byte("[" + asJSON + "]")
		echoes(b, asJSON, func(ctx context.Context) ([]byte, error) { return p.Call(ctx, name, payload) })
	})
	b.Run("wave", func(b *testing.B) {
		f := p.Func(name)
		echoes(b, asWAVE, func(ctx context.Context) (string, error) { return f.CallWAVE(ctx, asWAVE) })
	})
}

func echoes[T string | []byte](b *testing.B, want string, call func(context.Context) (T, error)) {
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if got, err := call(ctx); err != nil || string(got) != want {
			b.Fatalf("%.300s, %v; want %.300s", got, err, want)
		}
	}
}
