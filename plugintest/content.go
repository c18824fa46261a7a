package plugintest

import (
	"encoding/hex"
	"path/filepath"
	"strings"

	"github.com/patchbay-go/patchbay/internal/tomlfile"
)

// maxContent is how large a file with a payload may be.
const maxContent = 256 << 20

// A reader turns a file into a table and gathers what is wrong with it.
type reader struct {
	document *tomlfile.Document
	dir      string
	errs     []*tomlfile.Error
}

func (r *reader) fail(text string, at ...any) {
	r.errs = append(r.errs, r.document.Errorf(at, "%s", text))
}

// A content is one of the keys that say bytes.
type content struct {
	key   string
	value *string
	form  form
}

// A form is how a content is written.
type form int

const (
	asText form = iota
	asJSON
	asHex
	asFile
)

// one returns what the one key that is there says; nil if there is none.
func (r *reader) one(at []any, among ...content) *Content {
	var found *Content
	var key string
	for _, c := range among {
		if c.value == nil {
			continue
		}
		here := append(at[:len(at):len(at)], c.key)
		if found != nil {
			r.fail(key+" is given as well", here...)
			continue
		}
		found, key = r.content(c, here), c.key
	}
	return found
}

func (r *reader) content(c content, at []any) *Content {
	text := *c.value
	switch c.form {
	case asJSON:
		if _, err := parseJSON([]byte(text)); err != nil {
			r.fail("this is no JSON: "+err.Error(), at...)
		}
		return &Content{Bytes: []byte(text), JSON: true}
	case asHex:
		bytes, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			r.fail("this is not hexadecimal: "+strings.TrimPrefix(err.Error(), "encoding/hex: "), at...)
		}
		return &Content{Bytes: bytes}
	case asFile:
		path := filepath.FromSlash(text)
		if !filepath.IsLocal(path) {
			r.fail("a file is named by its path below the folder of the table", at...)
			return &Content{}
		}
		bytes, err := readFile(filepath.Join(r.dir, path), maxContent)
		if err != nil {
			r.fail(err.Error(), at...)
		}
		return &Content{Bytes: bytes}
	}
	return &Content{Bytes: []byte(text)}
}
