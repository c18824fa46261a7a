package component_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// respell brings what wasm-tools writes into the spelling of the specification:
// it has no bound before the type of a value (Binary.md, valuebound). It is set
// where reading stops for want of one: at the type, or if that is an index which is
// taken for a bound, after it.
func respell(commands []wast.Command) {
	for _, c := range commands {
		if c.Source == nil || c.Source.Core {
			continue
		}
		for range 100 { // more than any script has in one component
			_, err := componentbinary.Parse(c.Source.Binary)
			var fault *componentbinary.Error
			if !errors.As(err, &fault) || fault.Feature != componentbinary.FeatureValues {
				break
			}
			at := fault.Offset
			if fault.Reason == "unexpected end-of-file" {
				at--
			}
			c.Source.Binary = insert(c.Source.Binary, preambleSize, at, boundType)
		}
	}
}

const (
	preambleSize = 8
	boundType    = 0x01 // followed by a type
)

// insert returns a binary whose sections begin at start with one more byte at an
// offset in one of them.
func insert(code []byte, start, at int, b byte) []byte {
	out := append([]byte{}, code[:start]...)
	for start < len(code) {
		size, n := binary.Uvarint(code[start+1:])
		begin := start + 1 + n
		end := begin + int(size)
		content := code[begin:end]
		switch id := componentbinary.SectionID(code[start]); {
		case at < begin || at >= end:
		case id == componentbinary.SectionComponent:
			content = insert(content, preambleSize, at-begin, b)
		default:
			content = append(append(append([]byte{}, content[:at-begin]...), b), content[at-begin:]...)
		}
		out = append(out, code[start])
		out = binary.AppendUvarint(out, uint64(len(content)))
		out = append(out, content...)
		start = end
	}
	return out
}

func TestInsert(t *testing.T) {
	const (
		preamble = "\x00asm\x0d\x00\x01\x00"
		inner    = preamble + "\x0a\x02ab"
	)
	code := []byte(preamble + "\x0a\x03xyz" + "\x04\x0c" + inner)
	if got, want := string(insert(code, preambleSize, 11, '!')), preamble+"\x0a\x04x!yz"+"\x04\x0c"+inner; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := string(insert(code, preambleSize, len(code)-1, '!')), preamble+"\x0a\x03xyz"+"\x04\x0d"+preamble+"\x0a\x03a!b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
