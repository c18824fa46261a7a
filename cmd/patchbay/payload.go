package main

import (
	"context"
	"fmt"
	"io"
	"os"
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
func readPayload(ctx context.Context, stdin io.Reader, args []string) ([]byte, error) {
	if len(args) == 0 {
		return nil, nil
	}
	if args[0] == "--" {
		return []byte(strings.Join(args[1:], "")), nil
	}
	text := args[0]
	switch {
	case text == "-":
		return readAll(ctx, stdin)
	case strings.HasPrefix(text, "@@"):
		return []byte(text[1:]), nil
	case strings.HasPrefix(text, "@"):
		return readFile(text[1:])
	}
	return []byte(text), nil
}

func readFile(path string) ([]byte, error) {
	payload, err := os.ReadFile(path)
	if err != nil {
		return nil, &failure{
			code: exitHost, err: fmt.Errorf("payload: %w", err),
			hint: "@file is the contents of a file; write @@ for a payload that begins with @",
		}
	}
	return payload, nil
}

// readAll reads to the end, or until ctx ends: a reader that blocks is left to
// itself.
func readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	type result struct {
		bytes []byte
		err   error
	}
	done := make(chan result, 1)
	go func() {
		bytes, err := io.ReadAll(r)
		done <- result{bytes, err}
	}()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("payload: stdin: %w", ctx.Err())
	case read := <-done:
		if read.err != nil {
			return nil, &failure{code: exitHost, err: fmt.Errorf("payload: stdin: %w", read.err)}
		}
		return read.bytes, nil
	}
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
	case len(args) == 1:
		return usagef("patchbay inspect FILE says how a module is called", "%s: %s: OPERATION is missing", verb, args[0])
	case len(args) > most:
		return usagef(hint, "%s: %q is one argument too many", verb, args[most])
	}
	return nil
}
