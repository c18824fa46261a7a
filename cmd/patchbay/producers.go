package main

import (
	"errors"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/internal/leb128"
)

// A tool is one entry of a module's producers section: what had a hand in it.
type tool struct {
	Role    string `json:"role"` // "language", "processed-by" or "sdk"
	Name    string `json:"name"`
	Version string `json:"version"` // may be empty
}

// A noteReader reads the small custom sections in which tools leave notes. Such
// sections are advice: what stands before a fault is kept.
type noteReader struct {
	rest []byte
	err  error
}

var errNote = errors.New("note is cut off")

// count reads how many items of at least one byte follow.
func (r *noteReader) count() int {
	if r.err != nil {
		return 0
	}
	n, size, err := leb128.Uint32(r.rest)
	if err != nil || uint64(n) > uint64(len(r.rest)-size) {
		r.err = errNote
		return 0
	}
	r.rest = r.rest[size:]
	return int(n)
}

// bytes reads n bytes, of which count knows that they are there.
func (r *noteReader) bytes(n int) []byte {
	if r.err != nil || n > len(r.rest) {
		r.err = errNote
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *noteReader) text() string {
	text := r.bytes(r.count())
	if !utf8.Valid(text) {
		r.err = errNote
		return ""
	}
	return string(text)
}

// parseProducers reads a "producers" section (tool-conventions,
// ProducersSection.md).
func parseProducers(section []byte) []tool {
	var tools []tool
	r := &noteReader{rest: section}
	for fields := r.count(); fields > 0 && r.err == nil; fields-- {
		role := r.text()
		for values := r.count(); values > 0 && r.err == nil; values-- {
			if one := (tool{role, r.text(), r.text()}); r.err == nil {
				tools = append(tools, one)
			}
		}
	}
	return tools
}

// parseFeatures reads a "target_features" section (tool-conventions,
// Linking.md) and returns the features that the module uses.
func parseFeatures(section []byte) []string {
	var features []string
	r := &noteReader{rest: section}
	for n := r.count(); n > 0 && r.err == nil; n-- {
		prefix := r.bytes(1)
		if name := r.text(); r.err == nil && prefix[0] == '+' {
			features = append(features, name)
		}
	}
	return features
}
