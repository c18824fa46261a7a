package component_test

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// What follows writes components by hand: the translator of texts would take
// longer than what is tested.

func uleb(n int) string { return string(leb128.AppendUint32(nil, uint32(n))) }

func label(text string) string { return uleb(len(text)) + text }

func vector(items ...string) string { return uleb(len(items)) + strings.Join(items, "") }

func sized(id byte, content string) string { return string([]byte{id}) + label(content) }

func section(id byte, items ...string) string { return sized(id, vector(items...)) }

func coreModule(sections ...string) string {
	return sized(1, "\x00asm\x01\x00\x00\x00"+strings.Join(sections, ""))
}

func componentOf(sections ...string) string {
	return "\x00asm\x0d\x00\x01\x00" + strings.Join(sections, "")
}

func nested(sections ...string) string { return sized(4, componentOf(sections...)) }

// repeat returns n items made by number.
func repeat(n int, item func(i int) string) []string {
	items := make([]string, n)
	for i := range items {
		items[i] = item(i)
	}
	return items
}

// numbered is repeat for items that begin with a name.
func numbered(n int, before, after string) []string {
	return repeat(n, func(i int) string { return before + label(fmt.Sprintf("x%d", i)) + after })
}

// The sections of components, and what is in them.
const (
	coreInstanceSection = 2
	typeSection         = 7
	instanceSection     = 5
	aliasSection        = 6

	importSection = 10

	noParams = "\x40\x00\x01\x00" // func()
)

// often instantiates component 0 as often as a component may.
func often() string {
	return section(instanceSection, repeat(999, func(int) string { return "\x00\x00\x00" })...)
}

// exporter is a core module with n functions, and importer one that wants as many
// of "a".
func exporter(n int) string {
	return coreModule(section(1, "\x60\x00\x00"), section(3, "\x00"),
		section(7, numbered(n, "", "\x00\x00")...), section(10, "\x02\x00\x0b"))
}

func importer(n int) string {
	return coreModule(section(1, "\x60\x00\x00"), section(2, numbered(n, label("a"), "\x00\x00")...))
}

// TestBombs compiles and links small components that would have much come of
// them, and wants that to be refused, or accepted, before it takes much memory.
func TestBombs(t *testing.T) {
	const nestedCounted = "those of nested components counted each time"
	empty := section(instanceSection, "\x01\x00")
	// A record whose text is long, and a function of what has index 1.
	wide, ofWide := "\x72\x01"+label(strings.Repeat("f", 4000))+"\x7d", "\x40\x01"+label("p")+"\x01\x01\x00"
	tests := []struct{ name, binary, want string }{
		{"imports of core instances", componentOf(nested(exporter(1000), importer(1000),
			section(coreInstanceSection, append([]string{"\x00\x00\x00"}, repeat(90, func(int) string { return "\x00\x01\x01" + label("a") + "\x12\x00" })...)...)),
			often()), nestedCounted},
		{"core instances", componentOf(nested(exporter(1000), section(coreInstanceSection, repeat(90, func(int) string { return "\x00\x00\x00" })...)),
			often()), "more than 10000 core instances"},
		{"bags of core exports", componentOf(nested(exporter(1), section(coreInstanceSection, "\x00\x00\x00"), section(aliasSection, "\x00\x00\x01\x00"+label("x0")),
			section(coreInstanceSection, "\x01"+vector(numbered(10_000, "", "\x00\x00")...))), often()), nestedCounted},
		{"bags of exports", componentOf(nested(empty, section(instanceSection, "\x01"+vector(numbered(10_000, "\x00", "\x05\x00")...))), often()), nestedCounted},
		{"arguments", componentOf(nested(nested(), empty, section(instanceSection, "\x00\x00"+vector(numbered(10_000, "", "\x05\x00")...))), often()), nestedCounted},
		{"instances within instances", componentOf(append(append([]string{nested()},
			repeat(50, func(i int) string {
				return nested(section(aliasSection, "\x04\x02\x01"+uleb(i)), section(instanceSection, "\x00\x00\x00", "\x00\x00\x00"))
			})...), section(instanceSection, "\x00\x32\x00"))...), "more than 100000 definitions"},
		{"unmet imports", componentOf(section(typeSection, noParams), section(importSection, numbered(40_000, "\x00", "\x01\x00")...)), ""},
		{"unmet imports with large types", componentOf(section(typeSection, wide), section(importSection, "\x00"+label("t")+"\x03\x00\x00"),
			section(typeSection, ofWide), section(importSection, numbered(40_000, "\x00", "\x01\x02")...)), ""},
		{"long paths", componentOf(section(typeSection, noParams, "\x42"+vector(append([]string{"\x02\x03\x02\x01\x00"}, numbered(20_000, "\x04\x00", "\x01\x00")...)...)),
			section(importSection, "\x00"+label(strings.Repeat("n", 10_000))+"\x05\x01")), "bytes in the paths of its imports"},
		{"a component type with large types", componentOf(section(typeSection, "\x41"+vector(append([]string{
			"\x01" + wide, "\x04\x00" + label("t") + "\x03\x00\x00", "\x01" + ofWide,
		}, numbered(40_000, "\x04\x00", "\x01\x02")...)...)), section(importSection, "\x00"+label("c")+"\x04\x00")), ""},
		{"types that go between components", string(definition(t, "hostile", "$Heavy")), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { measureBomb(t, test.binary, test.want) })
	}
}

// measureBomb compiles and links a component, which may take 256 MiB. An error of
// linking is as good as any.
func measureBomb(t *testing.T, binary, want string) {
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	c, err := component.Compile(t.Context(), newEngine(t), []byte(binary), component.Config{})
	if err == nil {
		t.Cleanup(func() { _ = c.Close(context.Background()) })
		_, linking := newHost().Link(c)
		var unmet *component.LinkError
		if errors.As(linking, &unmet) && len(linking.Error()) > 16<<20 {
			t.Errorf("the error has %d bytes", len(linking.Error()))
		}
	}
	goruntime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
		t.Errorf("%d bytes for a binary of %d", took, len(binary))
	}
	switch {
	case want == "" && err != nil:
		t.Error(err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%v, want %s", err, want)
	}
}
