package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readPayload turns what stands after the operation into bytes:
//
//	(nothing)  an empty payload
//	-          all of stdin
//	@file      what is in the file
//	@@text     the text behind the first @
//	-- text    the text, whatever it begins with
//	text       the text
//
// No more is read than a guest with so much memory could take.
func readPayload(ctx context.Context, stdin io.Reader, args []string, memory uint64) ([]byte, error) {
	if len(args) == 0 {
		return nil, nil
	}
	if args[0] == "--" {
		return []byte(strings.Join(args[1:], "")), nil
	}
	text := args[0]
	switch {
	case text == "-":
		return boundedPayload(memory, "", func(limit int64) ([]byte, error) {
			return interruptibly(ctx, func() ([]byte, error) {
				return io.ReadAll(io.LimitReader(stdin, limit))
			})
		})
	case strings.HasPrefix(text, "@@"):
		return []byte(text[1:]), nil
	case strings.HasPrefix(text, "@"):
		const hint = "@file is the contents of a file; write @@ for a payload that begins with @"
		return boundedPayload(memory, hint, func(limit int64) ([]byte, error) {
			return readFile(ctx, text[1:], limit)
		})
	}
	return []byte(text), nil
}

// boundedPayload reads a payload with read, which gets one byte more than
// there may be.
func boundedPayload(most uint64, hint string, read func(limit int64) ([]byte, error)) ([]byte, error) {
	payload, err := read(int64(most) + 1)
	switch {
	case errors.Is(err, context.Canceled):
		return nil, fmt.Errorf("payload: %w", err)
	case err != nil:
		return nil, &failure{code: exitHost, err: fmt.Errorf("payload: %w", err), hint: hint}
	case uint64(len(payload)) > most:
		return nil, &failure{
			code: exitHost, err: fmt.Errorf("payload: it is larger than the guest's memory may be (%s)", roughly(most)),
			hint: "raise --max-memory",
		}
	}
	return payload, nil
}

// callArgs checks what stands after the flags: FILE OPERATION [PAYLOAD].
func callArgs(verb string, args []string) error {
	const hint = "flags go before FILE; quote a payload that has spaces"
	most := 3
	if len(args) > 2 && args[2] == "--" {
		most = 4
	}
	switch {
	case len(args) == 0:
		return usagef("see patchbay "+verb+" --help", "%s: FILE and OPERATION are missing", verb)
	case args[0] == "":
		return usagef("is a variable empty that names it?", "%s: FILE is an empty text", verb)
	case len(args) == 1:
		return usagef("patchbay inspect FILE says how a module is called", "%s: %s: OPERATION is missing", verb, args[0])
	case len(args) > most:
		return usagef(hint, "%s: %q is one argument too many", verb, args[most])
	}
	return nil
}
