package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/plugin"
	client "github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/exports/patchbay/kinds/echo"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/relay/patchbay/kinds/types"
)

const (
	theBound  = "patchbay, Bound.Call"
	thePooled = "patchbay, plugin.Bind"
	theJSON   = "encoding/json, there and back"
)

// generated holds clients that wit/bindgen wrote against what they call.
func (c *components) generated(add, record pair) ([]figure, error) {
	echoes, err := client.Bind(c.mirror)
	if err != nil {
		return nil, err
	}
	r := aReading(1)
	sent := types.Reading{Name: r.Name, Count: r.Count, Mean: r.Mean, Valid: r.Valid}
	adds, err := beside(c.ctx, add, struct{ A, B uint32 }{40, 2}, uint32(42), func() (uint32, error) { return echoes.Add(c.ctx, 40, 2) })
	if err != nil {
		return nil, err
	}
	records, err := beside(c.ctx, record, one[types.Reading]{sent}, sent, func() (types.Reading, error) { return echoes.EchoReading(c.ctx, sent) })
	return []figure{
		{"component, add(u32, u32) by generated code", adds},
		{"component, record{string, u32, f64, bool} by generated code", records},
	}, err
}

// beside are a call through what is bound, and one through a client, which must be
// as fast within 15 %.
func beside[P any, R comparable](ctx context.Context, p pair, params P, want R, call func() (R, error)) ([]subject, error) {
	bound, err := component.Bind[P, R](p.ours)
	return []subject{
		{name: theBound, run: lasting(p.name, want, func() (R, error) { return bound.Call(ctx, params) })},
		{name: "patchbay, generated client", run: lasting(p.name, want, call), against: []against{{theBound, bound15}}},
	}, err
}

// lasting makes calls, whose last result must be want.
func lasting[R comparable](name string, want R, call func() (R, error)) func(n int) error {
	return func(n int) error {
		var got R
		for range n {
			var err error
			if got, err = call(); err != nil {
				return err
			}
		}
		if got != want {
			return fmt.Errorf("%s: got %v", name, got)
		}
		return nil
	}
}

// pooled holds a client of a plugin's pool against plugin.Bind.
func (p *patchbayHost) pooled(ctx context.Context, examples string) (figure, error) {
	f := figure{name: "component, add(u32, u32) by generated code, of a plugin's pool"}
	binary, err := os.ReadFile(filepath.Join(examples, "components/mirror-rust.wasm"))
	if err != nil {
		return f, err
	}
	mirror, err := loadPlugin(ctx, p.engine, binary, runtime.GOMAXPROCS(0))
	if err != nil {
		return f, err
	}
	echoes, err := client.Bind(mirror)
	if err != nil {
		return f, err
	}
	type params struct{ A, B uint32 }
	bound, err := plugin.Bind[params, uint32](mirror.Func("echo.add"))
	f.subjects = []subject{
		{name: thePooled, run: lasting("add", 42, func() (uint32, error) { return bound.Call(ctx, params{40, 2}) })},
		{name: "patchbay, generated client", run: lasting("add", 42, func() (uint32, error) { return echoes.Add(ctx, 40, 2) }),
			against: []against{{thePooled, bound15}}},
	}
	return f, err
}

var bound15 = bound{must: 1.15, aim: 1.05}

// A person is the record of the guest record.wasm, with ten fields.
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

const personWAVE = `{id: 123456789, name: "Ada Lovelace", email: "ada@example.com", age: 36, score: 99.5, active: true, ` +
	`city: "London", level: admin, nickname: some("the countess"), balance: -1500}`

// textCalls calls a component with a record as JSON and as WAVE, all in all, beside
// what encoding/json takes to read JSON into a struct and to write it.
func (p *patchbayHost) textCalls(ctx context.Context, examples string) (figure, error) {
	f := figure{name: "component, record of ten fields as JSON and as WAVE"}
	binary, err := os.ReadFile(filepath.Join(examples, "../../plugin/testdata/component/record.wasm"))
	if err != nil {
		return f, err
	}
	record, err := loadPlugin(ctx, p.engine, binary, runtime.GOMAXPROCS(0))
	if err != nil {
		return f, err
	}
	payload, echo := []byte("["+personJSON+"]"), record.Func("echo")
	f.subjects = []subject{
		{name: theJSON, run: times([]byte(personJSON), func() ([]byte, error) {
			var p person
			if err := json.Unmarshal(payload[1:len(payload)-1], &p); err != nil {
				return nil, err
			}
			return json.Marshal(&p)
		})},
		{name: "patchbay, Plugin.Call", over: []against{{theJSON, bound{must: 500}}},
			run: times([]byte(personJSON), func() ([]byte, error) { return record.Call(ctx, "echo", payload) })},
		{name: "patchbay, Func.CallWAVE", over: []against{{theJSON, bound{must: 500}}},
			run: times([]byte(personWAVE), func() ([]byte, error) {
				text, err := echo.CallWAVE(ctx, personWAVE)
				return []byte(text), err
			})},
	}
	return f, nil
}
