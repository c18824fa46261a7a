package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
)

// Stdio is what one run of the command reads and writes, and the environment
// that it asks.
type Stdio struct {
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	Getenv func(name string) string
}

// Run runs the command with the arguments after its name and returns its exit
// code. The first interrupt ends what is going on, a second one the process.
func Run(args []string, stdio Stdio) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop)
	out := newVoice(stdio.Err, stdio.Getenv)
	root := newRoot(&program{stdio, out})
	root.SetArgs(args)
	return out.end(root.ExecuteContext(ctx), ctx.Err() != nil)
}

// A program is what the verbs share.
type program struct {
	Stdio
	voice *voice
}

const rootLong = `Patchbay calls, runs, inspects and measures WebAssembly guests.

Flags go before FILE, and everything after the operation is literal. stdout is
data and stderr is talk. A guest is granted nothing that no flag names.`

const rootExample = `  patchbay call greet.wasm greet '{"name":"Ada"}'
  patchbay inspect greet.wasm
  patchbay run --dir .::/work tool.wasm --its-own-flag`

// usageTemplate is the part of the help after the description.
const usageTemplate = `Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} VERB [flags] FILE ...{{else}}{{.UseLine}}{{end}}
{{- if .HasAvailableSubCommands}}

Verbs:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{- end}}
{{- if .HasExample}}

Examples:
{{.Example}}
{{- end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}

Exit codes:
  0    done                          125  the host's side went wrong
  1    the guest answered an error   126  the module was refused
  2    the command line is wrong     130  interrupted
  124  the deadline passed           134  the guest trapped
`

func newRoot(p *program) *cobra.Command {
	root := &cobra.Command{
		Use:               "patchbay",
		Short:             "call, run, inspect and measure WebAssembly guests",
		Long:              rootLong,
		Example:           rootExample,
		Version:           thisVersion().line(),
		Args:              cobra.ArbitraryArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              noVerb,
	}
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	root.SetFlagErrorFunc(wrongFlag)
	root.SetUsageTemplate(usageTemplate)
	root.SetVersionTemplate("{{.Version}}\n")
	root.AddCommand(newCall(p), newInspect(p), newImage(p), newRun(p), newBench(p), newServe(p), newPs(p), newSwap(p), newPin(p),
		newRollback(p), newReload(p), newDrain(p), newNew(p), newTest(p), newDev(p), newWIT(p), newGen(p), newVersion(p), newCompletion(p))
	root.SetHelpCommand(newHelp())
	return root
}

// newHelp is cobra's help command, but one that fails when there is no such
// verb.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:                   "help [VERB]",
		Short:                 "say how a verb is used",
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return noVerb(cmd.Root(), args)
			}
			return found.Help()
		},
	}
}

// noVerb answers a command line whose first word is no verb.
func noVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef("see patchbay --help", "a verb is missing: call, image, run, inspect, bench, serve, ps, swap, pin, rollback, reload, drain, new, test, dev, wit, gen, version or completion")
	}
	hint := "see patchbay --help"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean patchbay %s?", near[0])
	} else if _, err := os.Stat(args[0]); err == nil {
		hint = fmt.Sprintf("did you mean patchbay inspect %s?", args[0])
	}
	return usagef(hint, "patchbay has no verb %q", args[0])
}

// wrongFlag answers a flag that is unknown or has no good value.
func wrongFlag(cmd *cobra.Command, err error) error {
	return usagef("see "+cmd.CommandPath()+" --help", "%s: %w", cmd.Name(), err)
}

// verb finishes a command that takes FILE: flags end there.
func verb(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().SetInterspersed(false)
	cmd.Flags().SortFlags = false
	cmd.Args = cobra.ArbitraryArgs
	cmd.DisableFlagsInUseLine = true
	cmd.ValidArgsFunction = completeFile
	return cmd
}

// completeFile offers module files for the first argument and nothing for the
// others.
func completeFile(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return []cobra.Completion{"wasm"}, cobra.ShellCompDirectiveFilterFileExt
}
