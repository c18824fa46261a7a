package wapc

import "unicode/utf8"

// A nameTable keeps the names that a guest calls the host with, so that calls
// with the same names allocate nothing. It is bounded: a name takes the place
// of another that falls on the same entry, and long ones are not kept.
type nameTable [16]string

// maxName is the length in bytes of the longest name that a nameTable keeps.
const maxName = 128

// lookup returns bytes as a string, or false if they are not UTF-8.
func (t *nameTable) lookup(bytes []byte) (string, bool) {
	n := uint(len(bytes))
	if n == 0 {
		return "", true
	}
	entry := &t[(n+uint(bytes[0])+3*uint(bytes[n-1])+5*uint(bytes[n/2]))%uint(len(t))]
	if *entry == string(bytes) {
		return *entry, true
	}
	if !utf8.Valid(bytes) {
		return "", false
	}
	name := string(bytes)
	if n <= maxName {
		*entry = name
	}
	return name, true
}
