//go:build !wasm

package main

import (
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/guest/go/wapctest"
)

func TestGreet(t *testing.T) {
	wapcInit()
	tests := []struct{ payload, reply, err string }{
		{`{"name":"Ada"}`, `{"greeting":"Hello, Ada!"}`, ""},
		{`{"name":"\"A\u00e9\ud83d\ude00<\u0001\n"}`, `{"greeting":"Hello, \"Aé😀<\u0001\n!"}`, ""},
		{`{"name":""}`, "", "greet: name is missing"},
		{`{}`, "", "greet: name is missing"},
		{`Ada`, "", "greet: name is missing"},
		{`{"name":"nobody"}`, "", "greet: host: not at home"},
	}
	for _, test := range tests {
		host := wapctest.New(t)
		host.Handle("examples", "greet", "visited", func(name []byte) ([]byte, error) {
			if string(name) == "nobody" {
				return nil, errors.New("not at home")
			}
			return nil, nil
		})
		reply, err := host.Call("greet", []byte(test.payload))
		var text wapctest.GuestError
		errors.As(err, &text)
		if string(reply) != test.reply || string(text) != test.err {
			t.Errorf("greet %s = %s, error %q; want %s, error %q", test.payload, reply, text, test.reply, test.err)
		}
		host.Close()
	}
}

func TestGreetTellsTheHost(t *testing.T) {
	wapcInit()
	host := wapctest.New(t)
	if _, err := host.Call("greet", []byte(`{"name":"Ada"}`)); err == nil {
		t.Error("greet succeeds without the host")
	}
	if logs := host.Logs(); len(logs) != 1 || logs[0] != "greeting Ada" {
		t.Errorf("the guest logged %q", logs)
	}
	calls := host.Calls()
	if len(calls) != 1 || string(calls[0].Payload) != "Ada" || calls[0].Operation != "visited" {
		t.Errorf("the guest called %+v", calls)
	}
}

// FuzzStringMember compares with encoding/json, which is laxer in two places:
// it takes bytes that are not UTF-8 and half surrogates for U+FFFD.
func FuzzStringMember(f *testing.F) {
	for _, seed := range []string{
		`{"name":"Ada"}`, `{"name":1,"name":"b"}`, `{"name":"b","name":[]}`, `{"a":{"name":"x"}}`, `{"name":"a"}x`,
		` { "name" : "\u00e9\ud83d\ude00\/\b" , "x":[1,-0.5e+3,true,false,null,{},[]]} `, `{"name":"\ud800"}`, "{\"name\":\"\xff\"}",
		`{"n":01}`, `{"n":1.}`, `{"n":-}`, `{"n":1e}`, `{"n":nul}`, `[]`, `{"name":"a",}`, "{\"name\":\"\x01\"}", "{\"name\":\"\\u00\x10\x10\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		got := stringMember(document, "name")
		var object map[string]any
		want := ""
		if json.Unmarshal(document, &object) == nil {
			want, _ = object["name"].(string)
		}
		lax := !utf8.Valid(document) || containsHalf(document)
		if got != want && !lax && len(document) < maxDepth {
			t.Errorf("stringMember(%q) = %q, want %q", document, got, want)
		}
	})
}

// containsHalf reports whether the document names a surrogate by its number.
func containsHalf(document []byte) bool {
	for i := range len(document) - 3 {
		if document[i] == '\\' && document[i+1] == 'u' && document[i+2]|0x20 == 'd' {
			return true
		}
	}
	return false
}

func FuzzQuote(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\"\\\b\f\n\r\t\x1f\u2028é😀")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("not UTF-8, which quote does not take")
		}
		var back string
		if err := json.Unmarshal([]byte(quote(text)), &back); err != nil || back != text {
			t.Errorf("quote(%q) = %s, read back as %q, %v", text, quote(text), back, err)
		}
	})
}
