package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Inputs whose answers are known from elsewhere or can be seen, and those at
// which the kernels take other paths.
func kernelCases() []kernel {
	var cases []kernel
	for text, sum := range map[string]string{ // FIPS 180-2, appendix B
		"":    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
		strings.Repeat("a", 1_000_000):                             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
	} {
		want, _ := hex.DecodeString(sum)
		cases = append(cases, kernel{"SHA-256", "sha256", []uint64{uint64(len(text))}, []byte(text), want})
	}
	for size := 50; size < 130; size += 13 {
		data := noise(size)
		cases = append(cases, kernel{"SHA-256", "sha256", []uint64{uint64(size)}, data, digest(data)})
	}
	for _, text := range []string{
		`null`, ` [] `, `{"a":{"b":[true,false,null,"c"]}}`, `-0`, `1e3`, `0.125`, `[1,-2.5e-3,6E+2]`,
		`"\u00e9\u20ac\ud83d\ude00\b\f\n\r\t\/\\\""`,
		``, `nul`, `[1,]`, `{"a"}`, `01`, `1.`, `"`, `"\x"`, `"\ud83d"x`, `[1] 2`, strings.Repeat("[", 1000), "\"\n\"",
	} {
		cases = append(cases, kernel{"JSON", "json", []uint64{uint64(len(text))}, []byte(text), counts([]byte(text))})
	}
	for _, s := range [][4]int{{8, 8, 4, 4}, {7, 5, 3, 2}, {3, 3, 3, 3}, {64, 1, 7, 1}, {500, 400, 1, 1}} {
		pixels := noise(s[0] * s[1] * channels)
		args := []uint64{uint64(s[0]), uint64(s[1]), uint64(s[2]), uint64(s[3])}
		cases = append(cases, kernel{"image", "resize", args, pixels, resized(pixels, s[0], s[1], s[2], s[3])})
	}
	for _, args := range [][]uint64{{4, 4, 8, 8}, {4, 4, 0, 4}, {2000, 2000, 10, 10}} {
		cases = append(cases, kernel{"image", "resize", args, nil, nil})
	}
	return append(cases, kernels()...)
}

// kernelGuest is a guest from the folder PATCHBAY_BENCH_GUESTS if that is set, or
// else what is built in.
func kernelGuest(t *testing.T, name string, builtIn []byte) []byte {
	t.Helper()
	folder := os.Getenv("PATCHBAY_BENCH_GUESTS")
	if folder == "" {
		return builtIn
	}
	binary, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// TestKernels holds the kernels to the right answers, with metering and without.
func TestKernels(t *testing.T) {
	ctx := context.Background()
	guests, err := readGuests("../examples/guests")
	if err != nil {
		t.Fatal(err)
	}
	host, err := newPatchbay(ctx, guests.echo)
	if err != nil {
		t.Fatal(err)
	}
	for language, binary := range map[string][]byte{
		"C":    kernelGuest(t, "kernels-c.wasm", kernelsC),
		"Rust": kernelGuest(t, "kernels-rust.wasm", kernelsRust),
	} {
		bare, err := bareWorkbench(ctx, binary)
		if err != nil {
			t.Fatal(err)
		}
		metered, err := host.workbench(ctx, binary)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range kernelCases() {
			t.Run(fmt.Sprintf("%s/%s/%.20q", language, k.name, k.input), func(t *testing.T) {
				if err := bare.runs(k)(2); err != nil {
					t.Error("unmetered:", err)
				}
				if err := metered.runs(k)(2); err != nil {
					t.Error("metered:", err)
				}
			})
		}
	}
}

// TestResizedKeepsWhatIsEven sees that an image of one color keeps it, and that
// halving takes the mean of four.
func TestResizedKeepsWhatIsEven(t *testing.T) {
	for i, got := range resized([]byte(strings.Repeat("\xff\x00\x80\x01", 30)), 6, 5, 4, 3) {
		if want := "\xff\x00\x80\x01"[i%4]; got != want {
			t.Fatalf("byte %d is %#x, want %#x", i, got, want)
		}
	}
	four := []byte{10, 0, 0, 0, 20, 0, 0, 0, 30, 0, 0, 0, 40, 0, 0, 255}
	if got := fmt.Sprint(resized(four, 2, 2, 1, 1)); got != "[25 0 0 64]" {
		t.Errorf("the mean of four pixels is %s", got)
	}
}
