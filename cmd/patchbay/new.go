package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/cmd/patchbay/internal/project"
)

const newLong = `Make a plugin: a folder NAME with sources in a language, plugin.toml, which says
how they become a module, and plugin_test.toml, which says what it does. It
works as it is:

  cd NAME && patchbay test

go needs Go 1.24, and no network: the SDK is in the folder. rust needs cargo and
the target wasm32-unknown-unknown. c needs clang and wasm-ld.`

func newNew(p *program) *cobra.Command {
	var language choice
	cmd := &cobra.Command{
		Use:                   "new --lang " + strings.Join(project.Languages(), "|") + " NAME",
		Short:                 "make a plugin to begin with",
		Long:                  newLong,
		Example:               "  patchbay new --lang rust greet",
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
		ValidArgsFunction:     cobra.NoFileCompletions,
	}
	choose(cmd, &language, "lang", "", "the language of the sources", project.Languages()...)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		switch {
		case language.value == "":
			return usagef("name one: patchbay new --lang "+strings.Join(project.Languages(), "|")+" NAME", "new: --lang is missing")
		case len(args) == 0:
			return usagef("see patchbay new --help", "new: NAME is missing")
		case len(args) > 1:
			return usagef("see patchbay new --help", "new: %q is one argument too many", args[1])
		}
		return p.newProject(language.value, args[0])
	}
	return cmd
}

func (p *program) newProject(language, name string) error {
	if err := project.CheckName(name); err != nil {
		return usagef("the folder is made here, and named as the plugin", "new: %w", err)
	}
	files, err := project.New(language, name, name)
	if errors.Is(err, project.ErrExists) {
		return &failure{exitHost, fmt.Errorf("new: %w", err), "take another name, or empty the folder first"}
	}
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	for _, file := range files {
		if !strings.HasPrefix(file, "vendor/") {
			fmt.Fprintf(p.Out, "%s/%s\n", name, file)
		}
	}
	p.voice.line(fmt.Sprintf("next: cd %s && patchbay test", name))
	return nil
}
