package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/cmd/patchbay/internal/project"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/plugintest"
)

const devLong = `Build a plugin after each save, put the new version in the place of the old one,
and call it, or run its table of tests if no OPERATION is given. DIR is a folder
with plugin.toml; without it, this one.

What does not build or cannot be loaded changes nothing: the version before
stays. Hidden files, modules, and the folders target, vendor and node_modules
are not watched. An interrupt ends it.`

const devExample = `  patchbay dev
  patchbay dev --host-call log greet greet '{"name":"Ada"}'`

func newDev(p *program) *cobra.Command {
	var flags guestFlags
	cmd := &cobra.Command{
		Use:                   "dev [flags] [DIR [OPERATION [PAYLOAD]]]",
		Short:                 "build, swap and call a plugin after each save",
		Long:                  devLong,
		Example:               devExample,
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
	}
	cmd.Flags().SetInterspersed(false)
	cmd.Flags().SortFlags = false
	flags.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		dir := append(args, ".")[0]
		if len(args) > 1 {
			if err := callArgs("dev", args); err != nil {
				return err
			}
		}
		return p.dev(cmd.Context(), &flags, dir, args[min(1, len(args)):])
	}
	return cmd
}

// A workshop is what `patchbay dev` works on.
type workshop struct {
	*program
	flags     *guestFlags
	dir       string
	project   *project.Project
	operation string // "" and no call: the tests are run
	payload   []byte
	calls     bool
	guest     *guest // nil until a version could be loaded
}

func (p *program) dev(ctx context.Context, flags *guestFlags, dir string, call []string) (err error) {
	w := &workshop{program: p, flags: flags, dir: dir, calls: len(call) > 0}
	if w.calls {
		w.operation = call[0]
		if w.payload, err = readPayload(ctx, p.In, call[1:], flags.limits.memory()); err != nil {
			return err
		}
	}
	if _, err := w.read(); err != nil {
		return err
	}
	watch, err := project.NewWatch(dir)
	if err != nil {
		return fmt.Errorf("dev: %w", err)
	}
	defer func() {
		err = errors.Join(err, watch.Close())
		if w.guest != nil {
			err = errors.Join(err, w.guest.close())
		}
	}()
	for {
		if err := w.round(ctx); err != nil && ctx.Err() == nil {
			w.tell(err)
		}
		changed, err := watch.Next(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("dev: %w", err)
		}
		p.voice.line(p.voice.paint(faint, "dev:") + " " + plain(changed) + " changed")
	}
}

// read reads plugin.toml, which may have changed as well.
func (w *workshop) read() (*project.Project, error) {
	read, err := project.Read(w.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &failure{exitHost, fmt.Errorf("dev: %w", err), "DIR is the folder of a plugin with plugin.toml; patchbay new makes one"}
	}
	if err == nil && len(read.Build.Command) == 0 {
		err = &failure{exitHost, &project.BuildError{Err: project.ErrNoBuild}, "say in plugin.toml how the module is made: [build] command = [...]"}
	}
	return read, err
}

// round builds, swaps and calls once.
func (w *workshop) round(ctx context.Context) (err error) {
	if w.project, err = w.read(); err != nil {
		return err
	}
	began := time.Now()
	if err := w.build(ctx, w.project); err != nil {
		return err
	}
	built := time.Since(began)
	if !w.calls {
		return w.tests(ctx)
	}
	if err := w.swap(ctx); err != nil {
		return err
	}
	began = time.Now()
	reply, err := w.guest.plugin.Call(ctx, w.operation, w.payload)
	took := time.Since(began)
	if err != nil {
		return w.flags.callFailure(w.operation, w.payload, err)
	}
	w.voice.line(fmt.Sprintf("%s built in %v, called in %v", w.voice.paint(faint, "dev:"), built.Round(time.Millisecond), took.Round(10*time.Microsecond)))
	return writeReply(w.Out, reply, "text")
}

// tests runs the table of the project; a failed test is said, and is no error.
func (w *workshop) tests(ctx context.Context) error {
	bed, err := findTests(w.dir, "")
	if err != nil {
		return err
	}
	err = w.runTests(ctx, &plugintest.Runner{CacheDir: w.flags.engine.cache(w.program)}, bed, false)
	if _, failed := errors.AsType[exit](err); failed {
		return nil
	}
	return err
}

// swap loads the module that was built, or puts it under the plugin that runs.
func (w *workshop) swap(ctx context.Context) error {
	if w.guest == nil {
		loaded, err := w.load(ctx, w.flags, w.project.Module, 1)
		if err != nil {
			return err
		}
		w.guest = loaded
		return nil
	}
	binary, err := readModule(ctx, w.project.Module)
	if err != nil {
		return err
	}
	if err := w.guest.plugin.Replace(ctx, binary); err != nil {
		return refused(w.project.Module, err)
	}
	return nil
}

// tell says what went wrong, and that is not the end.
func (w *workshop) tell(err error) {
	w.voice.end(err, false)
	if w.guest != nil && w.calls {
		var refusal *plugin.Error
		if !errors.As(err, &refusal) || refusal.Operation == "" {
			w.voice.line(w.voice.paint(faint, "dev:") + " the version before stays " + filepath.Base(w.project.Module))
		}
	}
	w.voice.line(w.voice.paint(faint, "dev:") + " waiting for the next save in " + plain(w.shown()))
}

// shown is how the folder is called.
func (w *workshop) shown() string {
	if path, err := filepath.Abs(w.dir); err == nil {
		if here, err := os.Getwd(); err == nil && path == here {
			return "this folder"
		}
	}
	return w.dir
}
