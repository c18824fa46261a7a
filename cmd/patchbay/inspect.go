package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

const inspectLong = `Say what a module is: its contract, imports, exports and memory, what it needs
granted, and what it was built with. Nothing of it is run, and it need not be a
module that can be loaded.

The form for programs, --output json, is one object. Its fields are only ever
added to, and its lists are never null:

  file, size        the file as it was named, and its size in bytes
  kind              "module" or "component"
  contract          "wapc", "tube", "command", "bus", "component" or "unknown"
  loadable, reason  whether this version takes it, and why not
  functions         name of each by which a tube guest can be called, and in
                    "extra" the types of its arguments after index and length
  imports           module, name, kind and type of each; "unmet" says why
                    nothing provides it, and "hint" what would
  exports           name, kind and type of each
  memories          min_pages and max_pages (null: no maximum) of 64 KiB, shared,
                    "import" as module.name, and "exports", a list of names
  needs             "what" the module reaches for, how to "grant" it, and the
                    "imports" that do
  tools             role, name and version of what made the module
  features          WebAssembly features that its compiler says it uses
  custom_sections   name and size in bytes of each
  world             of a component: its world, or the package that it encodes, as WIT
  parts             of a component: kind, path, offset and size of each core
                    module and each component in it

With --diff two modules are compared: the old one and the one that is to take its
place. Which operations a waPC guest has only the guest knows; those of other
contracts are exports. The form for programs is an object with the two reports
as "old" and "new", "compatible" with "reasons" why not, and "changes", a list of
what, name, old and new, where an empty text means that it is not there.`

func newInspect(p *program) *cobra.Command {
	var output choice
	var diff bool
	cmd := verb(&cobra.Command{
		Use:     "inspect [--output text|json] FILE | --diff OLD NEW",
		Short:   "say what a module is, offers and needs",
		Long:    inspectLong,
		Example: "  patchbay inspect greet.wasm\n  patchbay inspect --output json greet.wasm\n  patchbay inspect --diff greet-1.wasm greet-2.wasm",
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		files, missing := 1, "FILE is missing"
		if diff {
			files, missing = 2, "OLD and NEW are the files to compare"
		}
		switch {
		case len(args) < files:
			return usagef("see patchbay inspect --help", "inspect: %s", missing)
		case len(args) > files:
			return usagef("flags go before FILE", "inspect: %q is one argument too many", args[files])
		case diff:
			return inspectDiff(cmd.Context(), p.Out, args[0], args[1], output.value)
		}
		return inspect(cmd.Context(), p.Out, args[0], output.value)
	}
	choose(cmd, &output, "output", "text", "the form of the answer", "text", "json")
	cmd.Flags().BoolVar(&diff, "diff", false, "compare two modules")
	return cmd
}

func inspect(ctx context.Context, w io.Writer, path, form string) error {
	found, err := examine(ctx, path)
	if err != nil {
		return err
	}
	if form == "json" {
		return writeJSON(w, found)
	}
	_, err = io.WriteString(w, found.text())
	return err
}

// examine reads what the module in a file says of itself.
func examine(ctx context.Context, path string) (*report, error) {
	binary, err := readModule(ctx, path)
	if err != nil {
		return nil, refused(path, fmt.Errorf("inspect %s: %w", filepath.Base(path), err))
	}
	found, err := describe(ctx, path, binary)
	if err != nil {
		return nil, refused(path, fmt.Errorf("inspect %s: %w", filepath.Base(path), err))
	}
	return found, nil
}

// text writes the report for people.
func (r *report) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %s\n\n", plain(filepath.Base(r.File)), r.title(), count(r.Size, "byte"))
	r.summary(&b)
	if r.Kind == "component" {
		r.writeComponent(&b)
		r.sections(&b)
		return b.String()
	}
	r.items(&b, "imports", r.Imports)
	r.items(&b, "exports", r.Exports)
	r.writeWorld(&b)
	r.sections(&b)
	return b.String()
}

// table aligns the columns of the lines that write writes.
func table(w io.Writer, write func(w io.Writer)) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	write(t)
	t.Flush() // a strings.Builder takes everything
}

func (r *report) summary(w io.Writer) {
	table(w, func(w io.Writer) {
		rows(w, "contract", []string{plain(r.usage())})
		if r.Kind == "component" {
			return
		}
		rows(w, "functions", r.functionLines())
		rows(w, "memory", r.memoryLines())
		rows(w, "needs", r.needLines())
		rows(w, "tools", r.toolLines())
		if len(r.Features) > 0 {
			rows(w, "features", []string{plain(strings.Join(r.Features, ", "))})
		}
	})
}

// rows writes lines with a label before the first.
func rows(w io.Writer, label string, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(w, "%s\t%s\n", label, line)
		label = ""
	}
}

// functionLines lists the functions of a tube guest, those with arguments of
// their own by themselves.
func (r *report) functionLines() []string {
	var plainly, lines []string
	for _, f := range r.Functions {
		if len(f.Extra) == 0 {
			plainly = append(plainly, word(f.Name))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s, with %s", word(f.Name), strings.Join(f.Extra, ", ")))
	}
	if len(plainly) > 0 {
		lines = append([]string{strings.Join(plainly, ", ")}, lines...)
	}
	return lines
}

func (r *report) memoryLines() []string {
	lines := []string{}
	for _, memory := range r.Memories {
		lines = append(lines, plain(memory.text()))
	}
	if len(lines) == 0 {
		lines = append(lines, "none")
	}
	return lines
}

// pages writes a number of pages with its size.
func pages(n uint32) string {
	return fmt.Sprintf("%s (%s)", count(uint64(n), "page"), roughly(uint64(n)<<16))
}

func (m memoryReport) text() string {
	text := pages(m.MinPages) + ", no maximum"
	switch {
	case m.MaxPages != nil && *m.MaxPages == m.MinPages:
		text = pages(m.MinPages) + ", fixed"
	case m.MaxPages != nil:
		text = pages(m.MinPages) + ", at most " + pages(*m.MaxPages)
	}
	if m.Shared {
		text += ", shared"
	}
	if m.Import != "" {
		text += ", imported as " + m.Import
	}
	if len(m.Exports) > 0 {
		text += ", exported as " + strings.Join(m.Exports, ", ")
	}
	return text
}

func (r *report) needLines() []string {
	lines := []string{}
	for _, need := range r.Needs {
		lines = append(lines, need.What+": "+need.Grant)
	}
	if unmet := r.unmet(); unmet > 0 {
		lines = append(lines, count(unmet, "import")+" that nothing provides, see below")
	}
	if len(lines) == 0 {
		lines = append(lines, "nothing")
	}
	return lines
}

func (r *report) unmet() int {
	n := 0
	for _, imp := range r.Imports {
		if imp.Unmet != "" {
			n++
		}
	}
	return n
}

func (r *report) toolLines() []string {
	lines := []string{}
	for _, tool := range r.Tools {
		lines = append(lines, plain(strings.TrimSpace(tool.Name+" "+tool.Version)))
	}
	return lines
}

// items writes imports or exports, those of one module under its name.
func (r *report) items(w io.Writer, title string, items []item) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	table(w, func(w io.Writer) {
		for _, group := range byModule(items) {
			indent := "  "
			if title == "imports" {
				fmt.Fprintf(w, "  %s\n", word(group[0].Module))
				indent = "    "
			}
			for _, one := range group {
				fmt.Fprintf(w, "%s%s\t%s %s%s\n", indent, word(one.Name), one.Kind, one.Type, one.flaw())
			}
		}
	})
}

func (i item) flaw() string {
	if i.Unmet == "" {
		return ""
	}
	flaw := "  UNMET: " + i.Unmet
	if i.Hint != "" {
		flaw += "; " + i.Hint
	}
	return plain(flaw)
}

// byModule groups items, the modules and the items of each in the order of
// their first appearance.
func byModule(items []item) [][]item {
	var groups [][]item
	place := map[string]int{}
	for _, one := range items {
		at, ok := place[one.Module]
		if !ok {
			at = len(groups)
			place[one.Module] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], one)
	}
	return groups
}

func (r *report) sections(w io.Writer) {
	if len(r.Customs) == 0 {
		return
	}
	fmt.Fprint(w, "\ncustom sections\n")
	table(w, func(w io.Writer) {
		for _, section := range r.Customs {
			fmt.Fprintf(w, "  %s\t%s\n", word(section.Name), count(uint64(section.Size), "byte"))
		}
	})
}
