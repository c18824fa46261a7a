package plugin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/plugin"
)

type args struct {
	Args string `json:"args"`
}

// TestJSON is WT-03: any JSON value goes and comes, through any contract of
// bytes.
func TestJSON(t *testing.T) {
	ctx := t.Context()
	for _, p := range []*plugin.Plugin{
		loadTube(t, "plain.wasm", plugin.Options{}),
		loadTube(t, "allocator.wasm", plugin.Options{}),
		load(t, newHosts(t), "greet-c.wasm", plugin.Options{}),
	} {
		t.Run(p.Name(), func(t *testing.T) {
			if reply, err := plugin.JSON[args](ctx, p, "echo", args{"Hello World!"}); err != nil || reply.Args != "Hello World!" {
				t.Errorf("a struct: %+v, %v", reply, err)
			}
			for _, value := range []any{nil, true, 1.5, "text", []any{"a", nil}, map[string]any{"args": map[string]any{}}} {
				reply, err := plugin.JSON[any](ctx, p, "echo", value)
				if diff := cmp.Diff(value, reply); err != nil || diff != "" {
					t.Errorf("%v: %v%s", value, err, diff)
				}
			}
			if reply, err := plugin.JSON[*args](ctx, p, "echo", nil); err != nil || reply != nil {
				t.Errorf("null: %v, %v", reply, err)
			}
			raw := json.RawMessage(`{ "kept": "as it is" }`)
			if reply, err := plugin.JSON[json.RawMessage](ctx, p, "echo", raw); err != nil || string(reply) != string(raw) {
				t.Errorf("raw: %s, %v", reply, err)
			}
			if reply, err := plugin.JSON[[]byte](ctx, p, "echo", []byte("no JSON")); err != nil || string(reply) != "no JSON" {
				t.Errorf("bytes: %s, %v", reply, err)
			}
			if reply, err := plugin.JSONAppend(ctx, p, []byte("> "), "echo", []int{1, 2}); err != nil || string(reply) != "> [1,2]" {
				t.Errorf("append: %s, %v", reply, err)
			}
		})
	}
}

// TestJSONErrors: what is not JSON is an error that shows how it begins (WT-09,
// WT-12).
func TestJSONErrors(t *testing.T) {
	ctx := t.Context()
	p := loadTube(t, "plain.wasm", plugin.Options{})
	long := []byte("<html>" + strings.Repeat("x", 1000))
	for _, test := range []struct {
		name string
		call func() error
		want string
	}{
		{"not JSON", func() error { _, err := plugin.JSON[any](ctx, p, "echo", long); return err },
			`plain.wasm: echo: the reply is not the JSON that was wanted: invalid character '<' looking for beginning of value: "<html>xx`},
		{"its size", func() error { _, err := plugin.JSON[any](ctx, p, "echo", long); return err }, "… (1006 bytes)"},
		{"not JSON, raw", func() error { _, err := plugin.JSON[json.RawMessage](ctx, p, "echo", long); return err }, "invalid character '<'"},
		{"empty", func() error { _, err := plugin.JSON[any](ctx, p, "echo", []byte{}); return err }, "the reply is empty"},
		{"another form", func() error { _, err := plugin.JSON[args](ctx, p, "echo", []int{1}); return err }, "cannot unmarshal array"},
	} {
		var failed *plugin.JSONError
		if err := test.call(); !errors.As(err, &failed) || !strings.Contains(err.Error(), test.want) || len(failed.Reply) > 64 {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
	var where *plugin.Error
	if _, err := plugin.JSON[any](ctx, p, "echo", make(chan int)); !errors.As(err, &where) || !strings.Contains(err.Error(), "echo: arguments: json: unsupported type") {
		t.Errorf("arguments: %v", err)
	}
	dst := []byte("kept")
	if dst, err := plugin.JSONAppend(ctx, p, dst, "echo", long); err == nil || string(dst) != "kept" {
		t.Errorf("append: %q, %v", dst, err)
	}
}

// TestJSONRepliesAreTheCallers: the buffers that calls share are in no reply.
func TestJSONRepliesAreTheCallers(t *testing.T) {
	p := loadTube(t, "plain.wasm", plugin.Options{Pool: plugin.Pool{Size: 2}})
	type reply struct {
		Text string          `json:"text"`
		Raw  json.RawMessage `json:"raw"`
		Blob []byte          `json:"blob"`
	}
	var callers sync.WaitGroup
	for n := range 4 {
		callers.Go(func() {
			var kept []reply
			want := reply{fmt.Sprint("text ", n), json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)), []byte{byte(n)}}
			for range 50 {
				got, err := plugin.JSON[reply](context.Background(), p, "echo", want)
				if err != nil {
					t.Error(err)
					return
				}
				kept = append(kept, got)
			}
			for _, got := range kept {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
					return
				}
			}
		})
	}
	callers.Wait()
}

func TestJSONAppendAllocatesNothing(t *testing.T) {
	p := loadTube(t, "plain.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	ctx, dst := context.Background(), make([]byte, 0, 1024)
	var payload any = json.RawMessage(`{"args":"Hello World!"}`)
	got := testing.AllocsPerRun(100, func() {
		if _, err := plugin.JSONAppend(ctx, p, dst, "echo", payload); err != nil {
			t.Fatal(err)
		}
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}

// TestJSONAllocatesForCodecOnly: a call adds nothing to what encoding/json takes.
// The race detector makes pools of memory forget at random, encoding/json's too,
// so that the best of some measurements counts, and one allocation does not.
func TestJSONAllocatesForCodecOnly(t *testing.T) {
	p := loadTube(t, "plain.wasm", plugin.Options{Pool: plugin.Pool{Size: 1}})
	ctx, sent := context.Background(), args{strings.Repeat("x", 1000)}
	least, most := math.Inf(1), 0.0
	for range 10 {
		most = max(most, testing.AllocsPerRun(20, func() {
			var reply args
			payload, err := json.Marshal(sent)
			if err != nil || json.Unmarshal(payload, &reply) != nil {
				t.Fatal(err)
			}
		}))
		least = min(least, testing.AllocsPerRun(20, func() {
			if _, err := plugin.JSON[args](ctx, p, "echo", sent); err != nil {
				t.Fatal(err)
			}
		}))
	}
	if least > most+1 {
		t.Errorf("%v allocations, and encoding/json by itself has %v", least, most)
	}
}
