package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// A versionReport is what `patchbay version --output json` writes. Fields are
// only ever added.
type versionReport struct {
	Version  string `json:"version"`            // of the module, or "devel"
	Revision string `json:"revision,omitempty"` // of the repository, if known
	Wazero   string `json:"wazero,omitempty"`   // of the engine
	Go       string `json:"go"`
	Platform string `json:"platform"` // "linux/amd64"
}

func newVersion(p *program) *cobra.Command {
	var output choice
	cmd := &cobra.Command{
		Use:                   "version [--output text|json]",
		Short:                 "say which version this is",
		Args:                  cobra.ArbitraryArgs,
		DisableFlagsInUseLine: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("see patchbay version --help", "version: %q is one argument too many", args[0])
			}
			return writeVersion(p.Out, output.value)
		},
	}
	choose(cmd, &output, "output", "text", "the form of the answer", "text", "json")
	return cmd
}

func writeVersion(w io.Writer, form string) error {
	report := thisVersion()
	if form == "json" {
		return writeJSON(w, report)
	}
	_, err := fmt.Fprintln(w, report.line())
	return err
}

// line is the report for people.
func (r versionReport) line() string {
	words := []string{"patchbay", r.Version}
	if r.Revision != "" {
		words = append(words, "("+r.Revision+")")
	}
	if r.Wazero != "" {
		words = append(words, "wazero", r.Wazero)
	}
	return strings.Join(append(words, r.Go, r.Platform), " ")
}

func thisVersion() versionReport {
	report := versionReport{Version: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return report
	}
	if version := info.Main.Version; version != "" && version != "(devel)" {
		report.Version = version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			report.Revision = setting.Value[:min(12, len(setting.Value))]
		}
	}
	for _, dep := range info.Deps {
		if dep.Path == "github.com/tetratelabs/wazero" {
			report.Wazero = dep.Version
		}
	}
	return report
}

// writeJSON writes one value, indented, for people and programs alike.
func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
