package config_test

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/config"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

var update = flag.Bool("update", false, "write the golden files anew")

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Parse(filepath.FromSlash("dir/patchbay.toml"), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAll reads every key that there is.
func TestAll(t *testing.T) {
	text, err := os.ReadFile("testdata/all.toml")
	if err != nil {
		t.Fatal(err)
	}
	c := parse(t, string(text))
	reply := "pong"
	want := config.Plugin{
		Name: "greet", File: filepath.FromSlash("dir/greet.wasm"), SHA256: strings.Repeat("0a", 32), Contract: plugin.WaPC,
		Limits: engine.Limits{Timeout: -time.Second, MemoryBytes: 16 << 20, Fuel: 1000, ModuleSize: 1 << 20, Functions: 10, TableElements: 20},
		Pool:   plugin.Pool{Size: 1, Warm: 1, Queue: -1, MaxCalls: 5, MaxAge: time.Hour, MaxMemory: 1 << 20},
		Grants: config.Grants{
			Args: []string{"greet", "-v"}, Env: []string{"A=1", "LANG=en"}, Stdout: "none", Stderr: "log",
			Dirs: []config.Dir{
				{Host: filepath.FromSlash("dir/data"), Guest: "/in", Writable: true}, {Host: filepath.FromSlash("/srv/more"), Guest: "/more"},
			},
		},
		LogLevel: slog.LevelWarn, OnFailure: "open", HostCalls: "log",
		Circuit: config.Circuit{Row: -1, Rate: 0.25, Window: time.Minute, Least: 7},
		Swap: config.Swap{
			Touch: true, Drain: 5 * time.Second, Keep: 2, AllowMissing: true,
			Probe:    &config.Probe{Operation: "ping", Payload: []byte("x"), Reply: &reply, Timeout: 3 * time.Second},
			Handover: config.Handover{Quiesce: "q", Resume: "r", Save: "s", Restore: "t"},
			Trial:    config.Trial{Off: true, Calls: 9, Time: 4 * time.Second, Rate: 0.125, Least: 2},
		},
	}
	if diff := cmp.Diff(want, c.Plugins[0]); diff != "" {
		t.Error(diff)
	}
	server := config.Server{
		Listen: config.Address{Network: "unix", Address: filepath.FromSlash("dir/calls.sock")}, TokenFile: filepath.FromSlash("dir/token"),
		Hosts: []string{"plugins.example"}, Origins: []string{"https://example.org"}, MaxBody: 1 << 20,
		Control: config.Address{Network: "unix", Address: filepath.FromSlash("/run/patchbay.sock")}, State: filepath.FromSlash("dir/state"),
		Health: config.Address{Network: "tcp", Address: "127.0.0.1:9100"},
		Drain:  7 * time.Second, Debounce: time.Second, LogLevel: slog.LevelDebug, Tracing: config.Tracing{Endpoint: "http://localhost:4318", Service: "bay", Ratio: 0.5},
	}
	if diff := cmp.Diff(server, c.Server); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(config.Engine{Mode: "interpreter", CacheDir: filepath.FromSlash("dir/cache")}, c.Engine); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(plugin.Budget{Memory: 1 << 30, Instances: 100, Compilations: 1}, c.Budget); diff != "" {
		t.Error(diff)
	}
	gateways := []config.Gateway{{
		Name: "web", Listen: config.Address{Network: "tcp", Address: "127.0.0.1:8080"}, Filter: "greet", Operation: "check",
		Upstream: "http://localhost:9000", MaxBody: 1024, Timeout: time.Second,
	}}
	if diff := cmp.Diff(gateways, c.Gateways); diff != "" {
		t.Error(diff)
	}
}

func TestDefaults(t *testing.T) {
	c := parse(t, "[plugin.greet]\nfile = 'greet.wasm'\n")
	if diff := cmp.Diff(config.DefaultPlugin("greet", filepath.FromSlash("dir/greet.wasm")), c.Plugins[0]); diff != "" {
		t.Error(diff)
	}
	other := config.Default("dir")
	if diff := cmp.Diff(other.Server, c.Server); diff != "" {
		t.Error(diff)
	}
	if got := c.Server.Control.String(); got != "unix:"+filepath.FromSlash("dir/.patchbay/control.sock") {
		t.Errorf("the control is at %s", got)
	}
}

// TestErrors holds what is said of files with mistakes to a golden file.
func TestErrors(t *testing.T) {
	bad, err := os.ReadFile("testdata/errors.txt")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for text := range strings.SplitSeq(strings.TrimSuffix(string(bad), "\n"), "\n---\n") {
		_, err := config.Parse("patchbay.toml", []byte(text))
		if err == nil {
			t.Errorf("no error:\n%s", text)
			continue
		}
		if one := new(config.Error); !errors.As(err, &one) {
			t.Errorf("%T is no Error", err)
		}
		fmt.Fprintf(&b, "%v\n\n", err)
	}
	const golden = "testdata/errors.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestRead(t *testing.T) {
	if _, err := config.Read(filepath.Join(t.TempDir(), "none.toml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := config.Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "it is a folder") {
		t.Errorf("got %v", err)
	}
}

// TestPrefixes: a file that is cut off is an error or a shorter file, and never
// anything worse.
func TestPrefixes(t *testing.T) {
	text, err := os.ReadFile("testdata/all.toml")
	if err != nil {
		t.Fatal(err)
	}
	for n := range text {
		c, err := config.Parse("patchbay.toml", text[:n])
		if (c == nil) == (err == nil) {
			t.Fatalf("%d bytes: %v, %v", n, c, err)
		}
		if one := new(config.Error); err != nil && !errors.As(err, &one) {
			t.Fatalf("%d bytes: %T is no Error", n, err)
		}
	}
}

// TestDocumented holds docs/config.md to the keys that there are: those that
// testdata/all.toml shows, and TestAll reads.
func TestDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadFile("testdata/all.toml")
	if err != nil {
		t.Fatal(err)
	}
	keys := regexp.MustCompile(`(?m)^(\w+) = `)
	shown := map[string]bool{}
	for _, match := range keys.FindAllStringSubmatch(string(all), -1) {
		shown[match[1]] = true
		if !strings.Contains(string(page), "`"+match[1]+"`") && match[1] != "A" && match[1] != "LANG" {
			t.Errorf("docs/config.md does not say what %s is", match[1])
		}
	}
	row := regexp.MustCompile("(?m)^\\| ((?:`\\w+`(?:, )?)+) \\|")
	for _, match := range row.FindAllStringSubmatch(string(page), -1) {
		for key := range strings.SplitSeq(match[1], ", ") {
			if key = strings.Trim(key, "`"); !shown[key] && key != "files" && key != "env" {
				t.Errorf("docs/config.md has the key %s, which testdata/all.toml does not show", key)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"testdata/all.toml", "testdata/errors.txt"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for part := range strings.SplitSeq(string(text), "\n---\n") {
			f.Add([]byte(part))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := config.Parse("patchbay.toml", text)
		if err != nil {
			_ = err.Error()
			return
		}
		for _, p := range c.Plugins {
			if p.Name == "" || p.File == "" || p.Swap.Keep < 1 {
				t.Errorf("%+v", p)
			}
		}
	})
}
