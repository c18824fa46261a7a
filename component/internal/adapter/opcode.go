package adapter

// The opcodes that adapters are made of, besides those that corewasm.Code has
// methods for.
const (
	opI32Eqz       = 0x45
	opI32Eq        = 0x46
	opI32Ne        = 0x47
	opI32GeU       = 0x4f
	opI32Sub       = 0x6b
	opI32And       = 0x71
	opI32Xor       = 0x73
	opI64And       = 0x83
	opI32WrapI64   = 0xa7
	opI64ExtendU   = 0xad
	opI32Extend8S  = 0xc0
	opI32Extend16S = 0xc1

	opF32Const = 0x43
	opF64Const = 0x44
)
