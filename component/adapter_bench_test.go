package component_test

import (
	"context"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// BenchmarkBetween calls one component from another, through adapters where they
// can and through Go.
func BenchmarkBetween(b *testing.B) {
	for _, way := range []struct {
		name    string
		compile func(context.Context, engine.Engine, []byte, validate.Config) (*component.Component, error)
	}{{"adapters", component.CompileWith}, {"Go", component.CompileApart}} {
		c, err := way.compile(b.Context(), newEngine(b), definition(b, "adapters", "$Busy"), validate.Config{})
		if err != nil {
			b.Fatal(err)
		}
		pre, err := new(component.Linker).Link(c)
		if err != nil {
			b.Fatal(err)
		}
		for _, row := range []struct {
			name                   string
			unit                   uint32
			which, at, count, want uint64
		}{
			{"ASCII16", 0x64636261, 0, 1024, 16, 16},
			{"ASCII1Ki", 0x64636261, 0, 1024, 1024, 1024},
			{"Greek16", 0xb2ceb1ce, 0, 1024, 16, 16},
			{"Greek1Ki", 0xb2ceb1ce, 0, 1024, 1024, 1024},
			{"Emoji1Ki", 0x80989ff0, 0, 1024, 1024, 1024},
			{"texts100", 0x64636261, 1, 65536, 100, 100},
			{"texts10", 0x64636261, 1, 65536, 10, 10},
			{"bools1000", 0x01000101, 2, 1024, 1000, 1000},
			{"chars250", 0x00000061, 3, 1024, 250, 250},
		} {
			i, err := pre.Instantiate(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			if _, err := i.Func("fill").Call(b.Context(), types.U32Value(2048), types.U32Value(row.unit)); err != nil {
				b.Fatal(err)
			}
			b.Run(row.name+"/"+way.name, func(b *testing.B) {
				got, err := i.Func("sequences").Call(b.Context(), types.U32Value(uint32(row.which)), types.U32Value(uint32(row.at)), types.U32Value(uint32(row.count)), types.U32Value(uint32(b.N)))
				if err != nil || got.Uint() != uint64(uint32(row.want*uint64(b.N))) {
					b.Fatal(got, err)
				}
			})
		}
		i, err := pre.Instantiate(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range []string{"borrows", "owns"} {
			b.Run(name+"/"+way.name, func(b *testing.B) {
				if _, err := i.Func(name).Call(b.Context(), types.U32Value(uint32(b.N))); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}
