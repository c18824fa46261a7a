// Package sourceline finds the line of source behind a place in a module's code,
// from the DWARF that compilers leave in custom sections.
//
// It reads line tables alone (.debug_line and the strings they name), DWARF 2 to
// 5, section 6.2 of each standard; an address in them is an offset into the
// contents of the code section (DWARF for WebAssembly). A line table says of
// inlined code where it was written, so the innermost place is what is found.
//
// The sections are a guest's and may say anything. The reader bounds every count
// by the bytes that are left, does work in proportion to the size of the section,
// and does not use debug/dwarf, which makes slices as long as a count claims: a
// header of thirty bytes can end the process that way.
package sourceline
