package wit_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// TestWrong reads texts as people write them when they are new to WIT, tired, or
// used to another language. The first line of each says which lines have how many
// mistakes; there is an error for each and none besides. What is shown is in the
// golden file.
func TestWrong(t *testing.T) {
	files, err := filepath.Glob("testdata/wrong/*.wit")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".wit"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = wit.Parse([]*syntax.Source{{Name: filepath.Base(file), Text: string(text)}}, wit.Options{})
			var found syntax.Errors
			if !errors.As(err, &found) {
				t.Fatalf("the error is %v", err)
			}
			first, _, _ := strings.Cut(string(text), "\n")
			if got := mistakes(found); got != first {
				t.Errorf("got\n%s\nwant\n%s", got, first)
			}
			golden(t, file+".golden", found.Show())
		})
	}
}

// mistakes says on which lines errors are.
func mistakes(found syntax.Errors) string {
	var lines []int
	for _, one := range found {
		lines = append(lines, one.Span.Position().Line)
	}
	slices.Sort(lines)
	return strings.ReplaceAll(strings.Trim(fmt.Sprint("// mistakes on lines: ", lines), "]"), "[", "")
}
