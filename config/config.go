// Package config is patchbay.toml: which plugins there are, what each may touch
// and use, and where `patchbay serve` listens. docs/config.md describes every key.
//
// A [Config] is plain structs, filled in by [Read] and [Parse]; nothing is
// opened. Keys are strict, and an error points at its line: see [Error]. Whoever
// reads the file again and gets an error still has the Config from before.
package config

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/tomlfile"
	"github.com/patchbay-go/patchbay/plugin"
)

// File is the name of the configuration in a folder.
const File = "patchbay.toml"

// A Config is what patchbay.toml says. Paths in it are absolute, or relative to
// the current folder if the path of the file was.
type Config struct {
	// Path is that of the file.
	Path string

	// Server says where and how it is served.
	Server Server

	// Engine says how guests are compiled.
	Engine Engine

	// Budget is what all plugins may use together.
	Budget plugin.Budget

	// Plugins are sorted by name.
	Plugins []Plugin

	// Gateways are HTTP gateways with a plugin as their filter, sorted by name.
	Gateways []Gateway
}

// Server is the part of `patchbay serve` that is no plugin.
type Server struct {
	// Listen is where calls are taken.
	Listen Address

	// TokenFile is a file with the bearer token that callers must show. If it is
	// empty one is made for a TCP address, and kept in the state folder.
	TokenFile string

	// Hosts are names that callers may use for this server besides that of the
	// address and the names of the loopback.
	Hosts []string

	// Origins are those of the web pages that may call.
	Origins []string

	// MaxBody is how large a payload may be; by default 4 MiB.
	MaxBody int64

	// Control is where the server takes commands.
	Control Address

	// Health is where health and metrics are to be had as well, without a token;
	// nowhere if it is empty.
	Health Address

	// State is the folder for what outlives the process.
	State string

	// Drain is how long calls in flight have when the server ends; by default
	// 30 s.
	Drain time.Duration

	// Debounce is how long a plugin's file must be left alone, twice, before it is
	// read as a new version; by default 100 ms.
	Debounce time.Duration

	// LogLevel is the least that is logged.
	LogLevel slog.Level

	// Tracing says where spans go; nowhere unless it has an Endpoint.
	Tracing Tracing
}

// Tracing says where OpenTelemetry spans go.
type Tracing struct {
	// Endpoint is the URL of an OTLP collector (over HTTP).
	Endpoint string

	// Service is the name under which the spans stand; "patchbay" by default.
	Service string

	// Ratio is the part of the traces that begin here which are recorded, from 0
	// to 1; by default all.
	Ratio float64
}

// Engine says how guests are compiled.
type Engine struct {
	// Mode is "auto", "compiler" or "interpreter".
	Mode string

	// CacheDir is the folder for compiled modules; empty means that whoever runs
	// the engine decides.
	CacheDir string
}

// An Address is a TCP address or the path of a unix socket.
type Address struct {
	Network string // "tcp" or "unix"
	Address string // "127.0.0.1:8077", or a path
}

// String returns the address as it stands in the file.
func (a Address) String() string {
	if a.Network == "unix" {
		return "unix:" + a.Address
	}
	return a.Address
}

// A Plugin is one plugin.
type Plugin struct {
	// Name is its name for callers.
	Name string

	// File is its module.
	File string

	// SHA256 is the digest that the module must have, in lower-case hexadecimal;
	// empty if it may be any.
	SHA256 string

	// Contract says how it is called; empty, its bytes tell.
	Contract plugin.Contract

	// Limits bound the module and each instance. Timeout is less than 0 if calls
	// may last for ever.
	Limits engine.Limits

	// Pool says how many instances there may be.
	Pool plugin.Pool

	// Grants is what it may touch.
	Grants Grants

	// LogLevel is the least that is logged of it.
	LogLevel slog.Level

	// OnFailure is the failure policy: "reload", "closed" or "open".
	OnFailure string

	// HostCalls is how its calls to the host are answered: "deny", "log" or "echo".
	HostCalls string

	// Circuit says when it is started anew.
	Circuit Circuit

	// Swap says how a new version takes the place of the old one.
	Swap Swap
}

// Grants is what a plugin may touch.
type Grants struct {
	Args   []string
	Env    []string // each as "NAME=value"
	Dirs   []Dir
	Stdout string // "log" or "none"
	Stderr string // "log" or "none"
}

// A Dir is a folder of the host that a guest may use.
type Dir struct {
	Host     string // the folder
	Guest    string // its name for the guest
	Writable bool
}

// Swap says when a new version is taken, how it is tried, and when it is given up.
type Swap struct {
	// Watch says that a change of the file is a new version.
	Watch bool

	// Touch says that a file that is written anew with the same bytes is one as
	// well.
	Touch bool

	// Probe is a call that a new version must answer before others reach it.
	Probe *Probe

	// Handover has names of operations, each empty if there is none: Quiesce has
	// the old version give up what only one can have, Resume takes that back, Save
	// answers with the state that Restore takes in the new version. With any of
	// them the pool has one instance.
	Handover Handover

	// AllowMissing lets a new version lack operations of the old one.
	AllowMissing bool

	// Drain is how long calls of the old version are waited for.
	Drain time.Duration

	// Trial says when a new version is rolled back by itself.
	Trial Trial

	// Keep is how many versions' bytes are kept.
	Keep int
}

// A Handover names the operations that hand over state.
type Handover struct{ Quiesce, Resume, Save, Restore string }

// A Trial is the beginning of a version's life.
type Trial struct {
	// Off means that versions are never rolled back by themselves.
	Off bool

	// Calls and Time are how long it lasts, whichever ends first.
	Calls int
	Time  time.Duration

	// Rate is which part of the calls may fail, from 0 to 1, and Least how many
	// must have failed before it counts.
	Rate  float64
	Least int
}

// A Circuit says when a plugin that runs has failed and is started anew.
type Circuit struct {
	// Row is how many traps in a row are too many; less than 0 is no number.
	Row int

	// Rate is which part of the calls within Window must trap, if Least at least
	// do.
	Rate   float64
	Window time.Duration
	Least  int
}

// A Probe is a call of a new version.
type Probe struct {
	Operation string
	Payload   []byte
	Reply     *string // what it must answer; nil if any answer will do
	Timeout   time.Duration
}

// A Gateway is an HTTP server whose requests pass a plugin on their way.
type Gateway struct {
	Name   string
	Listen Address

	// Filter is the name of the plugin.
	Filter string

	// Operation is what is called of it; "http.request" by default.
	Operation string

	// Upstream is the URL to which requests go; or else
	Upstream string

	// Files is the folder of files that are served.
	Files string

	// MaxBody is how large a request's body may be; by default 4 MiB.
	MaxBody int64

	// Timeout is how long the filter has for a request; by default 2 s.
	Timeout time.Duration
}

// An Error is what is wrong at one place of the file: its Error method shows the
// line.
type Error = tomlfile.Error

// Read reads the configuration in a file.
func Read(path string) (*Config, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("read %s: it is a folder", path)
	case info.Size() > tomlfile.MaxSize:
		return nil, fmt.Errorf("read %s: it has %d bytes; %d is the most", path, info.Size(), tomlfile.MaxSize)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse reads the text of the file at a path, which need not be there. Errors are
// or wrap an [*Error].
func Parse(path string, text []byte) (*Config, error) {
	var f file
	document, err := tomlfile.Decode(path, text, &f)
	if err != nil {
		return nil, err
	}
	r := &reader{document: document, dir: filepath.Dir(path)}
	c := r.config(path, &f)
	slices.SortFunc(r.errs, func(a, b *tomlfile.Error) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	if err := tomlfile.Join(r.errs); err != nil {
		return nil, err
	}
	return c, nil
}

// Default returns the configuration of a folder without a file: no plugins, and
// a server with its sockets and state in dir.
func Default(dir string) *Config {
	r := &reader{dir: dir}
	c := r.config("", &file{})
	return c
}

// DefaultPlugin returns a plugin with the defaults of the file's keys.
func DefaultPlugin(name, path string) Plugin {
	r := &reader{}
	p := r.plugin(name, &pluginFile{File: &path})
	p.File = path
	return p
}

// Check compares what came of the probe with what it must. Without a reply that
// is wanted the call must succeed.
func (p *Probe) Check(reply []byte, err error) error {
	switch {
	case err != nil:
		return err
	case p.Reply != nil && *p.Reply != string(reply):
		return fmt.Errorf("the reply is %.80q; wanted is %.80q", reply, *p.Reply)
	}
	return nil
}
