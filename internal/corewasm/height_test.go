package corewasm

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// TestHeights: in valid code the stack at the end of a block is as high as the
// block's type says, unless the end is never reached.
func TestHeights(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	folder := strings.TrimSpace(string(out))
	if err != nil || folder == "" {
		t.Skipf("not run: no sources of wazero in the module cache: %v", err)
	}
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2|
		experimental.CoreFeaturesThreads|experimental.CoreFeaturesTailCall|experimental.CoreFeaturesExceptionHandling))
	defer runtime.Close(ctx)
	ends := 0
	err = filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".wasm") {
			return err
		}
		binary, err := os.ReadFile(path)
		if err != nil || Check(binary, wide(1<<30)) != nil {
			return err
		}
		if compiled, err := runtime.CompileModule(ctx, binary); err != nil {
			return nil
		} else if err := compiled.Close(ctx); err != nil {
			return err
		}
		n, wrong := heightsAtEnds(binary)
		ends += n
		for _, at := range wrong {
			t.Errorf("%s: offset %#x", strings.TrimPrefix(path, folder), at)
		}
		return nil
	})
	if err != nil || ends < 10_000 {
		t.Errorf("%d ends, %v", ends, err)
	}
}

// heightsAtEnds returns how many ends of blocks were looked at, and the offsets
// of those where the height is wrong. Code after what goes elsewhere is not
// looked at.
func heightsAtEnds(binary []byte) (ends int, wrong []int) {
	bounds := wide(1 << 30)
	c := checker{reader: newReader(binary), bounds: &bounds}
	c.readHeader()
	costs := complexity{most: 1 << 50, left: 1 << 50}
	c.walk = walker{reader: c.reader, maxBody: bounds.FunctionSize, shapes: &boundShapes, complexity: &costs}
	gone := -1 // the depth of the block whose rest is never reached
	c.walk.visit = func(e event, at int) {
		depth := len(costs.levels)
		top := costs.levels[depth-1]
		switch {
		case e == eventClose || e == eventEnd || e == eventElse:
			if gone < 0 {
				ends++
				if costs.height != top.base+int(top.arity.results) {
					wrong = append(wrong, at)
				}
			}
			if gone >= depth {
				gone = -1
			}
		case gone >= 0:
		case leaves(e, c.walk.op):
			gone = depth
		}
	}
	c.types, c.globals = 0, 0
	after := 0
	for section, ok := c.next(&after); ok; section, ok = c.next(&after) {
		c.content(section)
		c.finish()
	}
	return ends, wrong
}

// leaves reports whether code after the instruction is never reached.
func leaves(e event, op byte) bool {
	switch op {
	case opUnreachable:
		return e == eventTrap
	case opBr, opBrTable, opReturn, opReturnCall, opReturnCallIndirect, opReturnCallRef:
		return e == eventBranch || e == eventReturn || e == eventCalls
	case opThrow, opThrowRef:
		return e == eventThrow
	}
	return false
}
