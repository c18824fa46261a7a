package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/cmd/patchbay/internal/server"
	"github.com/patchbay-go/patchbay/config"
	"github.com/patchbay-go/patchbay/plugin"
	workers "github.com/patchbay-go/patchbay/worker"
)

const serveLong = `Serve plugins until SIGTERM or an interrupt, which end calls in flight first.

PATH is a module, a folder with modules, a patchbay.toml, or a folder with one;
without PATH it is this folder. docs/config.md says what patchbay.toml can say.
SIGHUP and patchbay reload read it again.

Calls are POST /call/PLUGIN/OPERATION with the payload as the body, on a loopback
address with a bearer token, or on a unix socket:

  curl -H "Authorization: Bearer $(cat .patchbay/token)" -d '{"name":"Ada"}' \
    http://127.0.0.1:8077/call/greet/greet

Commands (patchbay ps, swap, pin, rollback, reload, drain), /livez, /readyz and
/metrics are on another unix socket.`

const serveExample = `  patchbay serve greet.wasm
  patchbay serve --listen unix:calls.sock plugins/
  patchbay serve patchbay.toml`

// serveFlags are those of `patchbay serve`. They go before what the file says.
type serveFlags struct {
	listen, control, state, tokenFile, health string
	format                                    choice
	engine                                    engineFlags
}

func newServe(p *program) *cobra.Command {
	var flags serveFlags
	cmd := &cobra.Command{
		Use:                   "serve [flags] [PATH]",
		Short:                 "serve plugins over HTTP",
		Long:                  serveLong,
		Example:               serveExample,
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&flags.listen, "listen", "", "where calls are taken: `ADDRESS` is HOST:PORT or unix:PATH (default 127.0.0.1:8077)")
	cmd.Flags().StringVar(&flags.control, "control", "", "where commands are taken: the `SOCKET` is unix:PATH (default control.sock in the state folder)")
	cmd.Flags().StringVar(&flags.state, "state", "", "the `DIR` for what outlives the process (default .patchbay beside PATH)")
	cmd.Flags().StringVar(&flags.tokenFile, "token-file", "", "the `FILE` with the bearer token (default: made in the state folder)")
	cmd.Flags().StringVar(&flags.health, "health", "", "an `ADDRESS` where /livez, /readyz and /metrics are to be had as well")
	choose(cmd, &flags.format, "log-format", "text", "the form of the log on stderr", "text", "json")
	flags.engine.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usagef("a patchbay.toml names more than one plugin", "serve: %q is one argument too many", args[1])
		}
		return p.serve(cmd.Context(), &flags, append(args, ".")[0], cmd.Flags().Changed("log-level"))
	}
	return cmd
}

func (p *program) serve(ctx context.Context, flags *serveFlags, path string, leveled bool) (err error) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	read := func() (*config.Config, error) {
		c, err := readConfig(path)
		if err == nil {
			err = flags.override(c)
		}
		return c, err
	}
	c, err := read()
	if err != nil {
		return err
	}
	if leveled {
		if err := c.Server.LogLevel.UnmarshalText([]byte(flags.engine.logLevel.value)); err != nil {
			return err
		}
	}
	if flags.engine.mode.value == "auto" {
		flags.engine.mode.value = c.Engine.Mode
	}
	if flags.engine.cacheDir == "" {
		flags.engine.cacheDir = c.Engine.CacheDir
	}
	eng, err := flags.engine.open(ctx, p)
	if err != nil {
		return err
	}
	forever := context.WithoutCancel(ctx)
	defer func() { err = errors.Join(err, eng.Close(forever)) }()
	hosts, err := plugin.NewHostsWith(forever, eng, c.Budget)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hosts.Close(forever)) }()
	s := &server.Server{
		Config: c, Reread: read, Hosts: hosts, Logger: p.serveLogger(flags.format.value, c.Server.LogLevel),
		Version: thisVersion().line(), Getenv: p.Getenv,
	}
	hangups(ctx, s)
	if err := s.Run(ctx, func(l server.Listening) { p.welcome(l, s.Logger, flags.format.value) }); err != nil {
		return serveFailure(path, err)
	}
	return nil
}

// serveLogger writes logs to stderr. Both forms escape what guests write.
func (p *program) serveLogger(format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(p.Err, options))
	}
	return slog.New(slog.NewTextHandler(p.Err, options))
}

// hangups has SIGHUP read the configuration again. What comes of it is logged.
func hangups(ctx context.Context, s *server.Server) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	context.AfterFunc(ctx, func() { signal.Stop(hangup) })
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangup:
				if _, err := s.Reload(ctx); err != nil {
					s.Logger.Error("the configuration was not read again, and nothing has changed", slog.Any("error", err))
				}
			}
		}
	}()
}

// welcome says where the server is to be reached: in the log if that is for
// programs.
func (p *program) welcome(l server.Listening, logger *slog.Logger, format string) {
	if format == "json" {
		logger.Info("serving", slog.String("calls", l.Calls), slog.String("control", l.Control), slog.String("health", l.Health),
			slog.Any("gateways", l.Gateways), slog.String("token_file", l.TokenFile))
		return
	}
	say := func(what, where string) { p.voice.line(p.voice.paint(faint, what+":") + " " + plain(where)) }
	say("control", l.Control)
	if l.Health != "" {
		say("health", "http://"+l.Health)
	}
	for _, name := range slices.Sorted(keysOf(l.Gateways)) {
		say("gateway "+name, l.Gateways[name])
	}
	if l.TokenFile != "" {
		say("token", l.TokenFile)
	}
	say("calls", l.Calls)
}

func keysOf(m map[string]string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

// serveFailure adds what to try next.
func serveFailure(path string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return &failure{exitHost, err, "another program listens there: take another address with --listen"}
	case errors.Is(err, fs.ErrNotExist):
		return &failure{exitHost, err, "PATH is a module, a folder with modules, or a patchbay.toml"}
	}
	if swap, ok := errors.AsType[*workers.SwapError](err); ok {
		return refused(cmp.Or(swap.File, path), err)
	}
	return err
}

// readConfig reads what is served: a configuration, or modules by their files.
func readConfig(path string) (*config.Config, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &failure{exitHost, fmt.Errorf("serve: %w", err), "PATH is a module, a folder with modules, or a patchbay.toml"}
	}
	if !info.IsDir() {
		if filepath.Ext(path) == ".toml" {
			return config.Read(path)
		}
		return configOf(filepath.Dir(path), path)
	}
	file := filepath.Join(path, config.File)
	if _, err := os.Stat(file); err == nil {
		return config.Read(file)
	}
	modules, err := filepath.Glob(filepath.Join(path, "*.wasm"))
	if err != nil {
		return nil, err
	}
	if len(modules) == 0 {
		return nil, &failure{exitHost, fmt.Errorf("serve: %s has neither %s nor a module", path, config.File), "PATH is a module, a folder with modules, or a patchbay.toml"}
	}
	return configOf(path, modules...)
}

// configOf is the configuration of modules that are served as they are.
func configOf(dir string, modules ...string) (*config.Config, error) {
	c := config.Default(dir)
	for _, module := range modules {
		name := strings.TrimSuffix(filepath.Base(module), ".wasm")
		if err := config.CheckName(name); err != nil {
			return nil, &failure{exitHost, fmt.Errorf("serve: %s: %w", module, err), "a patchbay.toml gives plugins other names than those of their files"}
		}
		c.Plugins = append(c.Plugins, config.DefaultPlugin(name, module))
	}
	return c, nil
}

// override puts the flags in the place of what the file says.
func (f *serveFlags) override(c *config.Config) error {
	if f.state != "" {
		if c.Server.Control.Address == filepath.Join(c.Server.State, "control.sock") {
			c.Server.Control.Address = filepath.Join(f.state, "control.sock")
		}
		c.Server.State = f.state
	}
	if f.tokenFile != "" {
		c.Server.TokenFile = f.tokenFile
	}
	for _, flag := range []struct {
		name, value string
		address     *config.Address
		unix        bool
	}{{"listen", f.listen, &c.Server.Listen, false}, {"control", f.control, &c.Server.Control, true}, {"health", f.health, &c.Server.Health, false}} {
		if flag.value == "" {
			continue
		}
		address, err := config.ParseAddress(flag.value)
		if err == nil && flag.unix && address.Network != "unix" {
			err = errors.New("the control is on a unix socket, as unix:PATH")
		}
		if err != nil {
			return usagef("see patchbay serve --help", "serve: --%s: %w", flag.name, err)
		}
		*flag.address = address
	}
	return nil
}
