package main

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain returns s as one line that is safe on a terminal: what is not printable
// is escaped as in Go, so that a guest can neither move the cursor nor forge a
// second line.
func plain(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if unicode.IsPrint(r) && (r != utf8.RuneError || size > 1) {
			b.WriteString(s[:size])
		} else {
			quoted := strconv.Quote(s[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}

// word returns a name as it is when it reads as one word, else quoted.
func word(s string) string {
	if s == "" || plain(s) != s || strings.ContainsAny(s, " \"'") {
		return strconv.Quote(s)
	}
	return s
}

// shownBytes is how much of a payload is shown in a line.
const shownBytes = 60

// sample shows the beginning of a payload and its size: text in quotes, other
// bytes in hex.
func sample(payload []byte) string {
	head, more := payload, ""
	if len(payload) > shownBytes {
		head, more = cut(payload), "…"
	}
	if utf8.Valid(head) {
		return strconv.Quote(string(head)) + more + " (" + count(len(payload), "byte") + ")"
	}
	return "0x" + hex.EncodeToString(head) + more + " (" + count(len(payload), "byte") + ")"
}

// cut returns the first bytes of a long payload, no rune split if it is text.
func cut(payload []byte) []byte {
	for n := shownBytes; n > shownBytes-utf8.UTFMax; n-- {
		if utf8.RuneStart(payload[n]) {
			return payload[:n]
		}
	}
	return payload[:shownBytes]
}

// count says how many things there are, as in "1 byte" or "2,048 bytes".
func count[N int | uint64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return thousands(uint64(n)) + " " + thing + "s"
}

// thousands writes n with a comma before each three digits.
func thousands(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
