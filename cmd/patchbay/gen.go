package main

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/bindgen"
)

const genWITLong = `Write the Go with which a host calls the components of a world and implements
what they import. FILE is WIT or a component, DIR a folder of WIT.

The world has a package in the folder --out, which is made if there is none,
and each of its interfaces one below it: acme:math/ops in acme/math/ops. What
they import each other as is --import-path, or follows from the go.mod above the
folder. With no --world the world must be the only one; one of a dependency has the
name of its package before it, as in wasi:cli/command.

Files of interfaces that it wrote into the folder before, and that are no longer in
the world, it removes. It touches no file that does not say in its first line that
gen wit made it, and made it there.`

// genFlags are what gen wit is asked to write.
type genFlags struct {
	world, out string
	generate   bindgen.Options
	options    wit.Options
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
		Use:     "wit [--world W] [--package NAME] [--import-path PATH] [--out DIR] FILE|DIR",
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
	cmd.Flags().StringVar(&flags.generate.Package, "package", "", "the `NAME` of the world's Go package, if not the world's own")
	cmd.Flags().StringVar(&flags.generate.Path, "import-path", "", "the import `PATH` of the folder, if not that of go.mod")
	cmd.Flags().StringVar(&flags.out, "out", ".", "the `DIR` that the files are put into")
	cmd.Flags().StringArrayVar(&flags.options.Features, "feature", nil, "take in what is @unstable(feature = `NAME`)")
	cmd.Flags().BoolVar(&flags.options.AllFeatures, "all-features", false, "take in everything that is @unstable")
	return cmd
}

func (p *program) genWIT(path string, flags genFlags) error {
	all, main, err := loadWIT(path, flags.options)
	if err != nil {
		return wrongWIT(path, err)
	}
	world, err := pickWorld(all, main, flags.world)
	if err != nil {
		return err
	}
	if flags.generate.Path == "" {
		if flags.generate.Path, err = importPath(flags.out); err != nil {
			return fmt.Errorf("gen wit: %w", err)
		}
	}
	if flags.generate.Package == "" && world.Name == "root" && world.Package != nil && world.Package.Name.Namespace == "root" {
		flags.generate.Package = packageOf(flags.generate.Path, path) // a component's world has no name of its own
	}
	files, err := bindgen.Generate(world, flags.generate)
	if err != nil {
		return &failure{code: exitRefused, err: fmt.Errorf("gen wit: %w", err), hint: genHint(err)}
	}
	g := generated{out: flags.out, files: files}
	if err := g.write(p.voice); err != nil {
		return fmt.Errorf("gen wit: %w", err)
	}
	return nil
}

func genHint(err error) string {
	path, isPath := errors.AsType[*bindgen.PathError](err)
	switch {
	case isPath && path.Path == "":
		return "no folder above has a go.mod: give the folder's import path with --import-path"
	case isPath:
		return "an import path is as in example.com/project/calculator"
	case strings.Contains(err.Error(), "not supported yet"):
		return "hosts cannot have async functions, streams and futures yet"
	}
	return ""
}

// packageOf returns a name for a package of Go: that of its folder, or of the file
// that it is made of; "" if neither is one.
func packageOf(importPath, file string) string {
	stem := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	for _, name := range []string{path.Base(importPath), stem} {
		name = strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
		if token.IsIdentifier(name) && name != "main" {
			return name
		}
	}
	return ""
}

// importPath returns what a folder is imported as: the path of the module around
// it and the way from there, or "" if there is no module.
func importPath(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	for root := folder; ; root = filepath.Dir(root) {
		text, err := os.ReadFile(filepath.Join(root, "go.mod"))
		switch {
		case err == nil:
			below, err := filepath.Rel(root, folder)
			return path.Join(moduleOf(string(text)), filepath.ToSlash(below)), err
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
			return "", err
		case root == filepath.Dir(root):
			return "", nil
		}
	}
}

// moduleOf returns the path that a go.mod gives its module.
func moduleOf(text string) string {
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "module" {
			return strings.Trim(fields[1], "\"`")
		}
	}
	return ""
}

// pickWorld returns the world of that name, or the only one. A name with that of its
// package, as in wasi:cli/command, finds those of other packages.
func pickWorld(all *wit.Resolve, main *wit.Package, name string) (*wit.World, error) {
	if name == "" && len(main.Worlds) == 1 {
		return main.Worlds[0], nil
	}
	if strings.Contains(name, "/") {
		return pickFrom(all, name)
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

// pickFrom returns a world of any package. The version may be left out if there is one
// only.
func pickFrom(all *wit.Resolve, name string) (*wit.World, error) {
	var found []*wit.World
	var ids, known []string
	for _, p := range all.Packages {
		for _, w := range p.Worlds {
			id := p.Name.ID(w.Name)
			known = append(known, id)
			if bare, _, _ := strings.Cut(id, "@"); name == id || name == bare {
				found, ids = append(found, w), append(ids, id)
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, usagef("there are "+strings.Join(ids, ", "), "gen wit: which world %q is meant is not clear", name)
	case known == nil:
		return nil, usagef("no package has a world", "gen wit: there is no world %q", name)
	}
	return nil, usagef("there are "+strings.Join(known, ", "), "gen wit: there is no world %q", name)
}
