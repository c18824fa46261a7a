package validate

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/wast"
)

var update = flag.Bool("update", false, "write the golden file anew")

// TestResolve holds what every index of a component means against a golden file.
func TestResolve(t *testing.T) {
	text, err := os.ReadFile("../../testdata/script/resolve.json")
	if err != nil {
		t.Fatal(err)
	}
	var commands []wast.Command
	if err := json.Unmarshal(text, &commands); err != nil {
		t.Fatal(err)
	}
	syntax, err := componentbinary.Parse(commands[0].Source.Binary)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Validate(syntax, Config{})
	if err != nil {
		t.Fatal(err)
	}
	var w dump
	w.component(c, "")
	const golden = "testdata/resolve.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(w.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), w.String()); diff != "" {
		t.Error(diff)
	}
}

// A dump writes down a component, step by step.
type dump struct{ strings.Builder }

func (w *dump) line(indent, format string, args ...any) {
	fmt.Fprintf(w, indent+format+"\n", args...)
}

func (w *dump) component(c *Component, indent string) {
	for _, step := range c.Steps {
		w.line(indent, "%s %d %s", step.Sort, step.Index, w.entry(c, step))
		if step.Sort == componentbinary.SortComponent {
			if def := c.Components[step.Index]; def.Origin.Kind == Defined {
				w.component(def.Component, indent+"    ")
			}
		}
	}
	for _, x := range c.Exports {
		w.line(indent, "export %s = %s %d is %d: %s", x.Name, x.Item.Sort, x.Item.Index, x.New, externText(x.Type))
	}
	w.line(indent, "type: imports%s exports%s", membersText(c.Type.Imports), membersText(c.Type.Exports))
}

func (w *dump) entry(c *Component, step Step) string {
	switch i := step.Index; step.Sort {
	case componentbinary.SortFunc:
		x := c.Funcs[i]
		return originText(x.Origin) + x.Type.String() + canonText(x.Canon)
	case componentbinary.SortType:
		x := c.Types[i]
		return originText(x.Origin) + externText(types.Extern{Kind: types.ExternType, Value: x.Value, Func: x.Func,
			Resource: x.Resource, Instance: x.Instance, Component: x.Component})
	case componentbinary.SortComponent:
		x := c.Components[i]
		return originText(x.Origin) + externText(types.Extern{Kind: types.ExternComponent, Component: x.Type})
	case componentbinary.SortInstance:
		x := c.Instances[i]
		return originText(x.Origin) + externText(types.Extern{Kind: types.ExternInstance, Instance: x.Type}) +
			fmt.Sprintf(" with %d resource types of its own", len(x.Resources))
	case componentbinary.CoreSortModule:
		x := c.CoreModules[i]
		return originText(x.Origin) + fmt.Sprintf("%d imports, %d exports, embedded: %v",
			len(x.Type.Imports), len(x.Type.Exports), x.Embedded != nil)
	case componentbinary.CoreSortInstance:
		x := c.CoreInstances[i]
		return originText(x.Origin) + fmt.Sprintf("%d exports", len(x.Exports))
	case componentbinary.CoreSortFunc:
		x := c.CoreFuncs[i]
		return originText(x.Origin) + x.Type.String() + canonText(x.Canon)
	case componentbinary.CoreSortMemory:
		x := c.CoreMemories[i]
		return originText(x.Origin) + fmt.Sprintf("%d pages", x.Type.Limits.Min)
	case componentbinary.CoreSortType:
		return originText(c.CoreTypes[i].Origin)
	}
	return "?"
}

func originText(o Origin) string {
	switch o.Kind {
	case Defined:
		return fmt.Sprintf("defined as %d: ", o.Index)
	case Imported:
		return fmt.Sprintf("import %d %s: ", o.Index, o.Name)
	case Aliased:
		return fmt.Sprintf("export %s of %d: ", o.Name, o.Index)
	case Outer:
		return fmt.Sprintf("%d of the component %d outwards: ", o.Index, o.Outer)
	case Exported:
		return fmt.Sprintf("export %d: ", o.Index)
	}
	return "returned: "
}

func canonText(c *Canon) string {
	if c == nil {
		return ""
	}
	text := " " + c.Syntax.Op.String() + " " + c.Core.String()
	if c.Options.Memory != nil {
		text += fmt.Sprintf(" memory %d", *c.Options.Memory)
	}
	if c.Resource != nil {
		text += " of " + c.Resource.String()
	}
	return text
}

func externText(x types.Extern) string {
	switch {
	case x.Fresh:
		return "new " + x.Resource.String()
	case x.Instance != nil:
		return "instance" + membersText(x.Instance.Exports)
	case x.Component != nil:
		return "component imports" + membersText(x.Component.Imports) + " exports" + membersText(x.Component.Exports)
	}
	return x.String()
}

func membersText(list []types.NamedExtern) string {
	var parts []string
	for _, x := range list {
		parts = append(parts, x.Name+": "+externText(x.Extern))
	}
	return "(" + strings.Join(parts, "; ") + ")"
}

// BenchmarkValidate decodes and validates a component that imports many
// interfaces, as those of a system interface are, and the small ones of all
// scripts.
func BenchmarkValidate(b *testing.B) {
	var valid [][]byte
	for _, binary := range scriptBinaries(b) {
		if decodeAndValidate(binary) == nil {
			valid = append(valid, binary)
		}
	}
	b.Run("interfaces", func(b *testing.B) { benchmark(b, [][]byte{[]byte(manyInterfaces(50, 40))}) })
	b.Run("scripts", func(b *testing.B) { benchmark(b, valid) })
}

func benchmark(b *testing.B, binaries [][]byte) {
	size := 0
	for _, binary := range binaries {
		size += len(binary)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, binary := range binaries {
			if err := decodeAndValidate(binary); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func decodeAndValidate(binary []byte) error {
	syntax, err := componentbinary.Parse(binary)
	if err == nil {
		_, err = Validate(syntax, Config{Features: All()})
	}
	return err
}

// manyInterfaces imports instances with a resource type, a record and functions.
func manyInterfaces(interfaces, functions int) string {
	decls := []string{
		"\x04\x00" + label("descriptor") + "\x03\x01",                                   // 0: resource
		"\x01\x72\x02" + label("first-field") + "\x73" + label("second-field") + "\x79", // 1: record
		"\x04\x00" + label("descriptor-stat") + "\x03\x00\x01",                          // 2: it by name
		"\x01\x68\x00",             // 3: borrow 0
		"\x01\x6a\x01\x02\x01\x73", // 4: result<2, string>
		"\x01\x40\x03" + label("self") + "\x03" + label("path") + "\x73" + label("flags") + "\x79\x00\x04", // 5
	}
	for i := range functions {
		decls = append(decls, "\x04\x00"+label(fmt.Sprintf("[method]descriptor.read-directory-%d", i))+"\x01\x05")
	}
	var sections []string
	for i := range interfaces {
		sections = append(sections, section(typeSection, "\x42"+uleb(len(decls))+strings.Join(decls, "")),
			section(importSection, "\x00"+label(fmt.Sprintf("wasi:filesystem-%d/types@0.2.%d", i, i))+"\x05"+uleb(i)))
	}
	return binaryOf(sections...)
}
