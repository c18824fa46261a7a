package corewasm

// The opcodes that have to be told from others.
const (
	opUnreachable        = 0x00
	opBlock              = 0x02
	opLoop               = 0x03
	opIf                 = 0x04
	opElse               = 0x05
	opThrow              = 0x08
	opThrowRef           = 0x0a
	opEnd                = 0x0b
	opBr                 = 0x0c
	opBrIf               = 0x0d
	opBrTable            = 0x0e
	opReturn             = 0x0f
	opCall               = 0x10
	opCallIndirect       = 0x11
	opReturnCall         = 0x12
	opReturnCallIndirect = 0x13
	opCallRef            = 0x14
	opReturnCallRef      = 0x15
	opDrop               = 0x1a
	opSelect             = 0x1b
	opSelectTyped        = 0x1c
	opTryTable           = 0x1f
	opLocalGet           = 0x20
	opLocalSet           = 0x21
	opLocalTee           = 0x22
	opGlobalGet          = 0x23
	opGlobalSet          = 0x24
	opTableSet           = 0x26
	opMemorySize         = 0x3f
	opMemoryGrow         = 0x40
	opI32Const           = 0x41
	opI64Const           = 0x42
	opF32Const           = 0x43
	opF64Const           = 0x44
	opI32GtU             = 0x4b
	opI32LeU             = 0x4d
	opI64GtS             = 0x55
	opI64GtU             = 0x56
	opI64LeS             = 0x57
	opI64LeU             = 0x58
	opI32Add             = 0x6a
	opI32Sub             = 0x6b
	opI32Mul             = 0x6c
	opI32And             = 0x71
	opI32ShrU            = 0x76
	opI64Add             = 0x7c
	opI64Sub             = 0x7d
	opI64Mul             = 0x7e
	opI64Shl             = 0x86
	opI64ExtendU         = 0xad
	opRefNull            = 0xd0
	opRefFunc            = 0xd2
	opBrOnNull           = 0xd5
	opBrOnNonNull        = 0xd6
	opGC                 = 0xfb
	opMisc               = 0xfc
	opVector             = 0xfd
	opAtomic             = 0xfe

	opV128Const = 0x0c // after opVector

	blockTypeEmpty = 0x40
)

// A shape is what follows an opcode.
type shape byte

const (
	unknown    shape = iota
	plain            // nothing
	index            // an unsigned integer
	twoIndices       // two of them
	memarg           // alignment and offset
	memargLane       // alignment, offset and the number of a lane
	oneByte          // one byte
	fourBytes        // four bytes
	eightBytes       // eight bytes
	sixteen          // sixteen bytes
	trapping         // nothing, of arithmetic that can trap
	localGet         // the index of a local
	localSet
	special // something that instruction knows
)

// shapes are the shapes of the opcodes of one byte.
var shapes = func() (s [256]shape) {
	fill(s[:], 0x00, 0x01, plain)   // unreachable, nop
	fill(s[:], 0x02, 0x07, special) // block, loop, if, else, legacy try and catch
	fill(s[:], 0x08, 0x08, special) // throw
	fill(s[:], 0x09, 0x09, special) // legacy rethrow
	fill(s[:], 0x0a, 0x0a, special) // throw_ref
	fill(s[:], 0x0b, 0x0b, special) // end
	fill(s[:], 0x0c, 0x0d, index)   // br, br_if
	fill(s[:], 0x0e, 0x0e, special) // br_table
	fill(s[:], 0x0f, 0x0f, plain)   // return
	fill(s[:], 0x10, 0x15, special) // calls
	fill(s[:], 0x18, 0x19, special) // legacy delegate and catch_all
	fill(s[:], 0x1a, 0x1b, plain)   // drop, select
	fill(s[:], 0x1c, 0x1c, special) // select t
	fill(s[:], 0x1f, 0x1f, special) // try_table
	fill(s[:], 0x20, 0x22, index)   // local.get, local.set, local.tee
	fill(s[:], 0x23, 0x24, special) // global.get, global.set
	fill(s[:], 0x25, 0x26, index)   // table.get, table.set
	fill(s[:], 0x28, 0x3e, memarg)  // loads and stores
	fill(s[:], 0x3f, 0x3f, index)   // memory.size
	fill(s[:], 0x40, 0x42, special) // memory.grow, i32.const, i64.const
	fill(s[:], 0x43, 0x43, fourBytes)
	fill(s[:], 0x44, 0x44, eightBytes)
	fill(s[:], 0x45, 0xc4, plain)   // numbers
	fill(s[:], 0xd0, 0xd0, special) // ref.null
	fill(s[:], 0xd1, 0xd1, plain)   // ref.is_null
	fill(s[:], 0xd2, 0xd3, special) // ref.func, ref.eq
	fill(s[:], 0xd4, 0xd4, plain)   // ref.as_non_null
	fill(s[:], 0xd5, 0xd6, index)   // br_on_null, br_on_non_null
	fill(s[:], 0xe0, 0xe6, special) // stack switching
	fill(s[:], 0xfb, 0xfe, special) // prefixes
	return s
}()

// flowShapes are shapes in which all that changes the flow of control is
// special.
var flowShapes = func() [256]shape {
	s := shapes
	for _, op := range []byte{opBr, opBrIf, opReturn, opBrOnNull, opBrOnNonNull} {
		s[op] = special
	}
	return s
}()

// boundShapes are flowShapes in which what costs a compiler is told from the
// rest.
var boundShapes = func() [256]shape {
	s := flowShapes
	s[opUnreachable] = special
	s[opLocalGet], s[opLocalSet], s[opLocalTee] = localGet, localSet, localSet
	fill(s[:], 0x6d, 0x70, trapping) // i32 division
	fill(s[:], 0x7f, 0x82, trapping) // i64 division
	fill(s[:], 0xa8, 0xab, trapping) // truncation to i32
	fill(s[:], 0xae, 0xb1, trapping) // truncation to i64
	return s
}()

// localShapes are flowShapes in which the use of locals is special, and so is
// unreachable.
var localShapes = func() [256]shape {
	s := flowShapes
	for _, op := range []byte{opUnreachable, opLocalGet, opLocalSet, opLocalTee} {
		s[op] = special
	}
	return s
}()

// miscShapes are the shapes of the opcodes after 0xfc.
var miscShapes = [...]shape{
	plain, plain, plain, plain, plain, plain, plain, plain, // saturating truncations
	twoIndices, // memory.init
	index,      // data.drop
	twoIndices, // memory.copy
	index,      // memory.fill
	twoIndices, // table.init
	index,      // elem.drop
	twoIndices, // table.copy
	index,      // table.grow
	index,      // table.size
	index,      // table.fill
}

// vectorShapes are the shapes of the opcodes after 0xfd, without relaxed SIMD.
var vectorShapes = func() (s [256]shape) {
	fill(s[:], 0x00, 0xff, plain)
	fill(s[:], 0x00, 0x0b, memarg)
	fill(s[:], 0x0c, 0x0d, sixteen) // v128.const, i8x16.shuffle
	fill(s[:], 0x15, 0x22, oneByte) // lanes
	fill(s[:], 0x54, 0x5b, memargLane)
	fill(s[:], 0x5c, 0x5d, memarg)
	for _, unassigned := range []byte{
		0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb, 0xc2, 0xc5,
		0xc6, 0xcf, 0xd0, 0xd2, 0xd3, 0xd4, 0xe2, 0xee,
	} {
		s[unassigned] = unknown
	}
	return s
}()

// atomicShapes are the shapes of the opcodes after 0xfe.
var atomicShapes = func() (s [0x4f]shape) {
	fill(s[:], 0x00, 0x02, memarg)
	fill(s[:], 0x03, 0x03, oneByte) // fence
	fill(s[:], 0x10, 0x4e, memarg)
	return s
}()

func fill(shapes []shape, first, last int, s shape) {
	for i := first; i <= last; i++ {
		shapes[i] = s
	}
}
