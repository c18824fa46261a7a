package validate

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// section returns a section with those items.
func section(id componentbinary.SectionID, items ...string) string {
	return sized(id, uleb(len(items))+strings.Join(items, ""))
}

func sized(id componentbinary.SectionID, content string) string {
	return string(rune(id)) + uleb(len(content)) + content
}

func uleb(n int) string { return string(leb128.AppendUint32(nil, uint32(n))) }

// sleb returns the index of a type where a value type stands.
func sleb(n int) string { return string(leb128.AppendInt64(nil, int64(n))) }

func label(text string) string { return uleb(len(text)) + text }

func binaryOf(sections ...string) string {
	return "\x00asm\x0d\x00\x01\x00" + strings.Join(sections, "")
}

// repeat returns n items made by number.
func repeat(n int, item func(i int) string) []string {
	items := make([]string, n)
	for i := range items {
		items[i] = item(i)
	}
	return items
}

// instanceOf returns the type of an instance with n exports of that kind and the
// type of that index.
func instanceOf(n int, kind byte, index int) string {
	decls := []string{"\x02\x03\x02\x01" + uleb(index)} // alias outer 1 type
	for i := range n {
		decls = append(decls, fmt.Sprintf("\x04\x00%s%c\x00", label(fmt.Sprintf("a%d", i)), kind))
	}
	return "\x42" + uleb(len(decls)) + strings.Join(decls, "")
}

const (
	typeSection     = componentbinary.SectionType
	importSection   = componentbinary.SectionImport
	instanceSection = componentbinary.SectionInstance

	kindFunc, kindInstance = 0x01, 0x05
)

// manyFields is a record of n fields.
func manyFields(n int) string {
	return "\x72" + uleb(n) + strings.Join(repeat(n, func(i int) string { return label(fmt.Sprintf("f%d", i)) + "\x73" }), "")
}

// TestBombs wants small binaries that describe large types to be refused, or
// accepted, before they take much memory.
func TestBombs(t *testing.T) {
	wide := instanceOf(1000, kindFunc, 0)
	inner := sized(componentbinary.SectionComponent, binaryOf(section(typeSection, "\x40\x00\x01\x00", wide),
		section(importSection, "\x00"+label("i")+"\x05\x01"), section(componentbinary.SectionExport, "\x00"+label("e")+"\x05\x00\x00")))
	// The instances of its type have a resource type each, so that all is copied.
	own := "\x42" + uleb(1003) + "\x04\x00" + label("r") + "\x03\x01" + // export r: type 0
		"\x01\x69\x00" + "\x01\x40\x01\x01p\x01\x01\x00" + // types own 0 and func(p: own 0)
		strings.Join(repeat(1000, func(i int) string { return "\x04\x00" + label(fmt.Sprintf("a%d", i)) + "\x01\x02" }), "")
	instantiate := "\x00\x00\x01" + label("i") + "\x05\x00"
	tests := []struct {
		name, binary, want string
	}{
		{"types by ten", binaryOf(section(typeSection, append([]string{"\x6f\x02\x73\x73"},
			repeat(90, func(i int) string { return "\x6f\x02" + sleb(i) + sleb(i) })...)...)), "effective type size exceeds the limit"},
		{"deep types", binaryOf(section(typeSection, append([]string{"\x73"},
			repeat(200, func(i int) string { return "\x70" + sleb(i) })...)...)), "type nesting is too deep"},
		{"deep instances", binaryOf(section(typeSection, append([]string{"\x42\x00"},
			repeat(200, func(i int) string { return instanceOf(1, kindInstance, i) })...)...)), "type nesting is too deep"},
		{"wide instances", binaryOf(section(typeSection, "\x40\x00\x01\x00", wide, instanceOf(1100, kindInstance, 1))), "effective type size exceeds the limit"},
		{"many imports of wide instances", binaryOf(section(typeSection, "\x40\x00\x01\x00", wide),
			section(importSection, repeat(999, func(i int) string { return "\x00" + label(fmt.Sprintf("i%d", i)) + "\x05\x01" })...)), ""},
		{"many instances with a resource type", binaryOf(section(typeSection, own),
			section(importSection, repeat(999, func(i int) string { return "\x00" + label(fmt.Sprintf("i%d", i)) + "\x05\x00" })...)),
			"it takes too long"},
		{"many instances of a component", binaryOf(section(typeSection, "\x40\x00\x01\x00", wide), inner,
			section(importSection, "\x00"+label("i")+"\x05\x01"),
			section(instanceSection, repeat(999, func(int) string { return instantiate })...)), ""},
		{"too many instances", binaryOf(section(instanceSection, repeat(1001, func(int) string { return "\x01\x00" })...)), "instances count exceeds limit"},
		{"records in many functions", binaryOf(section(typeSection, append([]string{manyFields(1000)},
			repeat(2000, func(int) string { return "\x40\x01\x01p\x00\x01\x00" })...)...)), ""},
		{"many large exports of an instance", binaryOf(section(typeSection, manyFields(9000), "\x40\x01\x01p\x00\x01\x00", instanceOf(200, kindFunc, 1))),
			"effective type size exceeds the limit"},
		{"types of instances", binaryOf(section(typeSection, repeat(200_000, func(int) string { return "\x42\x00" })...)), "it takes too long"},
		{"core types", binaryOf(section(componentbinary.SectionCoreType, repeat(400_000, func(int) string { return "\x60\x00\x00" })...)), ""},
		{"nested components", binaryOf(repeat(1001, func(int) string { return sized(componentbinary.SectionComponent, binaryOf()) })...), "more than 1000 components"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			syntax, err := componentbinary.Parse([]byte(test.binary))
			if err != nil {
				t.Fatal(err)
			}
			_, err = Validate(syntax, Config{})
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 {
				t.Errorf("%d bytes for a binary of %d", took, len(test.binary))
			}
			var fault *componentbinary.Error
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (!errors.As(err, &fault) || !strings.Contains(fault.Reason, test.want) || fault.Limit == ""):
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// TestWorkIsBounded instantiates a component whose imports take long to compare,
// often: at some point that is enough.
func TestWorkIsBounded(t *testing.T) {
	big := instanceOf(200, kindInstance, 1)
	list := []string{"\x40\x00\x01\x00", instanceOf(200, kindFunc, 0), big}
	inner := sized(componentbinary.SectionComponent, binaryOf(section(typeSection, list...), section(importSection, "\x00"+label("i")+"\x05\x02")))
	// The types are equal and not the same, so that everything is compared.
	binary := binaryOf(section(typeSection, list...), inner, section(importSection, "\x00"+label("i")+"\x05\x02"),
		section(instanceSection, repeat(999, func(int) string { return "\x00\x00\x01" + label("i") + "\x05\x00" })...))
	syntax, err := componentbinary.Parse([]byte(binary))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Validate(syntax, Config{})
	var fault *componentbinary.Error
	if !errors.As(err, &fault) || fault.Limit != "work" || fault.Path == "" {
		t.Errorf("%v", err)
	}
}
