package patchbay

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/patchbay-go/patchbay/plugin"
)

// Load loads the guest in the file of that name. The plugin has the name of the
// file, without its folder.
func (h *Host) Load(ctx context.Context, name string) (*Plugin, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", filepath.Base(name), err)
	}
	return h.loadFile(ctx, filepath.Base(name), file)
}

// LoadFS loads the guest in the file of that name of a file system. The plugin
// has the name of the file, without its folder.
func (h *Host) LoadFS(ctx context.Context, fsys fs.FS, name string) (*Plugin, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path.Base(name), err)
	}
	return h.loadFile(ctx, path.Base(name), file)
}

// LoadBytes loads a guest from its binary, which is not kept. The name stands in
// errors and logs.
func (h *Host) LoadBytes(ctx context.Context, name string, binary []byte) (*Plugin, error) {
	return h.LoadWith(ctx, binary, h.Options(name))
}

// LoadWith loads a guest from its binary with options of its own; those of the
// host, as [Host.Options] returns them, are a place to begin.
func (h *Host) LoadWith(ctx context.Context, binary []byte, options plugin.Options) (*Plugin, error) {
	options.Name = cmp.Or(options.Name, "plugin")
	ctx, done, err := h.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", options.Name, err)
	}
	defer done()
	hosts, err := h.start(ctx)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", options.Name, err)
	}
	p, err := plugin.New(ctx, hosts, binary, options)
	if err != nil && !h.isClosed() {
		return nil, err
	}
	if err != nil { // a consequence of closing
		return nil, fmt.Errorf("load %s: %w", options.Name, ErrClosed)
	}
	if err := h.keep(p); err != nil {
		_ = p.Close(context.WithoutCancel(ctx)) // the reason why there is no plugin is err
		return nil, fmt.Errorf("load %s: %w", options.Name, err)
	}
	return p, nil
}

// loadFile loads the guest in file and closes it.
func (h *Host) loadFile(ctx context.Context, name string, file fs.File) (*Plugin, error) {
	defer file.Close()
	binary, err := read(file, int64(h.Limits.WithDefaults().ModuleSize))
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", name, err)
	}
	return h.LoadBytes(ctx, name, binary)
}

// read reads no more of file than limit bytes, and one by which the engine sees
// that there are more.
func read(file fs.File, limit int64) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	limit = max(limit, limit+1)
	var binary bytes.Buffer
	binary.Grow(int(min(info.Size(), limit)) + bytes.MinRead)
	_, err = binary.ReadFrom(io.LimitReader(file, limit))
	return binary.Bytes(), err
}
