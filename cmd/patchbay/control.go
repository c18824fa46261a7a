package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/cmd/patchbay/internal/server"
	"github.com/patchbay-go/patchbay/config"
)

// controlFlag says which server a command is for.
type controlFlag struct{ where string }

func (f *controlFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.where, "control", "",
		"the server, by its control socket, its folder or its patchbay.toml: `WHERE` (default $PATCHBAY_CONTROL, else this folder)")
}

// client returns a client of the server.
func (f *controlFlag) client(p *program) (*server.Client, error) {
	socket, err := socketOf(cmp.Or(f.where, p.Getenv("PATCHBAY_CONTROL"), "."))
	if err != nil {
		return nil, err
	}
	return server.NewClient(socket), nil
}

// socketOf finds the control socket of a server.
func socketOf(where string) (string, error) {
	if path, ok := strings.CutPrefix(where, "unix:"); ok {
		return path, nil
	}
	info, err := os.Stat(where)
	switch {
	case err == nil && info.IsDir():
		file := filepath.Join(where, config.File)
		if _, err := os.Stat(file); err != nil {
			return config.Default(where).Server.Control.Address, nil
		}
		where = file
	case filepath.Ext(where) != ".toml":
		return where, nil
	}
	c, err := config.Read(where)
	if err != nil {
		return "", err
	}
	return c.Server.Control.Address, nil
}

// controlFailure adds what to try next to the error of a command.
func controlFailure(verb string, err error) error {
	if !strings.HasPrefix(err.Error(), verb+" ") { // "swap greet: …" is the worker's own words
		err = fmt.Errorf("%s: %w", verb, err)
	}
	if errors.Is(err, server.ErrNoServer) {
		return &failure{exitHost, err, "name the server with --control: its socket, its folder or its patchbay.toml"}
	}
	return &failure{code: exitHost, err: err}
}

// controlVerb makes a command that talks to a server. Its arguments are between
// least and most.
func controlVerb(p *program, cmd *cobra.Command, least, most int, run func(ctx context.Context, c *server.Client, args []string) error) *cobra.Command {
	var flag controlFlag
	flag.add(cmd)
	cmd.DisableFlagsInUseLine = true
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usagef("see patchbay "+cmd.Name()+" --help", "%s: %s", cmd.Name(), "something is missing: patchbay "+cmd.Use)
		case len(args) > most:
			return usagef("see patchbay "+cmd.Name()+" --help", "%s: %q is one argument too many", cmd.Name(), args[most])
		}
		client, err := flag.client(p)
		if err != nil {
			return err
		}
		if err := run(cmd.Context(), client, args); err != nil {
			return controlFailure(cmd.Name(), err)
		}
		return nil
	}
	return cmd
}

func newPs(p *program) *cobra.Command {
	var output choice
	cmd := &cobra.Command{
		Use:   "ps [flags]",
		Short: "say what the plugins of a server are doing",
		Long: `Say what the plugins of a server are doing. Below a plugin stands what happened
to it last, if that was not good.

The form for programs, --output json, is a list of objects. Their fields are
only ever added to: name, state (up, starting, held, drained, down), error, file,
version (a SHA-256), pinned, contract, generation, since, on_trial, calls,
errors, traps, restarts, instances, in_use, waiting, memory_bytes, versions (that
are kept) and events.`,
	}
	choose(cmd, &output, "output", "text", "the form of the answer", "text", "json")
	return controlVerb(p, cmd, 0, 0, func(ctx context.Context, c *server.Client, _ []string) error {
		statuses, err := c.Plugins(ctx)
		if err != nil {
			return err
		}
		if output.value == "json" {
			return writeJSON(p.Out, statuses)
		}
		_, err = p.Out.Write([]byte(psText(statuses, time.Now())))
		return err
	})
}

func newSwap(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "swap [flags] PLUGIN FILE",
		Short: "put another version in the place of the one that runs",
		Long: `Put the module in FILE in the place of the version of a plugin that runs. It is
checked, loaded and probed first; one that fails changes nothing. It stays until
the plugin's own file changes or the server is started again, unless it is pinned.`,
	}
	return controlVerb(p, cmd, 2, 2, func(ctx context.Context, c *server.Client, args []string) error {
		module, err := readModule(ctx, args[1])
		if err != nil {
			return err
		}
		answer, err := c.Swap(ctx, args[0], module)
		return p.inUse(args[0], answer, err)
	})
}

// inUse says which version is in use now.
func (p *program) inUse(plugin string, answer server.Answer, err error) error {
	if err == nil && answer.Version != "" {
		fmt.Fprintf(p.Out, "%s %s\n", plain(plugin), plain(answer.Version))
	}
	return err
}

func newPin(p *program) *cobra.Command {
	var off, list bool
	cmd := &cobra.Command{
		Use:   "pin [flags] PLUGIN [VERSION]",
		Short: "keep a version of a plugin in use, whatever its file becomes",
		Long: `Put a version that is kept in use and have it stay so: changes of the plugin's
file are ignored and swaps refused, also after the server was started again.
VERSION is the beginning of its SHA-256; without it the version is pinned that is
in use. --list says which versions are kept, --off ends it.`,
	}
	cmd.Flags().BoolVar(&list, "list", false, "list the versions that are kept, the last one used at the end")
	cmd.Flags().BoolVar(&off, "off", false, "go back to the plugin's file")
	return controlVerb(p, cmd, 1, 2, func(ctx context.Context, c *server.Client, args []string) error {
		if off {
			answer, err := c.Do(ctx, args[0], "unpin", server.Request{})
			return p.inUse(args[0], answer, err)
		}
		if len(args) == 2 {
			answer, err := c.Do(ctx, args[0], "pin", server.Request{Version: args[1]})
			return p.inUse(args[0], answer, err)
		}
		status, err := statusOf(ctx, c, args[0])
		if err != nil {
			return err
		}
		if list {
			fmt.Fprint(p.Out, versionsText(status, time.Now()))
			return nil
		}
		answer, err := c.Do(ctx, args[0], "pin", server.Request{Version: status.Version})
		return p.inUse(args[0], answer, err)
	})
}

// statusOf returns what one plugin is doing.
func statusOf(ctx context.Context, c *server.Client, name string) (server.Status, error) {
	statuses, err := c.Plugins(ctx)
	for _, s := range statuses {
		if s.Name == name {
			return s, nil
		}
	}
	if err == nil {
		err = fmt.Errorf("there is no plugin %q", name)
	}
	return server.Status{}, err
}

func newRollback(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rollback [flags] PLUGIN",
		Short: "put the version before in the place of the one that runs",
		Long: `Put the version that was in use before in the place of the one that runs, which
is not taken again unless somebody swaps it in. It works also when the file was
overwritten and when the server was started again.`,
	}
	return controlVerb(p, cmd, 1, 1, func(ctx context.Context, c *server.Client, args []string) error {
		answer, err := c.Do(ctx, args[0], "rollback", server.Request{})
		return p.inUse(args[0], answer, err)
	})
}

func newReload(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reload [flags] [PLUGIN]",
		Short: "load a plugin again, or read the configuration again",
		Long: `With PLUGIN, load the plugin's file again, also if it has not changed or the
plugin was drained. Without, read the server's configuration again; if anything
is wrong with it nothing changes.`,
	}
	return controlVerb(p, cmd, 0, 1, func(ctx context.Context, c *server.Client, args []string) error {
		if len(args) == 1 {
			answer, err := c.Do(ctx, args[0], "reload", server.Request{})
			return p.inUse(args[0], answer, err)
		}
		change, err := c.Reload(ctx)
		if err != nil {
			return err
		}
		for _, row := range []struct {
			word  string
			names []string
		}{{"added", change.Added}, {"removed", change.Removed}, {"changed", change.Changed}, {"needs a restart:", change.Restart}} {
			for _, name := range row.names {
				fmt.Fprintln(p.Out, row.word, plain(name))
			}
		}
		return nil
	})
}

func newDrain(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "drain [flags] [PLUGIN]",
		Short: "end the calls of a plugin, or of the whole server",
		Long: `With PLUGIN, refuse new calls of it and wait for those in flight; patchbay reload
PLUGIN takes calls again. Without, do so for all, and end the server.`,
	}
	return controlVerb(p, cmd, 0, 1, func(ctx context.Context, c *server.Client, args []string) error {
		if len(args) == 0 {
			return c.Drain(ctx)
		}
		_, err := c.Do(ctx, args[0], "drain", server.Request{})
		return err
	})
}
