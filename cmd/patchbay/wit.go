package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

const witLong = `Check and print WIT, the language in which the interfaces of components are
written: a file, or a folder whose .wit files are one package and whose folder
deps has the packages that it refers to, as text or in the binary format. All
errors of a file are reported at once, each with its place. FILE may also be a
component, whose world is printed as its binary says it, a core module that says
for which world it was made, or a package in the binary format.

What is printed is resolved: worlds with everything that they import, without
what is behind features that are not named, and the packages that are referred
to behind the first one. The form for programs, --output json, is that of
wasm-tools: lists of worlds, interfaces, types and packages that refer to one
another by index. The form for tools, --output wasm, is the first package in the
binary format, with its documentation.

With --write nothing is printed: the files themselves are put into the usual
layout, comments kept, and stderr says which ones changed. Packages in deps stay
as they are.`

// witFlags are what the verb wit is asked to do.
type witFlags struct {
	output  choice
	write   bool
	options wit.Options
}

func newWIT(p *program) *cobra.Command {
	var flags witFlags
	cmd := verb(&cobra.Command{
		Use:     "wit [--output text|json|wasm | --write] [--feature NAME]... FILE|DIR",
		Short:   "check, print and format WIT",
		Long:    witLong,
		Example: "  patchbay wit greet.wit\n  patchbay wit --output json wit/\n  patchbay wit --output wasm wit/ > greet.wasm\n  patchbay wit --write wit/",
	})
	cmd.ValidArgsFunction = completeWIT
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("see patchbay wit --help", "wit: FILE or DIR is missing")
		case len(args) > 1:
			return usagef("flags go before FILE", "wit: %q is one argument too many", args[1])
		case flags.write:
			return p.writeWIT(args[0], flags.options)
		}
		return p.printWIT(args[0], flags)
	}
	choose(cmd, &flags.output, "output", "text", "the form of the answer", "text", "json", "wasm")
	cmd.Flags().BoolVar(&flags.write, "write", false, "put the files into the usual layout")
	cmd.Flags().StringArrayVar(&flags.options.Features, "feature", nil, "take in what is @unstable(feature = `NAME`)")
	cmd.Flags().BoolVar(&flags.options.AllFeatures, "all-features", false, "take in everything that is @unstable")
	return cmd
}

func completeWIT(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []cobra.Completion{"wit", "wasm"}, cobra.ShellCompDirectiveFilterFileExt
}

func (p *program) printWIT(path string, flags witFlags) error {
	r, main, err := loadWIT(path, flags.options)
	if err != nil {
		return wrongWIT(path, err)
	}
	p.unknownFeatures(r, flags.options.Features)
	switch flags.output.value {
	case "json":
		return writeJSON(p.Out, r)
	case "wasm":
		return p.writePackage(path, main)
	}
	_, err = io.WriteString(p.Out, r.Print(main))
	return err
}

// unknownFeatures warns of features that nothing is behind.
func (p *program) unknownFeatures(r *wit.Resolve, wanted []string) {
	for _, feature := range wanted {
		if !slices.Contains(r.Features, feature) {
			p.voice.warn(fmt.Sprintf("nothing is behind the feature %q", feature), syntax.Meant(feature, r.Features))
		}
	}
}

// writePackage writes a package in the binary format.
func (p *program) writePackage(path string, pkg *wit.Package) error {
	if isTerminal(p.Out) {
		return usagef("write it to a file with > package.wasm", "the answer is a binary, which no terminal can show")
	}
	binary, err := pkg.Encode()
	if err != nil {
		return &failure{code: exitRefused, err: fmt.Errorf("wit %s: package %s: %w", filepath.Base(path), pkg.Name, err)}
	}
	_, err = p.Out.Write(binary)
	return err
}

// loadWIT reads text, or what a binary says. A component must be valid, so that
// nothing is printed of one that cannot be run.
func loadWIT(path string, options wit.Options) (*wit.Resolve, *wit.Package, error) {
	if binary, err := os.ReadFile(path); err == nil && componentbinary.Is(binary) {
		if _, err := component.Describe(binary, engine.Limits{}); err != nil {
			return nil, nil, &failure{code: exitRefused, err: fmt.Errorf("wit: %s: %w", path, err)}
		}
	}
	r, pkg, err := wit.Load(path, options)
	if errors.Is(err, wit.ErrNoWIT) {
		err = &failure{exitRefused, fmt.Errorf("wit %s: %w", filepath.Base(path), wit.ErrNoWIT), "patchbay inspect says what it is"}
	}
	return r, pkg, err
}

// wrongWIT is the failure of a text that is no WIT, with the lines in question.
func wrongWIT(path string, err error) error {
	var texts syntax.Errors
	var binary *wit.DecodeError
	var known *failure
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &texts):
		return &failure{code: exitRefused, err: &shownError{texts}}
	case errors.As(err, &binary):
		return &failure{code: exitRefused, err: fmt.Errorf("wit: %w", err)}
	case errors.Is(err, fs.ErrNotExist):
		return &failure{exitHost, fmt.Errorf("wit: %w", err), "FILE is the path of a .wit file, or DIR of a folder with some"}
	}
	return fmt.Errorf("wit %s: %w", filepath.Base(path), err)
}

// A shownError is what is wrong with a text, with carets under the places.
type shownError struct{ errors syntax.Errors }

func (e *shownError) Error() string { return e.errors.Show() }

func (e *shownError) Unwrap() error { return e.errors }

// writeWIT formats the file or the files of the folder, once all of it is known
// to be right.
func (p *program) writeWIT(path string, options wit.Options) error {
	if file, err := os.ReadFile(path); err == nil && wit.IsBinary(file) {
		return &failure{exitRefused, fmt.Errorf("wit %s: a binary has no layout", filepath.Base(path)),
			"without --write its WIT is printed"}
	}
	r, _, err := wit.Load(path, options)
	if err != nil {
		return wrongWIT(path, err)
	}
	p.unknownFeatures(r, options.Features)
	files, err := witFiles(path)
	if err != nil {
		return err
	}
	for _, file := range files {
		changed, err := formatFile(file)
		if err != nil {
			return fmt.Errorf("wit: %w", err)
		}
		if changed {
			p.voice.line("formatted " + plain(file))
		}
	}
	return nil
}

func witFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".wit") {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	return files, nil
}

// formatFile reports whether the file was not in the usual layout.
func formatFile(name string) (changed bool, err error) {
	before, err := os.ReadFile(name)
	if err != nil {
		return false, err
	}
	file, err := syntax.Parse(name, string(before))
	if err != nil {
		return false, err
	}
	after := []byte(file.Format())
	if bytes.Equal(before, after) {
		return false, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return false, err
	}
	return true, os.WriteFile(name, after, info.Mode().Perm())
}
