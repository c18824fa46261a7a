package wit_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// binaryOf encodes the first package of a text, without those behind it.
func binaryOf(t *testing.T, text string) *fstest.MapFile {
	t.Helper()
	_, pkg, err := wit.Parse([]*syntax.Source{{Name: "x.wit", Text: text}}, all)
	if err != nil {
		t.Fatal(err)
	}
	binary, err := pkg.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: binary}
}

// TestBinaries loads folders with dependencies in the binary format, which speak
// of packages that are there in another form, or not at all.
func TestBinaries(t *testing.T) {
	const io = "package acme:io { interface poll { resource pollable; type id = u32; } interface streams { record chunk { at: u64 } f: func(); } }"
	clock := binaryOf(t, "package acme:clock; interface clock { use acme:io/poll.{pollable}; wait: func() -> pollable; }"+io)
	files := binaryOf(t, "package acme:files; interface files { use acme:io/streams.{chunk}; read: func() -> chunk; }"+io)
	main := &fstest.MapFile{Data: []byte(`package a:b; world w { import acme:clock/clock; import acme:files/files; import acme:io/poll; }`)}
	text := &fstest.MapFile{Data: []byte("package acme:io; interface poll { resource pollable; type id = u32; g: func(); } interface streams { record chunk { at: u64 } f: func(); }")}
	less := &fstest.MapFile{Data: []byte("package acme:io; interface poll { type id = u32; } interface streams { record chunk { at: u64 } }")}
	for _, test := range []struct {
		name  string
		files fstest.MapFS
		want  string // the error
	}{
		{"partial", fstest.MapFS{"a.wit": main, "deps/clock.wasm": clock, "deps/files.wasm": files}, ""},
		{"whole", fstest.MapFS{"a.wit": main, "deps/clock.wasm": clock, "deps/files.wasm": files, "deps/io/a.wit": text}, ""},
		{"less", fstest.MapFS{"a.wit": main, "deps/clock.wasm": clock, "deps/files.wasm": files, "deps/io.wit": less},
			`deps/clock.wasm:4:23: there is no type "pollable" in interface "poll"; there is id`},
		{"twice", fstest.MapFS{"a.wit": main, "deps/clock.wasm": clock, "deps/clock2.wasm": clock},
			"deps/clock2.wasm: package acme:clock is defined twice; also in deps/clock.wasm"},
		{"both", fstest.MapFS{"a.wit": main, "deps/clock.wasm": clock, "deps/clock.wit": {Data: []byte("package acme:clock; interface clock {}")}},
			"deps/clock.wit:1:9: package acme:clock is defined twice; also at deps/clock.wasm:1:9"},
		{"missing", fstest.MapFS{"a.wit": main, "deps/clock.wasm": clock},
			"a.wit:1:56: there is no package acme:files; put it into the folder deps"},
		{"component", fstest.MapFS{"a.wit": main, "deps/x.wasm": {Data: []byte("\x00asm\x0d\x00\x01\x00")}},
			"deps/x.wasm: a component is no package in the binary format"},
		{"itself", fstest.MapFS{"a.wit": {Data: []byte("package acme:io; interface poll { use acme:clock/clock.{pollable}; }")}, "deps/clock.wasm": clock},
			"a.wit:1:39: package acme:clock depends on itself"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, pkg, err := wit.LoadFS(test.files, ".", wit.Options{})
			if test.want != "" || err != nil {
				if got := fmt.Sprint(err); got != test.want {
					t.Errorf("\n got %s\nwant %s", got, test.want)
				}
				return
			}
			golden(t, "testdata/binaries/"+test.name+".wit.golden", r.Print(pkg))
			checkPrint(t, r, pkg)
		})
	}
}
