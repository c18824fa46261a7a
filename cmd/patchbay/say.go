package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A voice says everything that is talk, line by line on stderr. It is safe for
// concurrent use.
type voice struct {
	terminal bool // w is one
	color    bool
	least    slog.Level // what is less important is not said; errors always are

	mu       sync.Mutex
	w        io.Writer
	progress bool // a progress line is on the screen
}

func newVoice(w io.Writer, getenv func(string) string) *voice {
	terminal := isTerminal(w)
	color := terminal && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
	return &voice{w: w, terminal: terminal, color: color}
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// A style is how a word is marked on a terminal: an SGR parameter.
type style string

const (
	red    style = "31"
	yellow style = "33"
	cyan   style = "36"
	faint  style = "2"
)

// paint marks a word, if the voice has colors.
func (v *voice) paint(s style, word string) string {
	if !v.color {
		return word
	}
	return "\x1b[" + string(s) + "m" + word + "\x1b[0m"
}

// line writes one line. The text has been made plain.
func (v *voice) line(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.clear()
	fmt.Fprintln(v.w, text)
}

// clear takes the progress line away. The lock is held.
func (v *voice) clear() {
	if v.progress {
		fmt.Fprint(v.w, "\r\x1b[K")
		v.progress = false
	}
}

// showProgress replaces the progress line; on what is no terminal there is
// none. An empty text takes it away.
func (v *voice) showProgress(text string) {
	if !v.terminal {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.clear()
	if text != "" {
		fmt.Fprint(v.w, v.paint(faint, text))
		v.progress = true
	}
}

// hostCall says that a guest asked the host for something.
func (v *voice) hostCall(binding, namespace, operation string, payload []byte) {
	v.line(fmt.Sprintf("%s %s %s %s %s", v.paint(faint, "host call"),
		word(binding), word(namespace), word(operation), sample(payload)))
}

// log says what a guest wrote to the console of its contract.
func (v *voice) log(text string) {
	v.line(v.paint(faint, "log:") + " " + plain(strings.TrimRight(text, "\r\n")))
}

// warn says what does not end the command.
func (v *voice) warn(text, hint string) {
	if v.least > slog.LevelWarn {
		return
	}
	v.line(v.paint(yellow, "warning:") + " " + plain(text))
	v.hint(hint)
}

func (v *voice) hint(text string) {
	if text != "" {
		v.line(v.paint(cyan, "hint:") + " " + plain(text))
	}
}

// end says how the command ended and returns its exit code.
func (v *voice) end(err error, interrupted bool) int {
	v.showProgress("")
	if err == nil {
		return exitOK
	}
	if code, ok := errors.AsType[exit](err); ok {
		return int(code)
	}
	f := explain(err, interrupted)
	v.cause(f.err)
	if trap := engine.AsTrap(f.err); trap != nil {
		v.frames(trap.Frames)
	}
	v.hint(f.hint)
	return f.code
}

// cause says an error: its first line, and further ones indented. Several errors
// with their places each begin a line.
func (v *voice) cause(err error) {
	if shown, ok := errors.AsType[*shownError](err); ok {
		for _, one := range shown.errors {
			v.shown(one)
		}
		return
	}
	lines := strings.Split(strings.TrimRight(err.Error(), "\r\n"), "\n")
	v.line(v.paint(red, plain(strings.TrimRight(lines[0], "\r"))))
	for _, line := range lines[1:] {
		v.line(strings.TrimRight("    "+plain(strings.TrimRight(line, "\r")), " "))
	}
}

// shown says an error, and below it the line that it is about.
func (v *voice) shown(one *syntax.Error) {
	lines := strings.Split(strings.TrimRight(one.Show(), "\n"), "\n")
	v.line(v.paint(red, plain(lines[0])))
	for _, line := range lines[1:] {
		v.line(strings.TrimRight(plain(line), " "))
	}
}

// frames says where the guest was, the innermost function first.
func (v *voice) frames(frames []engine.Frame) {
	for _, frame := range frames {
		v.line("    at " + plain(frame.String()))
	}
}
