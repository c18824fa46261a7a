package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed guests/bare.wasm
var bareGuest []byte

//go:embed guests/extism.wasm
var extismGuest []byte

//go:embed guests/kernels-c.wasm
var kernelsC []byte

//go:embed guests/kernels-rust.wasm
var kernelsRust []byte

//go:embed guests/runaway.wasm
var runawayGuest []byte

// guests are the binaries that the hosts run.
type guests struct {
	bare   []byte
	extism []byte
	echo   []byte // echo4m.wasm of the examples, a waPC guest
	large  []byte // the largest of the examples
}

func readGuests(examples string) (*guests, error) {
	g := &guests{bare: bareGuest, extism: extismGuest}
	var err error
	if g.echo, err = os.ReadFile(filepath.Join(examples, "echo4m.wasm")); err != nil {
		return nil, fmt.Errorf("guests: %w", err)
	}
	names, err := filepath.Glob(filepath.Join(examples, "*.wasm"))
	if err != nil {
		return nil, fmt.Errorf("guests: %w", err)
	}
	for _, name := range names {
		binary, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("guests: %w", err)
		}
		if len(binary) > len(g.large) {
			g.large = binary
		}
	}
	return g, nil
}
