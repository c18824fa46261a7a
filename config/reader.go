package config

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patchbay-go/patchbay/internal/spelling"
	"github.com/patchbay-go/patchbay/internal/tomlfile"
	"github.com/patchbay-go/patchbay/plugin"
)

// The defaults.
const (
	defaultListen = "127.0.0.1:8077"
	defaultState  = ".patchbay"
	defaultBody   = 4 << 20
	defaultDrain  = 30 * time.Second
)

// A reader turns the form of the file into a Config and gathers what is wrong.
type reader struct {
	document *tomlfile.Document // nil: there is no file
	dir      string
	errs     []*tomlfile.Error
}

func (r *reader) fail(at []any, format string, args ...any) {
	if r.document != nil {
		r.errs = append(r.errs, r.document.Errorf(at, format, args...))
	}
}

// path makes a path of the file one of the process.
func (r *reader) path(name string) string {
	name = filepath.FromSlash(name)
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(r.dir, name)
}

// choice checks that a word is one of several, of which the first is the default.
func (r *reader) choice(value string, at []any, among ...string) string {
	if value == "" {
		return among[0]
	}
	if !slices.Contains(among, value) {
		r.fail(at, "%q is none of %s", value, strings.Join(among, ", "))
	}
	return value
}

func (r *reader) level(text string, at []any) slog.Level {
	level := slog.LevelInfo
	if text != "" && level.UnmarshalText([]byte(text)) != nil {
		r.fail(at, "%q is none of debug, info, warn, error", text)
	}
	return level
}

// atLeast checks a number.
func atLeast[N int | int64](r *reader, value, least N, at []any) N {
	if value < least {
		r.fail(at, "%d is too small; %d is the least", value, least)
		return least
	}
	return value
}

func (r *reader) config(path string, f *file) *Config {
	c := &Config{
		Path:   path,
		Server: r.server(&f.Server),
		Engine: Engine{
			Mode:     r.choice(f.Engine.Mode, []any{"engine", "mode"}, "auto", "compiler", "interpreter"),
			CacheDir: r.path(f.Engine.CacheDir),
		},
		Budget: plugin.Budget{
			Memory:       f.Budget.Memory.Bytes,
			Instances:    atLeast(r, f.Budget.Instances, 0, []any{"budget", "instances"}),
			Compilations: atLeast(r, f.Budget.Compilations, 0, []any{"budget", "compilations"}),
		},
	}
	for _, name := range slices.Sorted(maps.Keys(f.Plugins)) {
		p := f.Plugins[name]
		c.Plugins = append(c.Plugins, r.plugin(name, &p))
	}
	for _, name := range slices.Sorted(maps.Keys(f.Gateways)) {
		g := f.Gateways[name]
		c.Gateways = append(c.Gateways, r.gateway(name, &g, f.Plugins))
	}
	r.listeners(c)
	return c
}

func (r *reader) server(f *serverFile) Server {
	s := Server{
		TokenFile: r.path(f.TokenFile),
		Hosts:     f.Hosts,
		Origins:   f.Origins,
		MaxBody:   int64(cmp.Or(min(f.MaxBody.Bytes, 1<<40), defaultBody)),
		State:     r.path(cmp.Or(f.State, defaultState)),
		Drain:     duration(f.Drain, defaultDrain),
		Debounce:  duration(f.Debounce, 100*time.Millisecond),
		LogLevel:  r.level(f.LogLevel, []any{"server", "log_level"}),
		Tracing:   r.tracing(&f.Tracing),
	}
	s.Listen = r.address(pointed(f.Listen, defaultListen), []any{"server", "listen"})
	s.Control = r.address(pointed(f.Control, "unix:"+filepath.ToSlash(filepath.Join(cmp.Or(f.State, defaultState), "control.sock"))), []any{"server", "control"})
	if f.Health != "" {
		s.Health = r.address(f.Health, []any{"server", "health"})
	}
	if s.Control.Network == "tcp" {
		r.fail([]any{"server", "control"}, "the control is on a unix socket, such as \"unix:control.sock\": who may open it may do everything")
	}
	for i, origin := range f.Origins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme == "" || u.Host == "" || u.Path != "" {
			r.fail([]any{"server", "origins", i}, "%q is no origin such as \"https://example.org\"", origin)
		}
	}
	return s
}

func (r *reader) tracing(f *tracingFile) Tracing {
	t := Tracing{Endpoint: f.Endpoint, Service: cmp.Or(f.Service, "patchbay"), Ratio: 1}
	if f.Endpoint != "" && !isURL(f.Endpoint) {
		r.fail([]any{"server", "tracing", "endpoint"}, "%q is no URL such as \"http://localhost:4318\"", f.Endpoint)
	}
	if f.Ratio != nil {
		t.Ratio = r.part(*f.Ratio, []any{"server", "tracing", "ratio"})
	}
	return t
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// part checks a number from 0 to 1.
func (r *reader) part(value float64, at []any) float64 {
	if !(value >= 0 && value <= 1) {
		r.fail(at, "%v is not from 0 to 1", value)
		return 0
	}
	return value
}

// address reads an address of the file.
func (r *reader) address(text string, at []any) Address {
	a, err := ParseAddress(text)
	if err != nil {
		r.fail(at, "%v", err)
	}
	if a.Network == "unix" {
		a.Address = r.path(a.Address)
	}
	return a
}

// ParseAddress reads "HOST:PORT" or "unix:PATH".
func ParseAddress(text string) (Address, error) {
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		if path == "" {
			return Address{}, fmt.Errorf("%q names no socket", text)
		}
		return Address{"unix", path}, nil
	}
	_, port, err := net.SplitHostPort(text)
	number, portErr := strconv.Atoi(port)
	if err != nil || portErr != nil || number < 0 || number > 65535 {
		return Address{}, fmt.Errorf("%q is no address such as \"127.0.0.1:8077\" or \"unix:calls.sock\"", text)
	}
	return Address{"tcp", text}, nil
}

// listeners checks that nothing listens at one address twice.
func (r *reader) listeners(c *Config) {
	taken := map[Address]string{c.Server.Listen: "server.listen"}
	add := func(a Address, name string, at ...any) {
		if a.Network == "tcp" && strings.HasSuffix(a.Address, ":0") {
			return
		}
		if other, ok := taken[a]; ok {
			r.fail(at, "%s has the same address", other)
		}
		taken[a] = name
	}
	add(c.Server.Control, "server.control", "server", "control")
	if c.Server.Health != (Address{}) {
		add(c.Server.Health, "server.health", "server", "health")
	}
	for _, g := range c.Gateways {
		add(g.Listen, "gateway."+g.Name+".listen", "gateway", g.Name, "listen")
	}
}

func (r *reader) gateway(name string, f *gatewayFile, plugins map[string]pluginFile) Gateway {
	at := func(key string) []any { return []any{"gateway", name, key} }
	g := Gateway{
		Name: name, Filter: f.Filter, Operation: cmp.Or(f.Operation, "http.request"), Upstream: f.Upstream, Files: r.path(f.Files),
		MaxBody: int64(cmp.Or(min(f.MaxBody.Bytes, 1<<40), defaultBody)), Timeout: duration(f.Timeout, 2*time.Second),
	}
	r.name(name, []any{"gateway", name})
	if f.Listen == "" {
		r.fail(at("listen"), "listen is missing: where the gateway takes requests")
	} else {
		g.Listen = r.address(f.Listen, at("listen"))
	}
	if _, ok := plugins[f.Filter]; !ok {
		r.noPlugin(f.Filter, at("filter"), slices.Sorted(maps.Keys(plugins)))
	}
	switch {
	case f.Upstream == "" && f.Files == "":
		r.fail([]any{"gateway", name}, "upstream or files is missing: where requests go")
	case f.Upstream != "" && f.Files != "":
		r.fail(at("files"), "upstream is given as well")
	case f.Upstream != "" && !isURL(f.Upstream):
		r.fail(at("upstream"), "%q is no URL such as \"http://localhost:9000\"", f.Upstream)
	}
	return g
}

func (r *reader) noPlugin(name string, at []any, names []string) {
	hint := ""
	if near := spelling.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	if name == "" {
		r.fail(at, "filter is missing: the name of a plugin")
		return
	}
	r.fail(at, "there is no plugin %q%s", name, hint)
}

// name checks a name that becomes part of URLs, metrics and file names.
func (r *reader) name(name string, at []any) {
	if err := CheckName(name); err != nil {
		r.fail(at, "%v", err)
	}
}

// CheckName says why a plugin cannot have a name: it is part of URLs, metrics and
// names of files.
func CheckName(name string) error {
	const most = 64
	ok := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
	}
	if name == "" || len(name) > most || strings.HasPrefix(name, ".") || strings.ContainsFunc(name, func(c rune) bool { return !ok(c) }) {
		return fmt.Errorf("%q is no name: it has up to %d letters, digits, - _ and ., and does not begin with a dot", name, most)
	}
	return nil
}

func duration(d *tomlfile.Duration, otherwise time.Duration) time.Duration {
	if d == nil {
		return otherwise
	}
	return d.Duration
}

func pointed[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
