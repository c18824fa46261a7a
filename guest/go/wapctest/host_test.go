//go:build !wasm && !tinygo.wasm

package wapctest

import (
	"testing"

	"github.com/patchbay-go/patchbay/guest/go/internal/abi"
)

// stopped is a test that notes how it was stopped and then goes on.
type stopped struct {
	testing.TB
	with string
}

func (s *stopped) Helper()           {}
func (s *stopped) Cleanup(f func())  {}
func (s *stopped) Fatal(args ...any) { s.with, _ = args[0].(string) }

func TestOneHostAtATime(t *testing.T) {
	New(t)
	mine := abi.Host
	second := &stopped{}
	New(second)
	abi.Host = mine
	if second.with == "" {
		t.Error("a second host was made")
	}
}

func TestHostGoesWithItsTest(t *testing.T) {
	t.Run("inner", func(t *testing.T) { New(t) })
	if abi.Host != nil {
		t.Error("the host outlived its test")
	}
}
