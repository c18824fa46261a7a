package component_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/validate"
)

// TestUnsupported names the feature that a component needs, wherever it is found to
// be missing.
func TestUnsupported(t *testing.T) {
	const preamble = "\x00asm\x0d\x00\x01\x00"
	e := newEngine(t)
	for _, test := range []struct{ name, binary, feature, text string }{
		{"a map", "\x07\x04\x01\x63\x73\x79", "map", "section type: type[0]: "},
		{"a stream", "\x07\x04\x01\x66\x01\x79", "async", "section type: type[0]: "},
		{"an async function", "\x07\x05\x01\x43\x00\x01\x00", "async", "section type: type[0]: "},
		{"an error context", "\x07\x02\x01\x64", "error-context", "section type: type[0]: "},
		{"an imported value", "\x0a\x07\x01\x00\x01a\x02\x01\x79", "values", "section import: import[0]: "},
		{"a list of fixed length", "\x07\x04\x01\x67\x7d\x05", "fixed-length lists", "section type: type[0]: "},
		{"a resource of 64 bits", "\x07\x04\x01\x3f\x7e\x00", "memory64", "section type: type[0]: "},
		{"a start function", "\x09\x03\x00\x00\x00", "values", "section start: start[0]: "},
		{"a value", "\x0c\x04\x01\x7d\x01\x07", "values", "section value: value[0]: "},
		{"an interface that is implemented", "\x07\x03\x01\x42\x00\x0a\x0e\x01\x02\x01a\x01\x00\x05w:x/y\x05\x00", "name attributes", "section import: import[0]: "},
		{"a suffix of a version", "\x07\x03\x01\x42\x00\x0a\x13\x01\x02\x07w:x/y@1\x01\x01\x04.2.3\x05\x00", "version suffixes", "section import: import[0]: "},
		{"a built-in for tasks", "\x08\x02\x01\x05", "async", "section canon: canon[0]: "},
		{"a built-in for threads", "\x08\x02\x01\x26", "threads", "section canon: canon[0]: "},
		{"a built-in for error contexts", "\x08\x02\x01\x1e", "error-context", "section canon: canon[0]: "},
		{"a struct of the collector's", "\x03\x03\x01\x5f\x00", "GC types", "section core type: type[0]: "},
		{"two memories", "\x01\x0f\x00asm\x01\x00\x00\x00\x05\x05\x02\x00\x01\x00\x01", "multi-memory", "section core module: module[0]: "},
		{"a memory of 64 bits", "\x01\x0d\x00asm\x01\x00\x00\x00\x05\x03\x01\x04\x01", "memory64", "section core module: module[0]: "},
	} {
		_, err := component.Compile(t.Context(), e, []byte(preamble+test.binary), component.Config{})
		var unsupported *component.UnsupportedError
		if !errors.As(err, &unsupported) || unsupported.Feature != test.feature || !strings.HasPrefix(err.Error(), test.text) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.feature)
		}
		if !errors.Is(err, component.ErrUnsupported) {
			t.Errorf("%s: it is not ErrUnsupported", test.name)
		}
	}
	c, err := component.Compile(t.Context(), e, []byte(preamble+"\x07\x04\x01\x63\x73\x79"), component.Config{Maps: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	config := validate.Config{Features: validate.All()}
	_, err = component.CompileWith(t.Context(), e, []byte(preamble+"\x08\x02\x01\x24"), config) // backpressure.inc
	var unsupported *component.UnsupportedError
	if !errors.As(err, &unsupported) || unsupported.Feature != "async" || unsupported.What != "backpressure.inc" ||
		err.Error() != "core func 0: backpressure.inc needs the feature async: not supported yet" {
		t.Errorf("got %v", err)
	}
	_, err = component.Compile(t.Context(), e, []byte(preamble+"\x07\x02\x01\x62"), component.Config{})
	if err == nil || errors.Is(err, component.ErrUnsupported) {
		t.Errorf("what is no type: got %v", err)
	}
}
