package config

import (
	"encoding/hex"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

func (r *reader) plugin(name string, f *pluginFile) Plugin {
	at := func(keys ...any) []any { return append([]any{"plugin", name}, keys...) }
	r.name(name, at())
	p := Plugin{
		Name:      name,
		Contract:  plugin.Contract(f.Contract),
		LogLevel:  r.level(f.LogLevel, at("log_level")),
		OnFailure: r.choice(f.OnFailure, at("on_failure"), "reload", "closed", "open"),
		HostCalls: r.choice(f.HostCalls, at("host_calls"), "deny", "log", "echo"),
		Limits:    r.limits(&f.Limits, at),
		Pool:      r.pool(&f.Pool, at),
		Grants:    r.grants(f, at),
		Circuit:   r.circuit(&f.Circuit, at),
		Swap:      r.swap(&f.Swap, at),
	}
	if p.Swap.Handover != (Handover{}) && f.Pool.Size > 1 {
		r.fail(at("pool", "size"), "a plugin that hands over its state has one instance")
	}
	if f.Contract != "" {
		r.choice(f.Contract, at("contract"), string(plugin.WaPC), string(plugin.Tube))
	}
	if f.File == nil || *f.File == "" {
		r.fail(at("file"), "file is missing: the module of the plugin")
	} else {
		p.File = r.path(*f.File)
	}
	if f.SHA256 != nil {
		p.SHA256 = strings.ToLower(*f.SHA256)
		if digest, err := hex.DecodeString(p.SHA256); err != nil || len(digest) != 32 {
			r.fail(at("sha256"), "a SHA-256 digest has 64 hexadecimal digits")
		}
	}
	return p
}

// at makes the path of a key of one plugin.
type at = func(keys ...any) []any

func (r *reader) limits(f *limitsFile, at at) engine.Limits {
	l := engine.Limits{
		MemoryBytes:   f.Memory.Bytes,
		Fuel:          uint64(atLeast(r, f.Fuel, 0, at("limits", "fuel"))),
		ModuleSize:    int(min(f.ModuleSize.Bytes, 1<<30)),
		Functions:     atLeast(r, f.Functions, 0, at("limits", "functions")),
		TableElements: atLeast(r, f.TableEntries, 0, at("limits", "table_elements")),
		Timeout:       duration(f.Timeout, 0),
	}
	if f.Timeout != nil && f.Timeout.Duration == 0 {
		l.Timeout = -time.Second // for ever; 0 would be the default
	}
	return l
}

func (r *reader) pool(f *poolFile, at at) plugin.Pool {
	p := plugin.Pool{
		Size:      atLeast(r, f.Size, 0, at("pool", "size")),
		Warm:      atLeast(r, f.Warm, 0, at("pool", "warm")),
		MaxCalls:  uint64(atLeast(r, f.MaxCalls, 0, at("pool", "max_calls"))),
		MaxAge:    f.MaxAge.Duration,
		MaxMemory: f.MaxMemory.Bytes,
	}
	if f.Size > 0 && f.Warm > f.Size {
		r.fail(at("pool", "warm"), "%d instances cannot be kept warm in a pool of %d", f.Warm, f.Size)
	}
	if f.Queue != nil {
		p.Queue = atLeast(r, *f.Queue, 0, at("pool", "queue"))
		if p.Queue == 0 {
			p.Queue = -1 // none; 0 would be the default
		}
	}
	return p
}

func (r *reader) grants(f *pluginFile, at at) Grants {
	g := Grants{
		Args:   f.Args,
		Stdout: r.choice(f.Stdout, at("stdout"), "log", "none"),
		Stderr: r.choice(f.Stderr, at("stderr"), "log", "none"),
	}
	for _, name := range slices.Sorted(maps.Keys(f.Env)) {
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.ContainsRune(f.Env[name], 0) {
			r.fail(at("env", name), "this cannot be a variable of an environment")
		}
		g.Env = append(g.Env, name+"="+f.Env[name])
	}
	guests := map[string]bool{}
	for i, d := range f.Dirs {
		if d.Host == "" {
			r.fail(at("dir", i), "host is missing: the folder that the guest may use")
		}
		if d.Guest == "" {
			d.Guest = "/" + path.Base(strings.ReplaceAll(d.Host, "\\", "/"))
		}
		if guests[d.Guest] {
			r.fail(at("dir", i, "guest"), "the guest's folder %q is given twice", d.Guest)
		}
		guests[d.Guest] = true
		g.Dirs = append(g.Dirs, Dir{Host: r.path(d.Host), Guest: d.Guest, Writable: d.Writable})
	}
	return g
}

func (r *reader) circuit(f *circuitFile, at at) Circuit {
	c := Circuit{
		Row:    pointed(f.Row, 10),
		Rate:   r.part(pointed(f.Rate, 0.5), at("circuit", "rate")),
		Window: duration(f.Window, 10*time.Second),
		Least:  atLeast(r, pointed(f.Least, 20), 1, at("circuit", "least")),
	}
	if c.Row == 0 {
		r.fail(at("circuit", "row"), "0 traps are always in a row; -1 means that no number of them is too many")
	}
	return c
}

func (r *reader) swap(f *swapFile, at at) Swap {
	s := Swap{
		Watch:        pointed(f.Watch, true),
		Touch:        f.Touch,
		Handover:     Handover{f.Quiesce, f.Resume, f.Save, f.Restore},
		AllowMissing: f.AllowMissing,
		Drain:        duration(f.Drain, defaultDrain),
		Keep:         atLeast(r, pointed(f.Keep, 5), 1, at("swap", "keep")),
		Trial: Trial{
			Off:   f.Trial.Off,
			Calls: atLeast(r, pointed(f.Trial.Calls, 1000), 1, at("swap", "trial", "calls")),
			Time:  duration(f.Trial.Time, time.Minute),
			Rate:  r.part(pointed(f.Trial.Rate, 0.5), at("swap", "trial", "rate")),
			Least: atLeast(r, pointed(f.Trial.Least, 5), 1, at("swap", "trial", "least")),
		},
	}
	switch {
	case f.Save != "" && f.Restore == "":
		r.fail(at("swap", "save"), "save and restore go together")
	case f.Save == "" && f.Restore != "":
		r.fail(at("swap", "restore"), "save and restore go together")
	}
	if f.Probe != nil {
		if f.Probe.Operation == "" {
			r.fail(at("swap", "probe"), "the probe has no operation")
		}
		s.Probe = &Probe{
			Operation: f.Probe.Operation, Payload: []byte(f.Probe.Payload), Reply: f.Probe.Reply,
			Timeout: duration(f.Probe.Timeout, 2*time.Second),
		}
	}
	return s
}
