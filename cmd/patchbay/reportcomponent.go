package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit"
)

// A partReport is a core module or a component in a component.
type partReport struct {
	Kind   string `json:"kind"`   // "module" or "component"
	Path   string `json:"path"`   // as in "component[0]: module[2]"
	Offset uint32 `json:"offset"` // in the file
	Size   uint32 `json:"size"`   // bytes
}

// describeComponent adds what a component says of itself: its world and its
// parts.
func (r *report) describeComponent(binary []byte) error {
	syntax, err := componentbinary.Parse(binary)
	if err != nil {
		return err
	}
	r.partsOf(syntax, "")
	for _, c := range syntax.Customs {
		r.Customs = append(r.Customs, sectionReport{Name: c.Name, Size: c.Content.Size})
	}
	typ, err := component.Describe(binary, engine.Limits{})
	if err != nil {
		return err
	}
	for _, x := range typ.Imports {
		r.Imports = append(r.Imports, item{Name: x.Name, Kind: x.Kind.String(), Type: x.Extern.String()})
	}
	for _, x := range typ.Exports {
		r.Exports = append(r.Exports, item{Name: x.Name, Kind: x.Kind.String(), Type: x.Extern.String()})
	}
	r.Loadable = true
	r.worldOf(binary)
	return nil
}

func (r *report) partsOf(c *componentbinary.Component, path string) {
	for i, m := range c.Modules {
		r.Parts = append(r.Parts, partReport{"module", fmt.Sprintf("%smodule[%d]", path, i), m.Offset, m.Size})
	}
	for i, nested := range c.Components {
		inner := fmt.Sprintf("%scomponent[%d]", path, i)
		r.Parts = append(r.Parts, partReport{"component", inner, nested.Range.Offset, nested.Range.Size})
		r.partsOf(nested, inner+": ")
	}
}

// worldOf finds the world as WIT. That WIT cannot say it is no fault.
func (r *report) worldOf(binary []byte) {
	found, err := wit.Decode(binary)
	switch {
	case errors.Is(err, wit.ErrNoWIT):
	case err != nil:
		r.NoWorld = err.Error()
	case found.World == nil:
		r.Loadable, r.Reason = false, "it is a package of WIT, not something to run"
		fallthrough
	default:
		r.World = found.Print(found.Package)
	}
}

// writeComponent writes what only components have.
func (r *report) writeComponent(w io.Writer) {
	if len(r.Parts) > 0 {
		fmt.Fprint(w, "\nparts\n")
		table(w, func(w io.Writer) {
			for _, part := range r.Parts {
				fmt.Fprintf(w, "  %s\t%s\n", plain(part.Path), count(int(part.Size), "byte"))
			}
		})
	}
	r.writeWorld(w)
}

// writeWorld writes the world of a component, or the one that a module was made
// for.
func (r *report) writeWorld(w io.Writer) {
	if r.NoWorld != "" {
		fmt.Fprintf(w, "\nno world in WIT: %s\n", plain(r.NoWorld))
	}
	if r.World == "" {
		return
	}
	fmt.Fprint(w, "\n")
	for line := range strings.SplitSeq(strings.TrimSuffix(r.World, "\n"), "\n") {
		fmt.Fprintln(w, plain(line))
	}
}
