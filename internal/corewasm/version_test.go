package corewasm_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"go/scanner"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

var update = flag.Bool("update", false, "write down of which sources the version of the rewriter is")

// rewriterFiles are the sources that what is kept of a rewritten module depends on.
var rewriterFiles = []string{"*.go", "../leb128/*.go", "../../engine/wazero/rewriting.go", "../../engine/wazero/handlers.go"}

// TestRewriterVersion: what another version of Patchbay has rewritten and kept is
// not taken for what this one would make. So the code that rewrites does not change,
// comments and form aside, unless its version does.
func TestRewriterVersion(t *testing.T) {
	const golden = "testdata/version.txt"
	var version int
	var sources string
	was, err := os.ReadFile(golden)
	if err == nil {
		_, err = fmt.Sscanf(string(was), "version %d of sources %s", &version, &sources)
	}
	if err != nil && !*update {
		t.Fatal(err)
	}
	switch now := rewriterSources(t); {
	case sources == now:
	case version >= RewriterVersion:
		t.Errorf("the code that rewrites modules has changed, of which caches keep the output: make RewriterVersion %d, then go test ./internal/corewasm -run TestRewriterVersion -update", version+1)
	case !*update:
		t.Error("RewriterVersion has grown: go test ./internal/corewasm -run TestRewriterVersion -update")
	default:
		text := fmt.Sprintf("version %d of sources %s\n", RewriterVersion, now)
		if err := os.WriteFile(golden, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// rewriterSources is a digest of the tokens of rewriterFiles, but for the version
// itself.
func rewriterSources(t *testing.T) string {
	t.Helper()
	h := sha256.New()
	for _, pattern := range rewriterFiles {
		files, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			constant := fmt.Sprintf("const RewriterVersion = %d\n", RewriterVersion)
			writeTokens(h, []byte(strings.Replace(string(text), constant, "", 1)))
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:16])
}

// writeTokens writes the tokens of Go code.
func writeTokens(to io.Writer, text []byte) {
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(text)), text, nil, 0)
	for _, tok, literal := s.Scan(); tok != token.EOF; _, tok, literal = s.Scan() {
		fmt.Fprintf(to, "%v %q\n", tok, literal)
	}
}
