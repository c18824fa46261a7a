package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/wasi/p1"
)

const runLong = `Run a WASI preview 1 command: a module that exports _start.

It gets the arguments after FILE, stdin, stdout and stderr, and the folders and
variables that --dir and --env name. It may run for ever unless --timeout says
otherwise, and compute for ever unless --stretch does: that does not count while
it waits. Its exit code is passed on (255 stands for larger ones).`

const runExample = `  patchbay run hello.wasm
  patchbay run --dir ./data::/data --env LANG=C tool.wasm --its-own-flag /data/in.txt`

// runFlags are those of `patchbay run`.
type runFlags struct {
	limits limitFlags
	grants grantFlags
	engine engineFlags
}

func newRun(p *program) *cobra.Command {
	var flags runFlags
	cmd := verb(&cobra.Command{
		Use:     "run [flags] FILE [ARG...]",
		Short:   "run a WASI preview 1 command",
		Long:    runLong,
		Example: runExample,
	})
	flags.limits.add(cmd, 0, "the program")
	flags.limits.addStretch(cmd)
	flags.grants.add(cmd)
	flags.engine.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("see patchbay run --help", "run: FILE is missing")
		}
		return p.run(cmd.Context(), &flags, args[0], args[1:])
	}
	return cmd
}

// run runs a command; how it ended is the error.
func (p *program) run(ctx context.Context, flags *runFlags, path string, args []string) (err error) {
	name := filepath.Base(path)
	binary, err := readModule(ctx, path)
	if err != nil {
		return refused(path, fmt.Errorf("load %s: %w", name, err))
	}
	granted, err := flags.grants.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, granted.close()) }()
	config := &granted.config
	config.Args = append([]string{name}, args...)
	config.Stdin, config.Stdout, config.Stderr = p.In, p.Out, p.Err
	if err := granted.check(); err != nil {
		return err
	}
	system, err := p1.New(*config)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer func() { err = errors.Join(err, system.Close()) }()
	eng, err := flags.engine.open(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, eng.Close(context.WithoutCancel(ctx))) }()
	instance, err := startCommand(ctx, eng, binary, flags.limits.engine(), system)
	if err != nil {
		return refused(path, fmt.Errorf("load %s: %w", name, err))
	}
	return ended(name, instance.Func("_start").Call(ctx, nil))
}
