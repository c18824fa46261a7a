package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/bindgen"
)

const genWITLong = `Write the Go with which a host calls the components of a world and implements
what they import. FILE is WIT or a component, DIR a folder of WIT.

The package is one file, named for the world, in the folder --out, which is
made if there is none. With no --world the world must be the only one.`

// genFlags are what gen wit is asked to write.
type genFlags struct {
	world, packageName, out string
	options                 wit.Options
}

func newGen(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gen",
		Short: "write Go for hosts of a WIT world",
		Args:  cobra.ArbitraryArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("see patchbay gen --help", "gen: what to generate from is missing: wit")
		},
	}
	cmd.AddCommand(newGenWIT(p))
	return cmd
}

func newGenWIT(p *program) *cobra.Command {
	var flags genFlags
	cmd := verb(&cobra.Command{
		Use:     "wit [--world W] [--package NAME] [--out DIR] FILE|DIR",
		Short:   "write Go for hosts of a WIT world",
		Long:    genWITLong,
		Example: "  patchbay gen wit --world calculator --out calculator wit/",
	})
	cmd.ValidArgsFunction = completeWIT
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("see patchbay gen wit --help", "gen wit: FILE or DIR is missing")
		case len(args) > 1:
			return usagef("flags go before FILE", "gen wit: %q is one argument too many", args[1])
		}
		return p.genWIT(args[0], flags)
	}
	cmd.Flags().StringVar(&flags.world, "world", "", "the `NAME` of the world")
	cmd.Flags().StringVar(&flags.packageName, "package", "", "the `NAME` of the Go package, if not the world's")
	cmd.Flags().StringVar(&flags.out, "out", ".", "the `DIR` that the file is put into")
	cmd.Flags().StringArrayVar(&flags.options.Features, "feature", nil, "take in what is @unstable(feature = `NAME`)")
	cmd.Flags().BoolVar(&flags.options.AllFeatures, "all-features", false, "take in everything that is @unstable")
	return cmd
}

func (p *program) genWIT(path string, flags genFlags) error {
	_, main, err := loadWIT(path, flags.options)
	if err != nil {
		return wrongWIT(path, err)
	}
	world, err := pickWorld(main, flags.world)
	if err != nil {
		return err
	}
	name := strings.ToLower(strings.ReplaceAll(world.Name, "-", ""))
	if flags.packageName != "" {
		name = flags.packageName
	}
	source, err := bindgen.Generate(world, name)
	if err != nil {
		return &failure{code: exitRefused, err: fmt.Errorf("gen wit: %w", err), hint: "package wit/bindgen says what can be generated"}
	}
	if err := errors.Join(os.MkdirAll(flags.out, 0o777), os.WriteFile(filepath.Join(flags.out, name+".go"), source, 0o666)); err != nil {
		return fmt.Errorf("gen wit: %w", err)
	}
	p.voice.line("wrote " + plain(filepath.ToSlash(filepath.Join(flags.out, name+".go"))))
	return nil
}

// pickWorld returns the world of that name, or the only one.
func pickWorld(main *wit.Package, name string) (*wit.World, error) {
	if name == "" && len(main.Worlds) == 1 {
		return main.Worlds[0], nil
	}
	if world := main.World(name); world != nil {
		return world, nil
	}
	var names []string
	for _, w := range main.Worlds {
		names = append(names, w.Name)
	}
	hint := "the package has no world"
	if names != nil {
		hint = "the package has " + strings.Join(names, ", ")
	}
	if name == "" {
		return nil, usagef(hint, "gen wit: --world is missing")
	}
	return nil, usagef(hint, "gen wit: package %s has no world %q", main.Name, name)
}
