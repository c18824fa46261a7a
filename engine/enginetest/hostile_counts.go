package enginetest

import "strings"

// The sections by what stands for them.
const (
	customSection    = "\x00"
	typeSection      = "\x01"
	importSection    = "\x02"
	functionSection  = "\x03"
	tableSection     = "\x04"
	memorySection    = "\x05"
	globalSection    = "\x06"
	exportSection    = "\x07"
	startSection     = "\x08"
	elementSection   = "\x09"
	codeSection      = "\x0a"
	dataSection      = "\x0b"
	dataCountSection = "\x0c"
	tagSection       = "\x0d"
)

// hostileCounts say that there is more than there is. The first, of 15 bytes
// each, end a process that hands them to wazero 1.12 as they are.
var hostileCounts = []hostile{
	{name: "types", want: "check: section type: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(typeSection + huge)},
	{name: "imports", want: "check: section import: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(importSection + huge)},
	{name: "functions", want: "check: section function: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(functionSection + huge)},
	{name: "tables", want: "check: section table: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(tableSection + huge)},
	{name: "memories", want: "check: section memory: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(memorySection + huge)},
	{name: "globals", want: "check: section global: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(globalSection + huge)},
	{name: "exports", want: "check: section export: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(exportSection + huge)},
	{name: "element segments", want: "check: section element: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(elementSection + huge)},
	{name: "bodies", want: "check: section code: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(codeSection + huge)},
	{name: "data segments", want: "check: section data: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(dataSection + huge)},
	{name: "tags", want: "check: section tag: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xa", binary: sections(tagSection + huge)},
	{name: "data count", want: "refused", binary: sections(dataCountSection + huge)},
	{name: "start", want: "refused", binary: sections(startSection + huge)},
	{name: "types with bytes after the count", want: "check: section type: count 4294967295 cannot fit into the 1000 bytes that are left at offset 0xb", binary: sections(typeSection + huge + strings.Repeat("\x00", 1000))},
	{name: "parameters", want: "check: section type: type[0]: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xc", binary: sections(typeSection + "\x01\x60" + huge)},
	{name: "results", want: "check: section type: type[0]: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xd", binary: sections(typeSection + "\x01\x60\x00" + huge)},
	{name: "types of a group", want: "check: section type: type[0]: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xc", binary: sections(typeSection + "\x01\x4e" + huge)},
	{name: "fields of a struct", want: "check: section type: type[0]: feature GC types is not supported at offset 0xb", binary: sections(typeSection + "\x01\x5f" + huge)},
	{name: "name of an import", want: "check: section import: import[0]: name of 4294967295 bytes goes beyond the 3 that are left at offset 0xb", binary: sections(importSection + "\x01" + huge + "\x00\x00\x00")},
	{name: "second name of an import", want: "check: section import: import[0]: name of 4294967295 bytes goes beyond the 3 that are left at offset 0xc", binary: sections(importSection + "\x01\x00" + huge + "\x00\x00\x00")},
	{name: "name of an export", want: "check: section export: export[0]: name of 4294967295 bytes goes beyond the 2 that are left at offset 0xb", binary: sections(exportSection + "\x01" + huge + "\x00\x00")},
	{name: "elements", want: "check: section element: element[0]: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xf", binary: sections(elementSection + "\x01\x00\x41\x00\x0b" + huge)},
	{name: "elements of a passive segment", want: "check: section element: element[0]: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xd", binary: sections(elementSection + "\x01\x01\x00" + huge)},
	{name: "expressions", want: "check: section element: element[0]: count 4294967295 cannot fit into the 0 bytes that are left at offset 0xd", binary: sections(elementSection + "\x01\x05\x70" + huge)},
	{name: "bytes of data", want: "check: section data: data[0]: 4294967295 bytes are needed and 0 are left at offset 0x14", binary: sections(dataSection + "\x01\x00\x41\x00\x0b" + huge)},
	{name: "bytes of passive data", want: "check: section data: data[0]: 4294967295 bytes are needed and 0 are left at offset 0x11", binary: sections(dataSection + "\x01\x01" + huge)},
	{name: "name of a custom section", want: "check: section custom: name of 4294967295 bytes goes beyond the 0 that are left at offset 0xa", binary: sections(customSection + huge)},
	{name: "size of a section", want: "check: section type: size 4294967295 goes beyond the end at offset 0x9", binary: raw(header + typeSection + huge)},
	{name: "size of a custom section", want: "check: section custom: size 4294967295 goes beyond the end at offset 0x9", binary: raw(header + customSection + huge)},
	{name: "size of a section of one byte more", want: "check: section type: size 2 goes beyond the end at offset 0x9", binary: raw(header + typeSection + "\x02\x00")},
	{name: "size of a body", want: "check: section code: code[0]: 4294967295 bytes are needed and 0 are left at offset 0x10", binary: sections(codeSection + "\x01" + huge)},
	{name: "groups of locals", want: "check: section code: code[0]: count 4294967295 cannot fit into the 1 bytes that are left at offset 0x16", binary: body(huge + "\x0b")},
	{name: "locals", want: "check: section code: code[0]: more than 50000 locals at offset 0x17", binary: body("\x01" + huge + "\x7f\x0b")},
	{name: "locals in many groups", want: "check: section code: code[0]: more than 50000 locals at offset 0x17", binary: body("\x04" + strings.Repeat("\xff\xff\xff\xff\x03\x7f", 4) + "\x0b")},
	{name: "locals one more than allowed", want: "check: section code: code[0]: more than 50000 locals at offset 0x1b", binary: body("\x02\xd0\x86\x03\x7f\x01\x7e\x0b")},
	{name: "targets of a branch table", want: "check: section code: code[0]: count 4294967295 cannot fit into the 1 bytes that are left at offset 0x1a", binary: code("\x41\x00\x0e" + huge)},
	{name: "types of a select", want: "check: section code: code[0]: count 4294967295 cannot fit into the 1 bytes that are left at offset 0x18", binary: code("\x1c" + huge)},
	{name: "handlers", want: "check: section code: code[0]: count 4294967295 cannot fit into the 1 bytes that are left at offset 0x19", binary: code("\x1f\x40" + huge)},
	{name: "pages of a memory", want: "check: section memory: memory[0]: memory of more than 65536 pages at offset 0xb", binary: sections(memorySection + "\x01\x00" + huge)},
	{name: "pages of a memory at most", want: "check: section memory: memory[0]: memory of more than 65536 pages at offset 0xb", binary: sections(memorySection + "\x01\x01\x00" + huge)},
	{name: "elements of a table", want: "check: section table: table[0]: table of 4294967295 elements, and 1000000 are allowed at offset 0xb", binary: sections(tableSection + "\x01\x70\x00" + huge)},
	{name: "elements of a table at most", want: "runs", binary: sections(tableSection + "\x01\x70\x01\x00" + huge)},
}

// hostileLayout have their bytes in the wrong place.
var hostileLayout = []hostile{
	{name: "nothing", want: "check: it is empty at offset 0x0", binary: raw("")},
	{name: "half of the magic number", want: "check: it is cut off within the first 8 bytes at offset 0x0", binary: raw("\x00as")},
	{name: "no version", want: "check: it is cut off within the first 8 bytes at offset 0x0", binary: raw("\x00asm")},
	{name: "version 2", want: "check: it has version 0x2, not 1 at offset 0x0", binary: raw("\x00asm\x02\x00\x00\x00")},
	{name: "header only", want: "runs", binary: raw(header)},
	{name: "component", want: "check: it is a component, not a core module at offset 0x0", binary: raw("\x00asm\x0d\x00\x01\x00")},
	{name: "text format", want: "check: it is the text format (WAT): translate it to a binary first at offset 0x0", binary: raw("(module)")},
	{name: "script", want: "check: it looks like text, not like a WebAssembly binary at offset 0x0", binary: raw("#!/bin/sh\n")},
	{name: "program of the system", want: "check: it is not a WebAssembly binary: the magic number is missing at offset 0x0", binary: raw("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00")},
	{name: "unknown section", want: "check: unknown section 0xe at offset 0x8", binary: sections("\x0e\x00")},
	{name: "section 255", want: "check: unknown section 0xff at offset 0x8", binary: sections("\xff\x00")},
	{name: "sections out of order", want: "check: section type: it is out of order or there twice at offset 0xb", binary: sections(functionSection+"\x00", typeSection+"\x00")},
	{name: "section twice", want: "check: section type: it is out of order or there twice at offset 0xb", binary: sections(typeSection+"\x00", typeSection+"\x00")},
	{name: "data count after the code", want: "check: section data count: it is out of order or there twice at offset 0xb", binary: sections(codeSection+"\x00", dataCountSection+"\x00")},
	{name: "tags after the globals", want: "check: section tag: it is out of order or there twice at offset 0xb", binary: sections(globalSection+"\x00", tagSection+"\x00")},
	{name: "custom sections between all", want: "runs", binary: sections(customSection+"\x01a", typeSection+"\x00", customSection+"\x01a", functionSection+"\x00", customSection+"\x01b", codeSection+"\x00", customSection+"\x01a")},
	{name: "bytes after the items", want: "check: section type: 1 bytes are left over at offset 0xb", binary: sections(typeSection + "\x00\x00")},
	{name: "ID without a size", want: "check: section type: integer is cut off at offset 0x9", binary: raw(header + typeSection)},
	{name: "functions without bodies", want: "check: 1 functions and 0 bodies at offset 0x12", binary: sections(typeSection+"\x01\x60\x00\x00", functionSection+"\x01\x00")},
	{name: "bodies without functions", want: "check: 0 functions and 1 bodies at offset 0xe", binary: sections(codeSection + "\x01\x02\x00\x0b")},
	{name: "data count without data", want: "refused", binary: sections(dataCountSection + "\x01")},
	{name: "number of six bytes", want: "check: section type: integer is too long at offset 0xa", binary: sections(typeSection + "\x80\x80\x80\x80\x80\x00")},
	{name: "number of 33 bits", want: "check: section type: integer is too large at offset 0xa", binary: sections(typeSection + "\xff\xff\xff\xff\x1f")},
	{name: "number without an end", want: "check: section type: integer is cut off at offset 0xa", binary: sections(typeSection + "\x80\x80")},
	{name: "number that is longer than needed", want: "runs", binary: sections(typeSection + "\x80\x80\x80\x80\x00")},
	{name: "constant of 33 bits", want: "check: section code: code[0]: integer is too large at offset 0x18", binary: code("\x41\xff\xff\xff\xff\x3f\x1a")},
	{name: "constant of eleven bytes", want: "check: section code: code[0]: integer is too long at offset 0x18", binary: code("\x42\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00\x1a")},
	{name: "block type of 34 bits", want: "check: section code: code[0]: unknown type -1 at offset 0x18", binary: code("\x02\xff\xff\xff\xff\x7f\x0b")},
	{name: "body without an end", want: "check: section code: code[0]: function without its end at offset 0x17", binary: body("\x00")},
	{name: "block without an end", want: "check: section code: code[0]: function without its end at offset 0x1a", binary: body("\x00\x02\x40\x0b")},
	{name: "code after the end", want: "check: section code: code[0]: code after the end of the function at offset 0x18", binary: body("\x00\x0b\x01\x0b")},
	{name: "else without if", want: "check: section code: code[0]: else without if at offset 0x17", binary: code("\x05")},
	{name: "two else", want: "check: section code: code[0]: else without if at offset 0x1c", binary: code("\x41\x00\x04\x40\x05\x05\x0b")},
	{name: "instruction that there is not", want: "check: section code: code[0]: unknown instruction 0x27 at offset 0x17", binary: code("\x27")},
	{name: "instruction after 0xfc that there is not", want: "check: section code: code[0]: unknown instruction 0xfc 0xffff at offset 0x17", binary: code("\xfc\xff\xff\x03")},
	{name: "vector instruction that there is not", want: "check: section code: code[0]: unknown instruction 0xfd 0x9a at offset 0x17", binary: code("\xfd\x9a\x01")},
	{name: "atomic instruction that there is not", want: "check: section code: code[0]: unknown instruction 0xfe 0x7f at offset 0x17", binary: code("\xfe\x7f")},
	{name: "vector constant that is cut off", want: "check: section code: code[0]: 16 bytes are needed and 3 are left at offset 0x19", binary: body("\x00\xfd\x0c\x00\x00\x0b")},
	{name: "kind of import that there is not", want: "check: section import: import[0]: 0x5 is no kind of import at offset 0xd", binary: sections(importSection + "\x01\x00\x00\x05\x00\x00")},
	{name: "kind of export that there is not", want: "check: section export: export[0]: 0x5 is no kind of export at offset 0xc", binary: sections(exportSection + "\x01\x00\x05\x00")},
	{name: "kind of element segment that there is not", want: "check: section element: element[0]: 0x8 are no flags of an element segment at offset 0xb", binary: sections(elementSection + "\x01\x08\x00")},
	{name: "kind of data segment that there is not", want: "check: section data: data[0]: 0x3 are no flags of a data segment at offset 0xb", binary: sections(dataSection + "\x01\x03\x00")},
	{name: "value type that there is not", want: "check: section type: type[0]: 0x40 is no value type at offset 0xd", binary: sections(typeSection + "\x01\x60\x01\x40\x00")},
	{name: "limits that there are not", want: "check: section memory: memory[0]: 0x10 are no flags of limits at offset 0xb", binary: sections(memorySection + "\x01\x10\x00")},
	{name: "mutability that there is not", want: "check: section global: global[0]: 0x2 is no mutability at offset 0xc", binary: sections(globalSection + "\x01\x7f\x02\x41\x00\x0b")},
	{name: "constant expression without an end", want: "check: section global: global[0]: unexpected end at offset 0xf", binary: sections(globalSection + "\x01\x7f\x00\x41\x00")},
	{name: "constant expression with a call", want: "check: section global: global[0]: instruction 0x10 is not constant at offset 0xd", binary: sections(globalSection + "\x01\x7f\x00\x10\x00\x0b")},
}
