//go:build !wasm && !tinygo.wasm

package tube_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/guest/go/tube"
	"github.com/patchbay-go/patchbay/guest/go/tubejson"
	"github.com/patchbay-go/patchbay/guest/go/tubetest"
)

func same(index, length uint32) uint64 {
	return tube.Answer(index, length, func(payload []byte) ([]byte, error) { return payload, nil })
}

func failing(index, length uint32) uint64 {
	return tube.Answer(index, length, func(payload []byte) ([]byte, error) { return nil, errors.New(string(payload)) })
}

func double(index, length uint32) uint64 {
	return tubejson.Answer(index, length, func(n int) (map[string]int, error) {
		if n < 0 {
			return nil, errors.New("it is negative")
		}
		return map[string]int{"double": 2 * n}, nil
	})
}

func TestAnswer(t *testing.T) {
	big := strings.Repeat("patch", 1<<18)
	for _, test := range []struct {
		name                string
		function            func(index, length uint32) uint64
		payload, reply, err string
	}{
		{"same", same, "ada", "ada", ""},
		{"empty", same, "", "", ""},
		{"big", same, big, big, ""},
		{"error", failing, "not today", "", "not today"},
		{"error without a text", failing, "", "", "the call failed"},
		{"JSON", double, "21", `{"double":42}`, ""},
		{"JSON's own error", double, "-1", "", "it is negative"},
		{"no JSON", double, "x", "", "arguments: invalid character 'x'"},
	} {
		reply, err := tubetest.Call(test.function, []byte(test.payload))
		if string(reply) != test.reply || (err != nil) != (test.err != "") || err != nil && !strings.HasPrefix(err.Error(), test.err) {
			t.Errorf("%s: %.20q, %v", test.name, reply, err)
		}
	}
}

func TestAnswerPicture(t *testing.T) {
	invert := func(index, length, width, height uint32) uint64 {
		return tube.AnswerPicture(index, length, width, height, func(p tube.Picture) (tube.Picture, error) {
			for i := range p.Pixels {
				p.Pixels[i] ^= 0xff
			}
			return p, nil
		})
	}
	reply, err := tubetest.CallPicture(invert, tube.Picture{Pixels: []byte{0, 1, 2, 3, 4, 5}, Width: 2, Height: 1})
	want := []byte("\xff\xfe\xfd\xfc\xfb\xfa\x02\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00IMG\xff")
	if err != nil || !bytes.Equal(reply, want) {
		t.Errorf("%x, %v", reply, err)
	}
	for _, p := range []tube.Picture{{Pixels: make([]byte, 5), Width: 2, Height: 1}, {Width: 0, Height: 7}, {Pixels: []byte{1}, Width: 1 << 31, Height: 1 << 31}} {
		if _, err := tubetest.CallPicture(invert, p); err == nil {
			t.Errorf("%d bytes for %d by %d pixels are a picture", len(p.Pixels), p.Width, p.Height)
		}
	}
}

// TestWrongPlace: what the host wrote elsewhere may be the guest's own memory.
func TestWrongPlace(t *testing.T) {
	defer func() {
		if got, _ := recover().(string); !strings.Contains(got, "tube_alloc") {
			t.Errorf("panics with %q", got)
		}
	}()
	same(42, 1)
}
