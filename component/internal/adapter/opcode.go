package adapter

import "github.com/patchbay-go/patchbay/internal/corewasm"

// The opcodes that adapters are made of, besides those that corewasm.Code has
// methods for.
const (
	opI32Load    = 0x28
	opI64Load    = 0x29
	opI32Load8U  = 0x2d
	opI32Load16U = 0x2f
	opI32Store   = 0x36
	opI64Store   = 0x37
	opI32Store8  = 0x3a
	opI32Store16 = 0x3b
	opMemorySize = 0x3f

	opI32Eqz       = 0x45
	opI32Eq        = 0x46
	opI32Ne        = 0x47
	opI32LtU       = 0x49
	opI32GtU       = 0x4b
	opI32LeU       = 0x4d
	opI32GeU       = 0x4f
	opI64Eqz       = 0x50
	opI64LeU       = 0x58
	opI32Add       = 0x6a
	opI32Sub       = 0x6b
	opI32Mul       = 0x6c
	opI32And       = 0x71
	opI32Xor       = 0x73
	opI32ShrU      = 0x76
	opI64Add       = 0x7c
	opI64And       = 0x83
	opI64Or        = 0x84
	opI64Shl       = 0x86
	opI64ShrU      = 0x88
	opI32WrapI64   = 0xa7
	opI64ExtendU   = 0xad
	opI32Extend8S  = 0xc0
	opI32Extend16S = 0xc1

	opF32Const = 0x43
	opF64Const = 0x44

	opVector       = 0xfd
	opV128Load     = 0x00 // after opVector, and so on
	opV128Store    = 0x0b
	opV128Const    = 0x0c
	opI8x16Shuffle = 0x0d
	opI8x16Swizzle = 0x0e
	opI32x4Splat   = 0x11
	opI64x2Splat   = 0x12
	opI64x2Replace = 0x1e
	opI8x16Ne      = 0x24
	opI32x4GeU     = 0x40
	opV128And      = 0x4e
	opV128Or       = 0x50
	opV128Xor      = 0x51
	opV128AnyTrue  = 0x53
	opI8x16Signs   = 0x64 // i8x16.bitmask
	opI8x16SubSatU = 0x73
	opI16x8ShrU    = 0x8d // with a 1 after it, as all above 0x7f
	opI32x4Sub     = 0xb1
)

func or(code corewasm.Code) corewasm.Code { return code.Op(opVector, opV128Or) }
