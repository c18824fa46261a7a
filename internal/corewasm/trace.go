package corewasm

import (
	"encoding/binary"

	"github.com/patchbay-go/patchbay/internal/leb128"
)

// What follows is debug information (DWARF 4) that says nothing but "all
// addresses are in one file": with it, wazero begins the frames of its stack
// traces with the offset of the instruction, which is what we are after.

// Addresses are offsets in the code section. The first is 1, because wazero
// takes 0, -1 and -2 for code that the linker removed.
const (
	traceFirst = 1
	traceEnd   = 0x7fff_ffff
)

var traceAbbrev = []byte{
	1, 0x11, 0, // entry 1 is a compile unit without children
	0x11, 0x01, // its low pc is an address
	0x12, 0x01, // its high pc is an address
	0x10, 0x17, // its line table is at an offset
	0, 0, 0,
}

func traceInfo() []byte {
	unit := binary.LittleEndian.AppendUint16(nil, 4) // version
	unit = binary.LittleEndian.AppendUint32(unit, 0) // offset of the abbreviations
	unit = append(unit, 4, 1)                        // size of an address, and entry 1
	unit = binary.LittleEndian.AppendUint32(unit, traceFirst)
	unit = binary.LittleEndian.AppendUint32(unit, traceEnd)
	unit = binary.LittleEndian.AppendUint32(unit, 0) // line table
	return withLength(unit)
}

func traceLine() []byte {
	settings := []byte{1, 1, 1, 0xfb, 14, 13} // as compilers have them
	settings = append(settings, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1)
	settings = append(settings, 0)                          // no directories
	settings = append(settings, "_\x00\x00\x00\x00\x00"...) // one file

	program := []byte{0, 5, 2} // set the address
	program = binary.LittleEndian.AppendUint32(program, traceFirst)
	program = append(program, 3, 0x7f, 1, 2) // line 0, a row, advance the address
	program = leb128.AppendUint32(program, traceEnd-traceFirst)
	program = append(program, 0, 1, 1) // end

	unit := binary.LittleEndian.AppendUint16(nil, 4) // version
	unit = append(unit, withLength(settings)...)
	return withLength(append(unit, program...))
}

func withLength(content []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(content))), content...)
}

// appendTrace appends the custom sections.
func appendTrace(dst []byte) []byte {
	dst = appendCustom(dst, ".debug_abbrev", traceAbbrev)
	dst = appendCustom(dst, ".debug_info", traceInfo())
	return appendCustom(dst, ".debug_line", traceLine())
}

func appendCustom(dst []byte, name string, content []byte) []byte {
	return appendSection(dst, SectionCustom, append(appendName(nil, name), content...))
}
