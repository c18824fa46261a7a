package project

import (
	"flag"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the copies of the SDKs anew")

const root = "../../../.."

// TestGoSDK holds the vendored SDK of new Go projects to guest/go.
func TestGoSDK(t *testing.T) {
	const module = "github.com/patchbay-go/patchbay/guest/go"
	sdk := filepath.Join(root, "guest", "go")
	archive := &txtar.Archive{}
	list := "# " + module + " v0.1.0\n## explicit; go 1.24\n"
	names := []string{"LICENSE"}
	for _, dir := range []string{"internal/abi", "internal/rpc", "wapc", "wapctest"} {
		files, err := filepath.Glob(filepath.Join(sdk, filepath.FromSlash(dir), "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("guest/go has no package %s: %v", dir, err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				names = append(names, path.Join(dir, filepath.Base(file)))
			}
		}
		list += module + "/" + dir + "\n"
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(sdk, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		archive.Files = append(archive.Files, txtar.File{Name: path.Join("vendor", module, name), Data: data})
	}
	archive.Files = append(archive.Files, txtar.File{Name: "vendor/modules.txt", Data: []byte(list)})
	compare(t, "go_sdk", archive)
}

// TestCSDK holds the headers of new C projects to those of the examples.
func TestCSDK(t *testing.T) {
	archive := &txtar.Archive{}
	for _, name := range []string{"host.h", "json.h", "wapc.h"} {
		data, err := os.ReadFile(filepath.Join(root, "examples", "guests", "wapc", name))
		if err != nil {
			t.Fatal(err)
		}
		archive.Files = append(archive.Files, txtar.File{Name: "wapc/" + name, Data: data})
	}
	compare(t, "c_sdk", archive)
}

func compare(t *testing.T, name string, want *txtar.Archive) {
	t.Helper()
	file := filepath.Join("templates", name+".txtar")
	if *update {
		if err := os.WriteFile(file, txtar.Format(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(txtar.Format(want)), string(have)); diff != "" {
		t.Errorf("%s is another than the SDK; go test -update writes it anew:\n%s", file, diff)
	}
}
