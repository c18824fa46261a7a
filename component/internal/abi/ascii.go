package abi

import (
	"encoding/binary"
	"unicode/utf8"
)

// validUTF8 is utf8.Valid, three times as fast for text that is ASCII.
func validUTF8(b []byte) bool {
	if len(b) >= asciiBlock {
		b = afterASCII(b)
	}
	return len(b) < asciiBlock && isASCII(b) || utf8.Valid(b)
}

const (
	// asciiBlock is how many bytes are looked at in one step.
	asciiBlock = 128

	// notASCII has the bits that ASCII has not, of eight bytes.
	notASCII = 0x8080808080808080
)

// afterASCII returns b without the blocks at its start that are ASCII.
func afterASCII(b []byte) []byte {
	for ; len(b) >= asciiBlock; b = b[asciiBlock:] {
		w := (*[asciiBlock]byte)(b)
		one := word(w[0:]) | word(w[8:]) | word(w[16:]) | word(w[24:]) | word(w[32:]) | word(w[40:]) | word(w[48:]) | word(w[56:])
		two := word(w[64:]) | word(w[72:]) | word(w[80:]) | word(w[88:]) | word(w[96:]) | word(w[104:]) | word(w[112:]) | word(w[120:])
		if (one|two)&notASCII != 0 {
			break
		}
	}
	return b
}

// isASCII is for short text: it looks at all of it before it answers.
func isASCII(b []byte) bool {
	if len(b) < 8 {
		var all byte
		for _, c := range b {
			all |= c
		}
		return all < utf8.RuneSelf
	}
	all := word(b[len(b)-8:]) // some of which may be looked at twice
	for ; len(b) > 8; b = b[8:] {
		all |= word(b)
	}
	return all&notASCII == 0
}

// word returns eight bytes, in whatever order.
func word(b []byte) uint64 { return binary.NativeEndian.Uint64(b) }
