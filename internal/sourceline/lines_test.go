package sourceline

import (
	"bytes"
	"debug/dwarf"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A module is what the tests need of a binary.
type module struct {
	code   []byte // the contents of the code section
	custom map[string][]byte
}

func (m *module) section(name string) []byte { return m.custom[name] }

// load splits a binary of ours into its sections.
func load(t testing.TB, name string) *module {
	t.Helper()
	binary, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	m := &module{custom: map[string][]byte{}}
	r := &reader{data: binary, at: 8}
	for !r.done() {
		id := r.u8()
		content := r.take(r.uleb())
		switch id {
		case 0:
			c := &reader{data: content}
			name := string(c.take(c.uleb()))
			m.custom[name] = content[c.at:]
		case 10:
			m.code = content
		}
	}
	if r.failed || m.code == nil {
		t.Fatalf("%s is no module with code", name)
	}
	return m
}

var modules = []string{"place-dwarf4.wasm", "place-dwarf5.wasm"}

func TestLookup(t *testing.T) {
	for _, name := range modules {
		t.Run(name, func(t *testing.T) {
			m := load(t, name)
			lines := New(m.section)
			for _, test := range []struct {
				what    string
				pattern []byte // of the code, of which the last byte's place is looked up
				file    string
				line    int
			}{
				{"division", []byte{0x20, 0, 0x20, 1, 0x6d}, "place.c", 10},
				{"store that was inlined", []byte{0x20, 0, 0x20, 0, 0x36}, "sub/inner.h", 5},
			} {
				at := bytes.Index(m.code, test.pattern)
				if at < 0 {
					t.Fatalf("%s is not in the code", test.what)
				}
				file, line, ok := lines.Lookup(uint64(at + len(test.pattern) - 1))
				if !ok || !strings.HasSuffix(file, test.file) || line != test.line {
					t.Errorf("%s: %s:%d (%v), want %s:%d", test.what, file, line, ok, test.file, test.line)
				}
				if strings.Contains(name, "dwarf5") && file != "/src/"+test.file {
					t.Errorf("%s: file %s is without its folder", test.what, file)
				}
			}
		})
	}
}

// TestSameAsDebugDwarf compares every address with what the standard library
// says, which is fit for tables of our own compiler.
func TestSameAsDebugDwarf(t *testing.T) {
	for _, name := range modules {
		t.Run(name, func(t *testing.T) {
			m := load(t, name)
			want := rows(t, m)
			lines := New(m.section)
			known := 0
			for offset := range uint64(len(m.code)) + 16 {
				file, line, ok := lines.Lookup(offset)
				if expected := want[offset]; ok != (expected > 0) || line != expected {
					t.Errorf("offset %d: %s:%d (%v), want line %d", offset, file, line, ok, expected)
				}
				if ok {
					known++
				}
			}
			if known < 50 {
				t.Errorf("only %d offsets have lines", known)
			}
		})
	}
}

// rows returns the line of each offset, by debug/dwarf.
func rows(t *testing.T, m *module) map[uint64]int {
	t.Helper()
	c := m.custom
	data, err := dwarf.New(c[".debug_abbrev"], nil, nil, c[".debug_info"], c[".debug_line"], nil, c[".debug_ranges"], c[".debug_str"])
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range c {
		if strings.HasPrefix(name, ".debug_") {
			if err := data.AddSection(name, content); err != nil {
				t.Fatal(err)
			}
		}
	}
	out := map[uint64]int{}
	units := data.Reader()
	for {
		unit, err := units.Next()
		if err != nil {
			t.Fatal(err)
		}
		if unit == nil {
			return out
		}
		if unit.Tag == dwarf.TagCompileUnit {
			unitRows(t, data, unit, out)
		}
		units.SkipChildren()
	}
}

func unitRows(t *testing.T, data *dwarf.Data, unit *dwarf.Entry, out map[uint64]int) {
	t.Helper()
	r, err := data.LineReader(unit)
	if err != nil {
		t.Fatal(err)
	}
	var last, now dwarf.LineEntry
	for in := false; ; in = !now.EndSequence {
		if err := r.Next(&now); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		if in && last.Address > 0 {
			for at := last.Address; at < now.Address; at++ {
				line := last.Line
				if line == 0 {
					line = out[at-1] // the row before counts
				}
				out[at] = line
			}
		}
		last = now
	}
}

// program makes a line program of DWARF 4 with one file, a.c, and the given
// instructions.
func program(instructions ...byte) []byte {
	tables := []byte("d\x00\x00a.c\x00\x01\x00\x00\x00")
	fixed := []byte{1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1}
	out := append([]byte{0, 0, 0, 0, 4, 0, byte(len(fixed) + len(tables)), 0, 0, 0}, fixed...)
	out = append(append(out, tables...), instructions...)
	out[0] = byte(len(out) - 4)
	return out
}

// Instructions of a line program.
func setAddress(a uint32) []byte {
	return []byte{0, 5, 2, byte(a), byte(a >> 8), byte(a >> 16), byte(a >> 24)}
}

var (
	copyRow     = []byte{1}
	nextLine    = []byte{3, 1}
	noLine      = []byte{3, 0x7f} // from line 1
	forward4    = []byte{2, 4}
	endSequence = []byte{0, 1, 1}
)

func TestUnusualTables(t *testing.T) {
	run := func(parts ...[]byte) []byte { return program(bytes.Join(parts, nil)...) }
	function := func(at uint32, lines int) []byte {
		out := setAddress(at)
		for range lines {
			out = append(append(out, nextLine...), 1, 2, 4)
		}
		return append(out, endSequence...)
	}
	for _, test := range []struct {
		name    string
		section []byte
		lookup  uint64
		line    int // 0: not known
	}{
		{"first line", run(function(10, 3)), 10, 2},
		{"within a row", run(function(10, 3)), 13, 2},
		{"last line", run(function(10, 3)), 21, 4},
		{"before", run(function(10, 3)), 9, 0},
		{"behind", run(function(10, 3)), 22, 0},
		{"unordered sequences", run(function(100, 1), function(10, 3), function(50, 2)), 50, 2},
		{"unordered sequences, the last", run(function(100, 1), function(10, 3), function(50, 2)), 100, 2},
		{"between sequences", run(function(100, 1), function(10, 3)), 30, 0},
		{"removed code at 0", run(function(0, 9)), 5, 0},
		{"removed code at 0 beside other", run(function(0, 9), function(10, 3)), 10, 2},
		{"removed code at -1", run(function(0xffffffff, 9)), 0xffffffff, 0},
		{"removed code at -2", run(function(0xfffffffe, 9)), 0xffffffff, 0},
		{"a row without a line", run(setAddress(10), nextLine, copyRow, forward4, []byte{3, 0x7e}, copyRow, forward4, endSequence), 15, 2},
		{"no line at all", run(setAddress(10), noLine, copyRow, forward4, endSequence), 10, 0},
		{"rows that go back", run(setAddress(20), nextLine, copyRow, setAddress(10), nextLine, copyRow, setAddress(30), endSequence), 12, 3},
		{"no end", run(setAddress(10), copyRow, forward4, copyRow), 10, 0},
		{"second program", append(run(function(10, 1)), run(function(20, 2))...), 25, 3},
		{"program after one of an unknown version", append([]byte{4, 0, 0, 0, 9, 9, 9, 9}, run(function(20, 2))...), 20, 2},
		{"file that is not in the table", run(setAddress(10), []byte{4, 9}, copyRow, forward4, endSequence), 10, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines := New(func(name string) []byte {
				if name == ".debug_line" {
					return test.section
				}
				return nil
			})
			file, line, ok := lines.Lookup(test.lookup)
			if ok != (test.line > 0) || line != test.line {
				t.Fatalf("%s:%d (%v), want line %d", file, line, ok, test.line)
			}
			if ok && file != "d/a.c" {
				t.Errorf("file %q", file)
			}
		})
	}
}

// TestLyingCounts has the header that ends a process which believes it: a table
// of directories with 2⁴⁰ entries.
func TestLyingCounts(t *testing.T) {
	huge := []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x20}
	for _, formats := range [][]byte{{0}, {1, 1, 0x08}, {1, 1, 0x0b}, {1, 0x99, 0x99}} {
		fixed := []byte{1, 1, 1, 0xfb, 14, 1}
		tables := append(append([]byte{}, formats...), huge...)
		tables = append(append(tables, formats...), huge...)
		section := append([]byte{0, 0, 0, 0, 5, 0, 4, 0, byte(len(fixed) + len(tables)), 0, 0, 0}, fixed...)
		section = append(section, tables...)
		section = append(section, setAddress(10)...)
		section = append(append(append(section, copyRow...), 0x20), endSequence...)
		section[0] = byte(len(section) - 4)
		lines := New(func(string) []byte { return section })
		for offset := range uint64(40) {
			if file, line, ok := lines.Lookup(offset); ok {
				t.Errorf("formats %v: %q:%d", formats, file, line)
			}
		}
	}
}

func TestNoSections(t *testing.T) {
	if file, line, ok := New(func(string) []byte { return nil }).Lookup(10); ok {
		t.Errorf("%s:%d without any table", file, line)
	}
}

func TestEveryPrefix(t *testing.T) {
	for _, name := range modules {
		m := load(t, name)
		whole := m.custom[".debug_line"]
		for n := range whole {
			lines := New(func(name string) []byte {
				if name == ".debug_line" {
					return whole[:n:n]
				}
				return m.custom[name]
			})
			for offset := range uint64(len(m.code)) {
				if _, line, ok := lines.Lookup(offset); ok && line < 1 {
					t.Fatalf("prefix %d: line %d", n, line)
				}
			}
		}
	}
}

func TestPrintable(t *testing.T) {
	for name, want := range map[string]string{
		"/a/b.c":                        "/a/b.c",
		"a\nb\x1b[31m":                  "a�b�[31m",
		"\xff":                          "�",
		strings.Repeat("x", 5000) + "y": "…" + strings.Repeat("x", longestPath-1) + "y",
	} {
		if got := printable(name); got != want {
			t.Errorf("printable(%q) = %q", name, got)
		}
	}
}

func TestJoin(t *testing.T) {
	for _, test := range [][3]string{
		{"/src", "a.c", "/src/a.c"},
		{"/src", "/b/a.c", "/b/a.c"},
		{"/src", `C:\a.c`, `C:\a.c`},
		{"", "a.c", "a.c"},
		{"/src", "", "/src"},
	} {
		if got := join(test[0], test[1]); got != test[2] {
			t.Errorf("join(%q, %q) = %q, want %q", test[0], test[1], got, test[2])
		}
	}
}

func TestConcurrentLookups(t *testing.T) {
	m := load(t, modules[0])
	lines := New(m.section)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for offset := range uint64(len(m.code)) {
				lines.Lookup(offset)
			}
		})
	}
	wg.Wait()
}

func FuzzLookup(f *testing.F) {
	for _, name := range modules {
		m := load(f, name)
		f.Add(m.custom[".debug_line"], m.custom[".debug_line_str"], uint64(20))
	}
	f.Add(program(append(append(setAddress(10), 1, 2, 4), endSequence...)...), []byte{}, uint64(12))
	f.Fuzz(func(t *testing.T, line, text []byte, offset uint64) {
		lines := New(func(name string) []byte {
			if name == ".debug_line" {
				return line
			}
			return text
		})
		for _, at := range []uint64{offset, 0, 10, offset + 1} {
			file, n, ok := lines.Lookup(at)
			if ok && (n < 1 || file == "" || len(file) > 4*longestPath) {
				t.Errorf("%q:%d", file, n)
			}
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	m := load(b, modules[1])
	lines := New(m.section)
	at := uint64(bytes.IndexByte(m.code, 0x6d))
	for b.Loop() {
		lines.Lookup(at)
	}
}
