package engine

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

const binaryHeader = "\x00asm\x01\x00\x00\x00"

// withSections returns a module of sections given as ID and content.
func withSections(sections ...string) []byte {
	binary := []byte(binaryHeader)
	for _, section := range sections {
		binary = leb128.AppendUint32(append(binary, section[0]), uint32(len(section)-1))
		binary = append(binary, section[1:]...)
	}
	return binary
}

// TestCheckHugeCounts has the modules of 15 bytes whose count of four billion
// ends a process that hands them to wazero 1.12, and their like.
func TestCheckHugeCounts(t *testing.T) {
	const huge = "\xff\xff\xff\xff\x0f"
	tests := map[string]string{
		"type": "\x01", "import": "\x02", "function": "\x03", "table": "\x04", "memory": "\x05",
		"global": "\x06", "export": "\x07", "element": "\x09", "code": "\x0a", "data": "\x0b", "tag": "\x0d",
	}
	for section, id := range tests {
		binary := withSections(id + huge)
		if len(binary) != 15 {
			t.Fatalf("%d bytes", len(binary))
		}
		want := fmt.Sprintf("section %s: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", section)
		if err := Check(binary, Limits{}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		if err := Check(withSections(id+huge+strings.Repeat("\x00", 1000)), Limits{}); err == nil {
			t.Errorf("section %s: accepted with bytes after the count", section)
		}
	}
	nested := map[string]string{
		"parameters":        "\x01\x01\x60" + huge,
		"results":           "\x01\x01\x60\x00" + huge,
		"group of types":    "\x01\x01\x4e" + huge,
		"name of an import": "\x02\x01" + huge + "\x00\x00\x00",
		"name of an export": "\x07\x01" + huge + "\x00\x00",
		"elements":          "\x09\x01\x00\x41\x00\x0b" + huge,
		"expressions":       "\x09\x01\x05\x70" + huge,
		"bytes of data":     "\x0b\x01\x00\x41\x00\x0b" + huge,
		"name of a custom":  "\x00" + huge,
		"size of a body":    "\x0a\x01" + huge,
	}
	for name, section := range nested {
		if err := Check(withSections(section), Limits{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	bodies := map[string]string{
		"groups of locals": huge + "\x0b",
		"locals":           "\x01" + huge + "\x7f\x0b",
		"targets":          "\x00\x0e" + huge + "\x0b",
		"types of select":  "\x00\x1c" + huge + "\x0b",
		"catch clauses":    "\x00\x1f\x40" + huge + "\x0b\x0b",
	}
	for name, body := range bodies {
		var b corewasm.Builder
		b.FuncBody(b.Type(nil, nil), []byte(body))
		err := Check(b.Bytes(), Limits{})
		if err == nil || !strings.HasPrefix(err.Error(), "section code: code[0]: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckLimits(t *testing.T) {
	functions := func(n int) func(*corewasm.Builder) {
		return func(b *corewasm.Builder) {
			for range n {
				b.Func(nil, nil, nil, nil)
			}
		}
	}
	body := func(n int) func(*corewasm.Builder) {
		return func(b *corewasm.Builder) { b.Func(nil, nil, nil, make(corewasm.Code, n-2)) }
	}
	memory := func(pages uint32) func(*corewasm.Builder) {
		return func(b *corewasm.Builder) { b.Memory(corewasm.Limit(pages)) }
	}
	table := func(n uint32) func(*corewasm.Builder) {
		return func(b *corewasm.Builder) { b.Table(corewasm.FuncRef, corewasm.Limit(n)) }
	}
	imported := func(desc corewasm.Desc) func(*corewasm.Builder) {
		return func(b *corewasm.Builder) { b.Import("a", "b", desc) }
	}
	tests := []struct {
		limits Limits
		limit  string // that the second module goes beyond
		within func(*corewasm.Builder)
		beyond func(*corewasm.Builder)
	}{
		{Limits{ModuleSize: 30}, "ModuleSize", functions(1), functions(5)},
		{Limits{Functions: 3}, "Functions", functions(3), functions(4)},
		{Limits{}, "Functions", functions(100_000), functions(100_001)},
		{Limits{FunctionSize: 100}, "FunctionSize", body(100), body(101)},
		{Limits{}, "FunctionSize", body(4 << 20), body(4<<20 + 1)},
		{Limits{MemoryBytes: 3*PageSize + 1}, "MemoryBytes", memory(3), memory(4)},
		{Limits{}, "MemoryBytes", memory(4096), memory(4097)},
		{Limits{MemoryBytes: 1 << 40}, "MemoryBytes", memory(65535), memory(65536)},
		{Limits{MemoryBytes: PageSize}, "MemoryBytes",
			imported(corewasm.Desc{Kind: corewasm.KindMemory, Limits: corewasm.Limit(1, 9)}),
			imported(corewasm.Desc{Kind: corewasm.KindMemory, Limits: corewasm.Limit(2, 9)})},
		{Limits{TableElements: 5}, "TableElements", table(5), table(6)},
		{Limits{}, "TableElements", table(1_000_000), table(1_000_001)},
		{Limits{TableElements: 5}, "TableElements",
			imported(corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(5)}),
			imported(corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(6)})},
	}
	for _, test := range tests {
		var within, beyond corewasm.Builder
		test.within(&within)
		if err := Check(within.Bytes(), test.limits); err != nil {
			t.Errorf("%s: %v", test.limit, err)
		}
		test.beyond(&beyond)
		var err *BinaryError
		if !errors.As(Check(beyond.Bytes(), test.limits), &err) || err.Limit != test.limit {
			t.Errorf("%s: %v", test.limit, err)
		}
	}
}

func TestCheckFeatures(t *testing.T) {
	code := func(bytes ...byte) func(*corewasm.Builder) {
		return func(b *corewasm.Builder) { b.Func(nil, nil, nil, bytes) }
	}
	raw := func(section string) []byte { return withSections(section) }
	built := func(build func(*corewasm.Builder)) []byte {
		var b corewasm.Builder
		build(&b)
		return b.Bytes()
	}
	tests := []struct {
		feature string
		binary  []byte
	}{
		{"memory64", raw("\x05\x01\x04\x01")},
		{"memory64", raw("\x04\x01\x70\x05\x01\x02")},
		{"custom page sizes", raw("\x05\x01\x08\x01\x00")},
		{"multi-memory", raw("\x05\x02\x00\x01\x00\x01")},
		{"multi-memory", built(func(b *corewasm.Builder) {
			b.Import("a", "m", corewasm.Desc{Kind: corewasm.KindMemory})
			b.Memory(corewasm.Limit(1))
		})},
		{"multi-memory", built(code(0x41, 0, 0x28, 0x42, 0, 0))},
		{"GC types", raw("\x01\x01\x5f\x00")},
		{"GC types", raw("\x01\x01\x50\x00\x60\x00\x00")},
		{"GC types", raw("\x01\x01\x60\x01\x6d\x00")},
		{"GC types", raw("\x06\x01\x63\x71\x00\xd0\x71\x0b")},
		{"GC types", built(code(0xfb, 0x00, 0x00))},
		{"relaxed SIMD", built(code(0xfd, 0x80, 0x02))},
		{"relaxed SIMD", built(code(0xfd, 0x93, 0x02))},
		{"wide arithmetic", built(code(0xfc, 0x13))},
		{"legacy exceptions", built(code(0x06, 0x40))},
		{"legacy exceptions", built(code(0x19))},
		{"stack switching", built(code(0xe0, 0))},
	}
	for _, test := range tests {
		var err *BinaryError
		if !errors.As(Check(test.binary, Limits{}), &err) || err.Feature != test.feature {
			t.Errorf("%s: %v", test.feature, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	function := func(body string) []byte {
		var b corewasm.Builder
		b.FuncBody(b.Type(nil, nil), []byte(body))
		return b.Bytes()
	}
	tests := []struct {
		binary []byte
		want   string
	}{
		{nil, "it is empty at offset 0x0"},
		{[]byte("(module)"), "it is the text format (WAT): translate it to a binary first at offset 0x0"},
		{[]byte(" \n(component)"), "it is the text format (WAT): translate it to a binary first at offset 0x0"},
		{[]byte("#!/bin/sh"), "it looks like text, not like a WebAssembly binary at offset 0x0"},
		{[]byte("\x00asm\x0d\x00\x01\x00"), "it is a component, not a core module at offset 0x0"},
		{[]byte("\x7fELF\x02\x01\x01\x00"), "it is not a WebAssembly binary: the magic number is missing at offset 0x0"},
		{withSections("\x02\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\xff\xff\x00\x00\x00"),
			"section import: import[0]: unknown type 0 at offset 0xe"},
		{withSections("\x01\x01\x60\x00\x00", "\x02\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\xff\xff\x00\x00\x00"),
			"section import: import[3]: name is not UTF-8 at offset 0x1e"},
		{withSections("\x03\x00", "\x01\x00"), "section type: it is out of order or there twice at offset 0xb"},
		{withSections("\x01\x01\x60\x00\x00", "\x03\x01\x00"), "1 functions and 0 bodies at offset 0x12"},
		{withSections("\x0a\x01\x02\x00\x0b"), "0 functions and 1 bodies at offset 0xe"},
		{withSections("\x01\x01\x60\x00\x00", "\x03\x01\x01"), "section function: function[0]: unknown type 1 at offset 0x11"},
		{function("\x00"), "section code: code[0]: function without its end at offset 0x17"},
		{function("\x00\x02\x40\x0b"), "section code: code[0]: function without its end at offset 0x1a"},
		{function("\x00\x05\x0b"), "section code: code[0]: else without if at offset 0x17"},
		{function("\x00\x27\x0b"), "section code: code[0]: unknown instruction 0x27 at offset 0x17"},
		{function("\x01\xd1\x86\x03\x7f\x0b"), "section code: code[0]: more than 50000 locals at offset 0x17"},
		{function("\x00" + strings.Repeat("\x02\x40", 10_001)), "section code: code[0]: more than 10000 blocks within each other at offset 0x4e3b"},
		{withSections("\x00" + string(leb128.AppendUint32(nil, 100_001)) + strings.Repeat("a", 100_001)),
			"section custom: name of 100001 bytes, more than 100000 at offset 0xc"},
	}
	for _, test := range tests {
		if err := Check(test.binary, Limits{}); err == nil || err.Error() != test.want {
			t.Errorf("%.40q:\n got %v\nwant %s", test.binary, err, test.want)
		}
	}
}
