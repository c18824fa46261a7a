package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

// A guest is a loaded plugin with all that it stands on.
type guest struct {
	plugin *patchbay.Plugin
	closed []func() error // in the order of opening
}

// load loads the guest of a file into a pool of so many instances.
func (p *program) load(ctx context.Context, flags *guestFlags, path string, instances int) (_ *guest, err error) {
	g := &guest{}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	host, err := g.newHost(ctx, p, flags)
	if err != nil {
		return nil, err
	}
	host.Pool = plugin.Pool{Size: instances, Warm: instances}
	binary, err := readModule(ctx, path)
	if err != nil {
		return nil, refused(path, fmt.Errorf("load %s: %w", filepath.Base(path), err))
	}
	options := host.Options(filepath.Base(path))
	options.Index = uint32(flags.index)
	if flags.contract.value != "auto" {
		options.Contract = plugin.Contract(flags.contract.value)
	}
	options.UnmetTraps = flags.unmet.value == "trap"
	if plugin.IsComponent(binary) && flags.hostCall.value == "deny" {
		options.Handler = nil // so that what it would deny is known at once
	}
	if g.plugin, err = host.LoadWith(ctx, binary, options); err != nil {
		return nil, refused(path, err)
	}
	return g, nil
}

// newHost makes the host that the flags ask for.
func (g *guest) newHost(ctx context.Context, p *program, flags *guestFlags) (*patchbay.Host, error) {
	granted, err := flags.grants.open()
	if err != nil {
		return nil, err
	}
	g.closed = append(g.closed, granted.close)
	stdout, stderr := p.lines("stdout"), p.lines("stderr")
	g.closed = append(g.closed, stdout.Close, stderr.Close)
	granted.config.Stdout, granted.config.Stderr = stdout, stderr
	if err := granted.check(); err != nil {
		return nil, err
	}
	eng, err := flags.engine.open(ctx, p)
	if err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	g.closed = append(g.closed, func() error { return eng.Close(ctx) })
	host := &patchbay.Host{
		Engine:  eng,
		WASI:    granted.config,
		Handler: &hostSide{p.voice, flags.hostCall.value},
		Limits:  flags.limits.engine(),
		Logger:  newLogger(p.voice),
	}
	if host.Limits.Timeout == 0 {
		host.Limits.Timeout = -time.Second // for ever; 0 would be the default
	}
	g.closed = append(g.closed, func() error { return host.Close(ctx) })
	return host, nil
}

// lines says what a guest writes to the stream of that name.
func (p *program) lines(stream string) *lineWriter {
	return &lineWriter{say: func(line string) {
		p.voice.line(p.voice.paint(faint, stream+":") + " " + plain(line))
	}}
}

// close frees all, in reverse.
func (g *guest) close() error {
	var errs []error
	for i := len(g.closed) - 1; i >= 0; i-- {
		errs = append(errs, g.closed[i]())
	}
	return errors.Join(errs...)
}

// readModule reads a file that may be a module, and of what is larger than any
// module only so much that the engine sees it.
func readModule(ctx context.Context, path string) ([]byte, error) {
	most := engine.Limits{}.WithDefaults().ModuleSize
	return readFile(ctx, path, int64(most)+1)
}
