package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/wapc"
)

const callLong = `Load a guest, call one operation, and write its answer to stdout.

Of a component a function is called: with its arguments as in 'add(1, 2)', or
with its name and an ARG for each. Values are written as in WIT: {x: 1, y: 2},
some("a"), [1, 2], %case(3). The name is the function's own if no other has it, or
with its interface: ops.add, acme:math/ops@1.0.0#add. The answer is the result,
written likewise or with --output json as JSON. A function that the component
imports is answered as --host-call says, with JSON; unless it says so, what is
imported must be provided, or --unmet trap lets calls of it trap.

Of other guests PAYLOAD is the bytes that the operation gets:

  (nothing)  no bytes
  TEXT       the text as it is
  -          all of stdin
  @FILE      what is in the file
  @@TEXT     the text @TEXT
  -- TEXT    the text, whatever it begins with

The answer is written as it is; a text without an end of line gets one, unless
--output raw is given. What the guest logs, what it asks of the host (with
--host-call log) and what it writes to its own stdout and stderr is talk, and
goes to stderr line by line.`

const callExample = `  patchbay call greet.wasm greet '{"name":"Ada"}'
  patchbay call --host-call log --timeout 1s greet.wasm greet @request.json
  patchbay call --output raw image.wasm blur - < in.png > out.png
  patchbay call adder.wasm 'add(1, 2)'`

func newCall(p *program) *cobra.Command {
	var flags guestFlags
	var output choice
	var extra integers
	cmd := verb(&cobra.Command{
		Use:     "call [flags] FILE OPERATION [PAYLOAD] | FILE 'FUNCTION(ARG, ...)'",
		Short:   "call an operation of a guest",
		Long:    callLong,
		Example: callExample,
	})
	flags.add(cmd)
	cmd.Flags().Var(&extra, "arg", "an argument of a tube guest's function after index and length (repeatable)")
	choose(cmd, &output, "output", "text", "the form of the answer: raw adds no end of line, json is for components", "text", "raw", "json")
	choose(cmd, &flags.unmet, "unmet", "refuse", "what to do with a component whose imports nothing provides", "refuse", "trap")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 && isComponentFile(args[0]) {
			return p.callComponent(cmd.Context(), &flags, args, output.value)
		}
		if output.value == "json" {
			return usagef("", "call: --output json is for components; other guests answer with bytes of their own")
		}
		if err := callArgs("call", args); err != nil {
			return err
		}
		return p.call(cmd.Context(), &flags, args, extra, output.value)
	}
	return cmd
}

func (p *program) call(ctx context.Context, flags *guestFlags, args []string, extra []int64, form string) (err error) {
	payload, err := readPayload(ctx, p.In, args[2:], flags.limits.memory())
	if err != nil {
		return err
	}
	guest, err := p.load(ctx, flags, args[0], 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, guest.close()) }()
	reply, err := guest.call(ctx, args[1], payload, extra)
	if err != nil {
		return flags.callFailure(args[1], payload, err)
	}
	return writeReply(p.Out, reply, form)
}

// callFailure adds what to try next to the error of a call.
func (f *guestFlags) callFailure(operation string, payload []byte, err error) error {
	var answer *wapc.GuestError
	if failed := tubeFailure(err); failed != nil {
		return failed
	}
	if trap := engine.AsTrap(err); trap != nil && trap.Kind == engine.Unreachable && f.limits.tightFor(payload) {
		return &failure{exitTrap, err, "the guest may have had no room for the payload: raise --max-memory"}
	}
	switch {
	case !errors.As(err, &answer):
		return err
	case strings.Contains(answer.Text, denial):
		return &failure{exitGuest, err, "let the guest call the host with --host-call log or --host-call echo"}
	case len(operation) > 1 && operation[0] == '-':
		return &failure{exitGuest, err, fmt.Sprintf("flags go before FILE; %s was taken as the operation", word(operation))}
	}
	return &failure{exitGuest, err, guestHint}
}

// guestHint is for what a guest answers with.
const guestHint = "this is the guest's own answer: check OPERATION and PAYLOAD"

// call calls the guest, with arguments of its own if there are any.
func (g *guest) call(ctx context.Context, operation string, payload []byte, extra []int64) ([]byte, error) {
	if len(extra) == 0 {
		return g.plugin.Call(ctx, operation, payload)
	}
	return g.plugin.CallWith(ctx, nil, &tube.Request{Function: operation, Payload: payload, Extra: extra})
}

// writeReply writes an answer to stdout.
func writeReply(w io.Writer, reply []byte, form string) error {
	if form == "text" && len(reply) > 0 && !bytes.HasSuffix(reply, []byte("\n")) && utf8.Valid(reply) {
		reply = append(reply, '\n')
	}
	if _, err := w.Write(reply); err != nil {
		return fmt.Errorf("stdout: %w", err)
	}
	return nil
}

// guestFlags are those of the verbs that call a guest.
type guestFlags struct {
	limits   limitFlags
	grants   grantFlags
	hostCall choice
	contract choice
	unmet    choice
	index    index
	engine   engineFlags
}

// callTimeout is how long a call may last unless --timeout is given.
const callTimeout = 10 * time.Second

func (f *guestFlags) add(cmd *cobra.Command) {
	f.limits.add(cmd, callTimeout, "a call")
	f.limits.addHostBytes(cmd)
	f.grants.add(cmd)
	choose(cmd, &f.hostCall, "host-call", "deny", "how the guest's calls to the host are answered", "echo", "log", "deny")
	choose(cmd, &f.contract, "contract", "auto", "how the guest is called; auto tells it by the bytes", "auto", "wapc", "tube")
	cmd.Flags().Var(&f.index, "index", "where the payloads of a tube guest lie (default: its allocator says, else 42)")
	f.engine.add(cmd)
}
