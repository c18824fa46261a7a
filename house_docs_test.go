package patchbay_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestReadmeProgram holds the README's program to the one that is built and
// run: examples/embed.
func TestReadmeProgram(t *testing.T) {
	_, rest, ok := strings.Cut(readFile(t, "README.md"), "```go\n")
	program, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("README.md: no Go program")
	}
	embed := readFile(t, "examples/embed/main.go")
	var lines []string
	for line := range strings.Lines(embed) {
		lines = append(lines, strings.TrimSpace(line))
	}
	for line := range strings.Lines(program) {
		line = strings.TrimSpace(line)
		if !slices.Contains(lines, line) {
			t.Errorf("README.md: the program's line %q is not in examples/embed/main.go", line)
		}
	}
}

// TestLinks follows the links of the documents that lead to files.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)\)`)
	for _, name := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(readFile(t, name), -1) {
			if _, err := os.Stat(filepath.FromSlash(match[1])); err != nil {
				t.Errorf("%s: links to %s, which is not there", name, match[1])
			}
		}
	}
}

// TestNamedTests holds the documents to tests that exist, so that a claim does
// not outlive what shows it.
func TestNamedTests(t *testing.T) {
	tests := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	var all []string
	for _, name := range repositoryFiles(t) {
		if strings.HasSuffix(name, "_test.go") {
			for _, match := range tests.FindAllStringSubmatch(readFile(t, name), -1) {
				all = append(all, match[1])
			}
		}
	}
	named := regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
	for _, name := range documents(t) {
		for _, test := range named.FindAllString(readFile(t, name), -1) {
			if !slices.Contains(all, test) {
				t.Errorf("%s: names the test %s, which is not there", name, test)
			}
		}
	}
}

// TestArchitecture holds ARCHITECTURE.md to the packages that there are, and to
// the files that it tells to open.
func TestArchitecture(t *testing.T) {
	page := readFile(t, "ARCHITECTURE.md")
	for dir := range source(t).packages() {
		entry, _ := floorOf(dir)
		name := strings.TrimSuffix(entry, "/...")
		if dir == "." {
			name = "patchbay"
		}
		if !strings.Contains(page, "**"+name) && !strings.Contains(page, "**"+dir+"**") {
			t.Errorf("ARCHITECTURE.md: has no paragraph for %s", dir)
		}
	}
	paragraph := regexp.MustCompile(`(?m)^\*\*([\w/]+)\*\*.*$`)
	file := regexp.MustCompile("`([\\w/]+\\.go)`")
	for _, match := range paragraph.FindAllStringSubmatch(page, -1) {
		dir := match[1]
		if dir == "patchbay" {
			dir = "."
		}
		_, open, _ := strings.Cut(match[0], " Open ")
		for _, name := range file.FindAllStringSubmatch(open, -1) {
			if _, err := os.Stat(filepath.Join(dir, name[1])); err != nil {
				t.Errorf("ARCHITECTURE.md: %s has no %s", match[1], name[1])
			}
		}
	}
}

// documents lists the Markdown files in the root.
func documents(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestSecurityClaims holds SECURITY.md to a test for each claim, and to the
// versions of the engines that are required.
func TestSecurityClaims(t *testing.T) {
	page := readFile(t, "SECURITY.md")
	_, claims, _ := strings.Cut(page, "| --- | --- | --- |\n")
	claims, _, _ = strings.Cut(claims, "\n\n")
	test := regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]`)
	rows := 0
	for row := range strings.Lines(claims) {
		rows++
		cells := strings.Split(row, " | ")
		if len(cells) != 3 || !test.MatchString(cells[2]) {
			t.Errorf("SECURITY.md: no test is named for the claim %s", cells[0])
		}
	}
	if rows < 15 {
		t.Errorf("SECURITY.md: %d claims", rows)
	}
	required := regexp.MustCompile(`(?m)^\s*(?:require )?(github\.com/(?:tetratelabs/wazero|bytecodealliance/wasmtime-go)\S*) (v\S+)`)
	for _, mod := range []string{"go.mod", "engine/wasmtime/go.mod"} {
		for _, match := range required.FindAllStringSubmatch(readFile(t, mod), -1) {
			if !strings.Contains(page, "`"+match[1]+"` "+match[2]) {
				t.Errorf("SECURITY.md: does not say that %s requires %s %s", mod, match[1], match[2])
			}
		}
	}
}

// TestComponentsPage holds the Go of docs/components.md to programs that are
// built and run: the lines of each block stand together in one of them.
func TestComponentsPage(t *testing.T) {
	var programs []string
	for _, name := range []string{"examples/bindings/main.go", "example_component_test.go", "wit/bindgen/example_test.go"} {
		programs = append(programs, readFile(t, name))
	}
	blocks := strings.Split(readFile(t, "docs/components.md"), "```go\n")[1:]
	if len(blocks) < 8 {
		t.Fatalf("%d blocks of Go", len(blocks))
	}
	for _, block := range blocks {
		block, _, closed := strings.Cut(block, "```")
		found := false
		for _, program := range programs {
			found = found || strings.Contains(program, block)
		}
		if !found || !closed {
			t.Errorf("docs/components.md: no program has\n%s", block)
		}
	}
}
