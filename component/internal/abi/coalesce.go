package abi

import "reflect"

// coalesce returns the operations for memory: numbers that lie in Go as they lie
// in memory, one after the other without a gap, become one block. Where this
// machine's byte order is not the guest's, nothing lies the same.
func coalesce(operations []operation) []operation {
	if !littleEndian() {
		return operations
	}
	out := make([]operation, 0, len(operations))
	for _, o := range operations {
		size := sameBytes(o)
		if size == 0 {
			out = append(out, o)
			continue
		}
		if n := len(out); n > 0 {
			last := &out[n-1]
			before := sameBytes(*last)
			if before > 0 && last.mem+before == o.mem && last.go_+before == o.go_ {
				last.code, last.count = opBlock, before+size
				continue
			}
		}
		out = append(out, o)
	}
	return out
}

// sameBytes returns the size of what the operation moves if it is the same bytes
// on both sides, else 0.
func sameBytes(o operation) uint32 {
	switch o.code {
	case opS8, opU8, opS16, opU16, op32, op64:
		return uint32(o.width)
	case opBlock:
		return o.count
	case opArray:
		if o.detail.elem.plain {
			return o.count * uint32(o.detail.elem.goSize)
		}
	}
	return 0
}

// isPlain reports whether values are the same bytes on both sides, with no gaps:
// what is in gaps is not the guest's to see.
func isPlain(memory []operation, size, goSize uint64) bool {
	return littleEndian() && size == goSize && len(memory) == 1 && uint64(sameBytes(memory[0])) == size
}

func shapeOf(goType reflect.Type) sliceShape {
	switch {
	case goType.Kind() == reflect.String:
		return sliceStrings
	case hasPointers(goType):
		return sliceAny
	case goType.Align() == 1:
		return sliceBytes
	}
	return sliceWords
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	}
	return t.Kind() > reflect.Complex128 // pointers, strings and so on
}
