package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/cmd/patchbay/internal/project"
	"github.com/patchbay-go/patchbay/plugintest"
)

const testLong = `Build a plugin and run its table of tests. The exit code is 1 if one fails.

PATH is a table, such as plugin_test.toml, or a folder with one; without PATH it
is this folder. If plugin.toml is beside the table the plugin is built first, as
it says; otherwise the table names the module.

A test is a call with what is to come of it, and the calls that the guest makes
to the host, with their answers:

  [[test]]
  name = "greets by name"
  operation = "greet"
  payload = '{"name":"Ada"}'
  reply_json = '{"greeting":"Hello, Ada!"}'

  [[test.host]]
  binding = "example"
  operation = "visited"
  payload = "Ada"
  reply = ""

payload and reply may be payload_hex, payload_file, reply_hex, reply_file and
reply_json (compared by meaning); instead of a reply there may be error or trap;
log lists what the guest logs. A [[host]] at the top answers host calls that no
test expects. module, contract, timeout, max_memory, env and shared stand at the
top, too: see the documentation of the Go package plugintest, which runs the
same tables in Go's tests.`

// testFlags are those of `patchbay test`.
type testFlags struct {
	only    string
	module  string
	noBuild bool
	verbose bool
	engine  engineFlags
}

func newTest(p *program) *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:                   "test [flags] [PATH]",
		Short:                 "build a plugin and run its table of tests",
		Long:                  testLong,
		Example:               "  patchbay test\n  patchbay test --only 'by name' greet/plugin_test.toml",
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&flags.only, "only", "", "run the tests whose name matches the regular expression `REGEXP`")
	cmd.Flags().StringVar(&flags.module, "module", "", "test the module in `FILE`, and build nothing")
	cmd.Flags().BoolVar(&flags.noBuild, "no-build", false, "test the module that there is")
	cmd.Flags().BoolVar(&flags.verbose, "verbose", false, "show what guests log and write also if a test passes")
	flags.engine.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usagef("see patchbay test --help", "test: %q is one argument too many", args[1])
		}
		return p.test(cmd.Context(), &flags, append(args, ".")[0])
	}
	return cmd
}

// A testbed is a table with the module that it is run on, and how that is built.
type testbed struct {
	table   *plugintest.Table
	project *project.Project // nil if there is no plugin.toml
	module  string
}

func (p *program) test(ctx context.Context, flags *testFlags, path string) error {
	bed, err := findTests(path, flags.module)
	if err != nil {
		return err
	}
	if err := bed.only(flags.only); err != nil {
		return err
	}
	if bed.project != nil && !flags.noBuild && flags.module == "" {
		if err := p.build(ctx, bed.project); err != nil {
			return err
		}
	}
	eng, err := flags.engine.open(ctx, p)
	if err != nil {
		return err
	}
	runner := plugintest.Runner{Engine: eng}
	err = p.runTests(ctx, &runner, bed, flags.verbose)
	return errors.Join(err, eng.Close(context.WithoutCancel(ctx)))
}

// findTests finds the table at a path, and the project that it is of.
func findTests(path, module string) (*testbed, error) {
	dir, table := path, ""
	info, err := os.Stat(path)
	if err != nil {
		return nil, &failure{exitHost, fmt.Errorf("test: %w", err), "PATH is a table of tests or a folder with plugin_test.toml"}
	}
	if !info.IsDir() {
		dir, table = filepath.Dir(path), path
	}
	bed := &testbed{}
	if project.IsProject(dir) {
		if bed.project, err = project.Read(dir); err != nil {
			return nil, err
		}
		bed.module = bed.project.Module
	}
	if table == "" {
		table = filepath.Join(dir, project.TestFile)
		if bed.project != nil {
			table = bed.project.Tests
		}
	}
	if bed.table, err = plugintest.Read(table); err != nil {
		if errors.Is(err, fs.ErrNotExist) && unreadable(err) {
			return nil, &failure{exitHost, fmt.Errorf("test: %w", err), "a table of tests is called plugin_test.toml; see patchbay test --help"}
		}
		return nil, err
	}
	return bed, bed.choose(module)
}

// choose decides which module is tested: that of the flag, else of the table,
// else of the project.
func (b *testbed) choose(module string) error {
	if b.table.Module != "" {
		b.module = b.table.Module
	}
	if module != "" {
		b.module = module
	}
	if b.module == "" {
		return &failure{exitHost, fmt.Errorf("%s: it names no module, and there is no plugin.toml beside it", b.table.File), `write module = "FILE.wasm" at the top, or give --module FILE`}
	}
	b.table.Module = b.module
	return nil
}

// only keeps the tests whose name matches.
func (b *testbed) only(pattern string) error {
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return usagef("see https://pkg.go.dev/regexp/syntax", "test: --only: %w", err)
	}
	var kept []plugintest.Test
	for _, test := range b.table.Tests {
		if expression.MatchString(test.Name) {
			kept = append(kept, test)
		}
	}
	if len(kept) == 0 {
		return usagef("without --only all tests run", "test: no test has a name that matches %q", pattern)
	}
	b.table.Tests = kept
	return nil
}

// build makes the project's module. What its tools say is talk.
func (p *program) build(ctx context.Context, built *project.Project) error {
	if len(built.Build.Command) == 0 {
		return nil
	}
	talk := p.lines("build")
	err := built.Run(ctx, os.Environ(), talk)
	_ = talk.Close() // it never fails
	var failed *project.BuildError
	if errors.As(err, &failed) && failed.Needs != "" {
		return &failure{exitHost, err, "it needs " + failed.Needs}
	}
	return err
}

func (p *program) runTests(ctx context.Context, runner *plugintest.Runner, bed *testbed, verbose bool) error {
	binary, err := readModule(ctx, bed.module)
	if err != nil {
		return refused(bed.module, fmt.Errorf("test: %w", err))
	}
	failed := 0
	err = runner.Run(ctx, bed.table, binary, func(r plugintest.Result) {
		if len(r.Failures) > 0 {
			failed++
		}
		p.report(bed.table.File, r, verbose)
	})
	switch {
	case err != nil:
		return refused(bed.module, err)
	case failed > 0:
		fmt.Fprintf(p.Out, "%d of %s failed\n", failed, count(len(bed.table.Tests), "test"))
		return exit(exitGuest)
	}
	fmt.Fprintf(p.Out, "%s passed\n", count(len(bed.table.Tests), "test"))
	return nil
}

// report writes what became of a test: where it stands, and the differences.
func (p *program) report(table string, r plugintest.Result, verbose bool) {
	fmt.Fprintln(p.Out, plain(r.String()))
	if len(r.Failures) > 0 || verbose {
		for _, line := range r.Output {
			fmt.Fprintln(p.Out, "       | "+plain(line))
		}
	}
	for i, failure := range r.Failures {
		if i == 0 {
			fmt.Fprintf(p.Out, "     %s:%d\n", plain(table), r.Test.Line)
		}
		for line := range strings.SplitSeq(failure, "\n") {
			fmt.Fprintln(p.Out, "     "+plain(line))
		}
	}
}
