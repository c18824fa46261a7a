package plugin_test

import (
	"encoding/json"
	"os"
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

const personJSON = `{"id":123456789,"name":"Ada Lovelace","email":"ada@example.com","age":36,"score":99.5,"active":true,` +
	`"city":"London","level":"admin","nickname":"the countess","balance":-1500}`

// BenchmarkJSONCall calls a component with a record of ten fields as JSON, beside
// what encoding/json takes to read and to write it.
func BenchmarkJSONCall(b *testing.B) {
	b.Run("encoding-json", func(b *testing.B) {
		var p person
		b.ReportAllocs()
		for b.Loop() {
			p = person{}
			if err := json.Unmarshal([]byte(personJSON), &p); err != nil {
				b.Fatal(err)
			}
			out, err := json.Marshal(&p)
			if err != nil || string(out) != personJSON {
				b.Fatalf("%s, %v", out, err)
			}
		}
	})
	binary, err := os.ReadFile("testdata/component/record.wasm")
	if err != nil {
		b.Fatal(err)
	}
	record := loadBinary(b, binary, plugin.Options{})
	b.Run("component", func(b *testing.B) {
		payload := []byte("[" + personJSON + "]")
		b.ReportAllocs()
		for b.Loop() {
			out, err := record.Call(b.Context(), "echo", payload)
			if err != nil || string(out) != personJSON {
				b.Fatalf("%s, %v", out, err)
			}
		}
	})
}
