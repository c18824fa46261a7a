package componenttest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Guest is a component of the worlds mirror or relay.
type Guest struct {
	Name   string
	Binary []byte
}

// Guests reads the guests in a folder.
func Guests(t testing.TB, folder string) []Guest {
	t.Helper()
	var guests []Guest
	for _, world := range []string{"mirror", "relay"} {
		files, err := filepath.Glob(filepath.Join(folder, world+"-*.wasm"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no guest of the world %s: %v", folder, world, err)
		}
		for _, file := range files {
			binary, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			guests = append(guests, Guest{strings.TrimSuffix(filepath.Base(file), ".wasm"), binary})
		}
	}
	return guests
}

// Relays reports whether the guest asks the host.
func (g Guest) Relays() bool { return strings.HasPrefix(g.Name, "relay-") }

// OwnsResources reports whether the guest hears when a resource of its own is
// dropped, and takes back one that it gave away. Those of componentize-qjs 0.4.5 do
// not: they trap, since their table has "resource not found".
func (g Guest) OwnsResources() bool { return !strings.HasSuffix(g.Name, "-js") }

// Narrow reports whether the guest has integers of 64 bits only as doubles:
// componentize-qjs says so of JavaScript.
func (g Guest) Narrow() bool { return strings.HasSuffix(g.Name, "-js") }
