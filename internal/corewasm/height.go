package corewasm

// heightChanges is by how much each opcode of one byte changes how many values
// are on the stack, apart from what depends on types and on blocks.
var heightChanges = func() (d [256]int8) {
	set := func(first, last byte, change int8) {
		for op := int(first); op <= int(last); op++ {
			d[op] = change
		}
	}
	set(opIf, opIf, -1)
	set(opBrIf, opBrIf, -1)
	set(opBrOnNonNull, opBrOnNonNull, -1)
	set(opCallIndirect, opCallIndirect, -1)
	set(opCallRef, opCallRef, -1)
	set(opDrop, opDrop, -1)
	set(opSelect, opSelectTyped, -2)
	set(opLocalGet, opLocalGet, 1)
	set(opLocalSet, opLocalSet, -1)
	set(opGlobalGet, opGlobalGet, 1)
	set(opGlobalSet, opGlobalSet, -1)
	set(opTableSet, opTableSet, -2)
	set(0x36, 0x3e, -2) // stores
	set(opMemorySize, opMemorySize, 1)
	set(opI32Const, opF64Const, 1)
	set(0x46, 0x4f, -1) // i32 comparisons
	set(0x51, 0x5a, -1) // i64 comparisons
	set(0x5b, 0x66, -1) // comparisons of floats
	set(0x6a, 0x78, -1) // i32 arithmetic
	set(0x7c, 0x8a, -1) // i64 arithmetic
	set(0x92, 0x98, -1) // f32 arithmetic
	set(0xa0, 0xa6, -1) // f64 arithmetic
	set(opRefNull, opRefNull, 1)
	set(opRefFunc, opRefFunc, 1)
	return d
}()

// miscHeightChanges is the same for the opcodes after 0xfc.
var miscHeightChanges = [...]int8{
	miscMemoryInit: -3, miscMemoryCopy: -3, miscMemoryFill: -3,
	miscTableInit: -3, miscTableCopy: -3, miscTableGrow: -1,
	miscTableSize: 1, miscTableFill: -3,
}

// vectorHeightChanges is the same for the opcodes after 0xfd.
var vectorHeightChanges = func() (d [256]int8) {
	for op := 0x23; op < 0xf8; op++ {
		d[op] = -1
	}
	for _, unary := range []byte{
		0x4d, 0x53, 0x5c, 0x5d, 0x5e, 0x5f, 0x60, 0x61, 0x62, 0x63, 0x64, 0x67, 0x68, 0x69, 0x6a,
		0x74, 0x75, 0x7a, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x83, 0x84, 0x87, 0x88, 0x89, 0x8a, 0x94,
		0xa0, 0xa1, 0xa3, 0xa4, 0xa7, 0xa8, 0xa9, 0xaa, 0xc0, 0xc1, 0xc3, 0xc4, 0xc7, 0xc8, 0xc9, 0xca,
		0xe0, 0xe1, 0xe3, 0xec, 0xed, 0xef,
	} {
		d[unary] = 0
	}
	for _, binary := range []byte{0x0d, 0x0e, 0x17, 0x1a, 0x1c, 0x1e, 0x20, 0x22} {
		d[binary] = -1
	}
	d[0x0c] = 1                                         // v128.const
	d[0x0b], d[0x52] = -2, -2                           // v128.store, v128.bitselect
	d[0x58], d[0x59], d[0x5a], d[0x5b] = -2, -2, -2, -2 // stores of lanes
	return d
}()

// atomicHeightChanges is the same for the opcodes after 0xfe.
var atomicHeightChanges = func() (d [len(atomicShapes)]int8) {
	d[atomicNotify], d[atomicWait32], d[atomicWait64] = -1, -2, -2
	for op := 0x17; op < len(d); op++ {
		switch {
		case op <= 0x1d: // stores
			d[op] = -2
		case op <= 0x47: // read, modify, write
			d[op] = -1
		default: // compare and exchange
			d[op] = -2
		}
	}
	return d
}()

// An arity is how many parameters and results a function type has.
type arity struct{ params, results uint16 }

// A level is the function or a block that is open, as complexity sees it.
type level struct {
	op     byte
	arity  arity
	base   int  // how many values are below it
	chain  int  // before an if
	merges bool // more than one path leads to its end
}
