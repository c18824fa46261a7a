package main

import (
	"strings"

	"github.com/spf13/cobra"
)

const completionLong = `Write a completion script for a shell to stdout.

  bash        source <(patchbay completion bash)
  zsh         patchbay completion zsh > "${fpath[1]}/_patchbay"
  fish        patchbay completion fish > ~/.config/fish/completions/patchbay.fish
  powershell  patchbay completion powershell | Out-String | Invoke-Expression`

func newCompletion(p *program) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "write a completion script for a shell",
		Long:      completionLong,
		ValidArgs: shells,
		Args:      cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("see patchbay completion --help", "completion: name one shell: %s", strings.Join(shells, ", "))
			}
			return writeCompletion(cmd.Root(), p, args[0])
		},
		DisableFlagsInUseLine: true,
	}
}

func writeCompletion(root *cobra.Command, p *program, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(p.Out, true)
	case "zsh":
		return root.GenZshCompletion(p.Out)
	case "fish":
		return root.GenFishCompletion(p.Out, true)
	case "powershell":
		return root.GenPowerShellCompletionWithDesc(p.Out)
	}
	return usagef("there are bash, zsh, fish and powershell", "completion: no shell %q", shell)
}
