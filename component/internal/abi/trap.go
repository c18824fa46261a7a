package abi

import (
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

// A fault is a condition under which the canonical ABI traps. What it is called
// depends on who meets it: the host, or the adapter between two components.
type fault uint8

const (
	faultStringBounds fault = iota + 1
	faultStringLength
	faultStringAlign
	faultListBounds
	faultListLength
	faultListAlign
	faultReallocBounds
	faultReallocText
	faultReallocAlign
	faultResultBounds
	faultResultAlign
	faultParamBounds
	faultParamAlign
	faultChar
	faultUTF16
	faultBudget
	faultNoRealloc
	faultNoMemory
)

// hostTexts are what the host says, adapterTexts what an adapter does where it
// says something else. The public test suites know both.
var hostTexts = [...]string{
	faultStringBounds:  "string pointer/length out of bounds of memory",
	faultStringLength:  "string pointer/length out of bounds of memory: longer than 2^28-1 bytes",
	faultStringAlign:   "string pointer not aligned to 2",
	faultListBounds:    "list pointer/length out of bounds of memory",
	faultListLength:    "list pointer/length out of bounds of memory: longer than 2^28-1 bytes",
	faultListAlign:     "list pointer is not aligned",
	faultReallocBounds: "realloc return: beyond end of memory",
	faultReallocText:   "realloc return: beyond end of memory",
	faultReallocAlign:  "realloc return: result not aligned",
	faultResultBounds:  "pointer out of bounds of memory",
	faultResultAlign:   "return pointer not aligned",
	faultParamBounds:   "pointer out of bounds of memory",
	faultParamAlign:    "pointer not aligned",
	faultChar:          "invalid `char` bit pattern",
	faultUTF16:         "unpaired surrogate found in utf-16",
	faultBudget:        "value too large for the host: more bytes than a call may bring",
	faultNoRealloc:     "no realloc to lower into memory with",
	faultNoMemory:      "no memory to lift from",
}

var adapterTexts = [len(hostTexts)]string{
	faultStringBounds:  "string content out-of-bounds",
	faultStringLength:  "string content out-of-bounds: longer than 2^28-1 bytes",
	faultStringAlign:   "unaligned pointer",
	faultListBounds:    "list content out-of-bounds",
	faultListLength:    "list content out-of-bounds: longer than 2^28-1 bytes",
	faultListAlign:     "unaligned pointer",
	faultReallocBounds: "list content out-of-bounds",
	faultReallocText:   "string content out-of-bounds",
	faultReallocAlign:  "unaligned pointer",
	faultResultBounds:  "out of bounds memory access",
	faultResultAlign:   "unaligned pointer",
	faultParamBounds:   "out of bounds memory access",
	faultParamAlign:    "unaligned pointer",
}

// trap returns the trap for the fault as seen from cx. Inlined it would keep the
// small checks that end in it from being so.
//
//go:noinline
func (cx *Context) trap(f fault) error {
	if cx.Adapter && adapterTexts[f] != "" {
		return trapText(f, adapterTexts[f])
	}
	return trapText(f, hostTexts[f])
}

func trapText(f fault, text string) error {
	kind := engine.BadValue
	switch f {
	case faultStringBounds, faultListBounds, faultReallocBounds, faultReallocText, faultResultBounds, faultParamBounds:
		kind = engine.MemoryBounds
	}
	return &engine.Trap{Kind: kind, Text: text}
}

// A Refusal says what is wrong with what a realloc returned, where an adapter has
// found that out.
type Refusal uint32

// What may be wrong.
const (
	Unaligned   Refusal = iota
	OutsideText         // memory for a string
	OutsideList         // memory for a list, or for parameters
)

// Trap returns the trap for it.
func (r Refusal) Trap() error {
	f := faultReallocAlign
	switch r {
	case OutsideText:
		f = faultReallocText
	case OutsideList:
		f = faultReallocBounds
	}
	return trapText(f, adapterTexts[f])
}

// noCase is the trap of a discriminant for which there is no case.
func noCase(discriminant uint64, cases int) error {
	return &engine.Trap{
		Kind: engine.BadValue,
		Text: fmt.Sprintf("invalid variant discriminant: discriminant %d out of range [0..%d)", discriminant, cases),
	}
}

// located says in which part of a value err is, unless it is a trap: those say
// all that guests' authors need.
func located(err error, part, name string) error {
	if _, trap := err.(*engine.Trap); trap || err == nil {
		return err
	}
	return fmt.Errorf("%s%s: %w", part, name, err)
}
