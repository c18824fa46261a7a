package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
)

// open makes the engine that the flags ask for. What is wrong with the cache is
// a warning: it costs time and nothing else.
func (e *engineFlags) open(ctx context.Context, p *program) (*wazero.Engine, error) {
	if err := p.voice.least.UnmarshalText([]byte(e.logLevel.value)); err != nil {
		return nil, err
	}
	config := wazero.Config{Warn: p.warnCache}
	switch e.mode.value {
	case "compiler":
		config.Mode = wazero.Compiler
	case "interpreter":
		config.Mode = wazero.Interpreter
	}
	if !e.noCache {
		config.CacheDir = e.cache(p)
	}
	eng, err := wazero.New(ctx, config)
	if err != nil {
		return nil, &failure{exitHost, fmt.Errorf("engine: %w", err), "--engine-mode auto takes what there is"}
	}
	return eng, nil
}

// cache returns the folder for compiled modules, or "" with a warning.
func (e *engineFlags) cache(p *program) string {
	if e.cacheDir != "" {
		return e.cacheDir
	}
	if dir := p.Getenv("PATCHBAY_CACHE_DIR"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		p.warnCache(err)
		return ""
	}
	return filepath.Join(dir, "patchbay")
}

func (p *program) warnCache(err error) {
	p.voice.warn("cache of compiled modules: "+err.Error(), "go on without one by --no-cache, or move it with --cache-dir")
}

// engine returns the limits for an engine; a timeout of 0 is none.
func (l *limitFlags) engine() engine.Limits {
	return engine.Limits{
		MemoryBytes: uint64(l.maxMemory),
		Stack:       uint64(l.maxStack),
		HostBytes:   uint64(l.hostBytes),
		Timeout:     time.Duration(l.timeout),
		Stretch:     time.Duration(l.stretch),
	}
}

// memory returns how large the guest's memory may be.
func (l *limitFlags) memory() uint64 { return l.engine().WithDefaults().MemoryBytes }

// tightFor reports whether a guest that keeps a copy or two of the payload comes
// near the limit of its memory.
func (l *limitFlags) tightFor(payload []byte) bool {
	return uint64(len(payload)) >= l.memory()/4
}
