package wasi_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/patchbay-go/patchbay/wasi"
)

func TestValidate(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	files := fstest.MapFS{}
	tests := []struct {
		name   string
		config wasi.Config
		want   string // part of the error; "" for none
	}{
		{"zero", wasi.Config{}, ""},
		{"all", wasi.Config{
			Args: []string{"", "é"}, Env: []string{"A=", "B=x=y"},
			Preopens: []wasi.Preopen{{Name: "/", Root: root, Writable: true}, {Name: "/ro", FS: files}},
		}, ""},
		{"NUL in an argument", wasi.Config{Args: []string{"ok", "a\x00b"}}, `argument 1 "a\x00b": it has a NUL`},
		{"argument not UTF-8", wasi.Config{Args: []string{"\xff"}}, `argument 0 "\xff": it is not UTF-8`},
		{"no equals sign", wasi.Config{Env: []string{"PATH"}}, `environment entry "PATH": it has no name`},
		{"no variable name", wasi.Config{Env: []string{"=x"}}, `environment entry "=x": it has no name`},
		{"NUL in a variable", wasi.Config{Env: []string{"A=\x00"}}, "it has a NUL"},
		{"no guest name", wasi.Config{Preopens: []wasi.Preopen{{Root: root}}}, `preopen 0 "": it has no name for the guest`},
		{"no directory", wasi.Config{Preopens: []wasi.Preopen{{Name: "/"}}}, "neither Root nor FS"},
		{"two directories", wasi.Config{Preopens: []wasi.Preopen{{Name: "/", Root: root, FS: files}}}, "both Root and FS"},
		{"writable FS", wasi.Config{Preopens: []wasi.Preopen{{Name: "/", FS: files, Writable: true}}}, "an FS cannot be written"},
		{"same name", wasi.Config{Preopens: []wasi.Preopen{{Name: "/", FS: files}, {Name: "/", Root: root}}}, `preopen 1 "/": another one`},
		{"too many", wasi.Config{Preopens: make([]wasi.Preopen, wasi.MaxPreopens+1)}, "more than 256"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.config.Validate()
			switch {
			case test.want == "" && err != nil:
				t.Errorf("Validate: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("Validate: %v, want an error with %q", err, test.want)
			}
		})
	}
}
