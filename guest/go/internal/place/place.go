// Package place keeps what a tube guest shares with its host: the place where the
// host writes payloads, and the last reply.
package place

import "unsafe"

// guest is the module's own state. The host sees addresses only, so what they
// lead to is kept here, where the collector sees it.
var guest struct {
	place []byte
	reply []byte
}

// Alloc makes a place of so many bytes and returns its address. There is one:
// the host gives it back before it asks for a larger one.
func Alloc(size uint32) uint32 {
	guest.place = make([]byte, max(size, 1))
	return address(guest.place)
}

// Free takes the place back.
func Free() { guest.place = nil }

// Payload returns what the host wrote at index. What the place has behind it is
// its capacity.
func Payload(index, length uint32) []byte {
	if index != address(guest.place) || uint64(length) > uint64(len(guest.place)) {
		panic("tube: the payload is not where tube_alloc said: leave the index to it")
	}
	return guest.place[:length]
}

// Reply answers with bytes, or with the text of an error.
func Reply(bytes []byte, failed bool) uint64 {
	guest.reply = bytes
	length := int32(len(bytes))
	if failed {
		length = -length
	}
	return uint64(address(bytes))<<32 | uint64(uint32(length))
}

// Last returns the last reply. It is for tests, since elsewhere than in
// WebAssembly an address has more bits than a reply has for it.
func Last() []byte { return guest.reply }

func address(b []byte) uint32 { return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }
