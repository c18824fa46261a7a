package plugintest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/wapc"
	"github.com/patchbay-go/patchbay/wasi"
)

// A Result is what became of one test.
type Result struct {
	Test *Test

	// Failures say what was not as it should be; each may have several lines.
	// There are none if the test passed.
	Failures []string

	// Output is what the guest logged and wrote to its standard streams, line by
	// line.
	Output []string

	// Time is how long the call took.
	Time time.Duration
}

// A Runner runs tables. The zero Runner works.
type Runner struct {
	// Engine runs the guests; nil means a wazero of its own for each table.
	Engine engine.Engine

	// CacheDir is a folder for compiled code when Engine is nil. Empty means
	// no cache.
	CacheDir string
}

// Run loads the guest binary and runs the table's tests on it, one after the
// other. It hands each result to report as soon as there is one, and returns an
// error when the guest cannot be loaded or ctx ends.
func (r *Runner) Run(ctx context.Context, t *Table, binary []byte, report func(Result)) (err error) {
	hosts, closed, err := r.hosts(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed()) }()
	bench := &bench{fake: fake{stubs: t.Stubs}}
	p, err := plugin.New(ctx, hosts, binary, bench.options(t))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(ctx))) }()
	for i := range t.Tests {
		if err := ctx.Err(); err != nil {
			return err
		}
		report(bench.run(ctx, p, &t.Tests[i]))
	}
	return nil
}

// hosts makes what guests share, on the engine that was given or a new one.
func (r *Runner) hosts(ctx context.Context) (*plugin.Hosts, func() error, error) {
	eng, closed := r.Engine, func() error { return nil }
	if eng == nil {
		own, err := wazero.New(ctx, wazero.Config{CacheDir: r.CacheDir})
		if err != nil {
			return nil, nil, err
		}
		eng, closed = own, func() error { return own.Close(context.WithoutCancel(ctx)) }
	}
	hosts, err := plugin.NewHosts(ctx, eng)
	if err != nil {
		return nil, nil, errors.Join(err, closed())
	}
	return hosts, func() error { return errors.Join(hosts.Close(context.WithoutCancel(ctx)), closed()) }, nil
}

// A bench is what a guest under test talks to.
type bench struct {
	fake fake

	mu     sync.Mutex
	logs   []string
	output []string
}

func (b *bench) options(t *Table) plugin.Options {
	o := plugin.Options{
		Name:     filepath.Base(t.Module),
		Contract: t.Contract,
		Handler:  &b.fake,
		WASI:     wasi.Config{Env: t.Env, Stdout: (*stream)(b), Stderr: (*stream)(b)},
		Limits:   engine.Limits{Timeout: t.Timeout, MemoryBytes: t.Memory},
		Pool:     plugin.Pool{Size: 1, MaxCalls: 1},
		Logger:   slog.New(logs{b}),
	}
	if t.Module == "" {
		o.Name = "plugin"
	}
	if t.Shared {
		o.Pool.MaxCalls = 0
	}
	return o
}

func (b *bench) run(ctx context.Context, p *plugin.Plugin, test *Test) Result {
	b.fake.begin(test.Host)
	b.mu.Lock()
	b.logs, b.output = nil, nil
	b.mu.Unlock()
	began := time.Now()
	reply, err := p.Call(ctx, test.Operation, test.Payload)
	result := Result{Test: test, Time: time.Since(began)}
	// What a guest does wrong first is often what its host calls do not find.
	result.Failures = append(b.fake.end(), test.Want.check(reply, err)...)
	b.mu.Lock()
	defer b.mu.Unlock()
	if test.Log != nil && !slices.Equal(test.Log, b.logs) {
		result.Failures = append(result.Failures, "the log is not the one that was expected\n"+difference(test.Log, b.logs))
	}
	result.Output = b.output
	return result
}

// check compares what a call came to with what it should.
func (o Outcome) check(reply []byte, err error) []string {
	text, answered := answerOf(err)
	trap := engine.AsTrap(err)
	switch {
	case o.Trap != 0:
		return checkTrap(o.Trap, trap, reply, err)
	case o.Error != nil && answered:
		if diff := (&Content{Bytes: []byte(*o.Error)}).compare([]byte(text)); diff != "" {
			return []string{"the error is not the one that was expected\n" + diff}
		}
		return nil
	case o.Error != nil && err == nil:
		return []string{"the call succeeded with " + show(reply) + "; an error was expected: " + *o.Error}
	case err != nil:
		return []string{failure(err, trap)}
	case o.Reply != nil:
		if diff := o.Reply.compare(reply); diff != "" {
			return []string{"the reply is not the one that was expected\n" + diff}
		}
	}
	return nil
}

// answerOf returns the text of an error that a guest answered with, whatever its
// contract.
func answerOf(err error) (text string, ok bool) {
	var ofWapc *wapc.GuestError
	var ofTube *tube.GuestError
	switch {
	case errors.As(err, &ofWapc):
		return ofWapc.Text, true
	case errors.As(err, &ofTube):
		return ofTube.Text, true
	}
	return "", false
}

func checkTrap(want engine.TrapKind, trap *engine.Trap, reply []byte, err error) []string {
	switch {
	case err == nil:
		return []string{"the call succeeded with " + show(reply) + "; a trap was expected: " + trapName(want)}
	case trap == nil:
		return []string{failure(err, nil) + "\na trap was expected: " + trapName(want)}
	case want != AnyTrap && trap.Kind != want:
		return []string{failure(err, trap) + "\nthe trap is " + trapName(trap.Kind) + ", expected was " + trapName(want)}
	}
	return nil
}

// failure says why a call failed, and where the guest was.
func failure(err error, trap *engine.Trap) string {
	var b strings.Builder
	b.WriteString(err.Error())
	if trap != nil {
		for _, frame := range trap.Frames {
			b.WriteString("\n    at " + frame.String())
		}
	}
	return b.String()
}

// logs is the slog.Handler of a bench: what guests log is at level Info, what
// the plugin itself has to tell is above.
type logs struct{ bench *bench }

// Enabled implements slog.Handler.
func (logs) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// Handle implements slog.Handler.
func (l logs) Handle(_ context.Context, record slog.Record) error {
	l.bench.mu.Lock()
	defer l.bench.mu.Unlock()
	if record.Level == slog.LevelInfo {
		l.bench.logs = append(l.bench.logs, record.Message)
	}
	l.bench.output = append(l.bench.output, strings.Split(record.Message, "\n")...)
	return nil
}

// WithAttrs implements slog.Handler.
func (l logs) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler.
func (l logs) WithGroup(string) slog.Handler { return l }

// stream takes what the guest writes to its standard streams.
type stream bench

// mostOutput is how many lines of output are kept.
const mostOutput = 10_000

// Write implements io.Writer.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range bytes.SplitSeq(bytes.TrimSuffix(p, []byte("\n")), []byte("\n")) {
		if len(s.output) < mostOutput {
			s.output = append(s.output, string(line))
		}
	}
	return len(p), nil
}

// String says in one line what became of the test.
func (r Result) String() string {
	word := "ok  "
	if len(r.Failures) > 0 {
		word = "FAIL"
	}
	return fmt.Sprintf("%s %s (%s)", word, r.Test.Name, r.Time.Round(10*time.Microsecond))
}
