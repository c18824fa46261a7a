package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// producersSection says that Rust 1.90 was processed by clang, without a
// version.
const producersSection = "\x02" +
	"\x08language" + "\x01" + "\x04Rust" + "\x041.90" +
	"\x0cprocessed-by" + "\x01" + "\x05clang" + "\x00"

const featuresSection = "\x03" + "+\x0bbulk-memory" + "-\x04simd" + "+\x08sign-ext"

func TestParseProducers(t *testing.T) {
	want := []tool{{"language", "Rust", "1.90"}, {"processed-by", "clang", ""}}
	if diff := cmp.Diff(want, parseProducers([]byte(producersSection))); diff != "" {
		t.Error("(-want +got)\n", diff)
	}
}

func TestParseFeatures(t *testing.T) {
	want := []string{"bulk-memory", "sign-ext"}
	if diff := cmp.Diff(want, parseFeatures([]byte(featuresSection))); diff != "" {
		t.Error("(-want +got)\n", diff)
	}
}

// TestNotesPrefixes cuts the sections off everywhere: what is there before the
// cut is kept, as it was written.
func TestNotesPrefixes(t *testing.T) {
	tools := parseProducers([]byte(producersSection))
	for n := range len(producersSection) {
		got := parseProducers([]byte(producersSection[:n]))
		if len(got) == len(tools) || !slices.Equal(got, tools[:len(got)]) {
			t.Errorf("first %d bytes: %v", n, got)
		}
	}
	features := parseFeatures([]byte(featuresSection))
	for n := range len(featuresSection) {
		got := parseFeatures([]byte(featuresSection[:n]))
		if len(got) == len(features) || !slices.Equal(got, features[:len(got)]) {
			t.Errorf("first %d bytes: %v", n, got)
		}
	}
}

// FuzzNotes proves that no section, however it lies, costs more than its bytes
// allow.
func FuzzNotes(f *testing.F) {
	f.Add([]byte(producersSection))
	f.Add([]byte(featuresSection))
	f.Add([]byte("\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, section []byte) {
		if tools := parseProducers(section); len(tools) > len(section) {
			t.Errorf("%d tools in %d bytes", len(tools), len(section))
		}
		if features := parseFeatures(section); len(features) > len(section) {
			t.Errorf("%d features in %d bytes", len(features), len(section))
		}
	})
}
