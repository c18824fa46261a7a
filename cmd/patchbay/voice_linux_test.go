package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// onTerminal runs the command with stderr on a terminal and returns what
// appeared there.
func onTerminal(t *testing.T, environment map[string]string, args ...string) string {
	t.Helper()
	screen, line := openTerminal(t)
	shown := make(chan string)
	go func() {
		bytes, _ := io.ReadAll(screen) // ends with an error when line is closed
		shown <- string(bytes)
	}()
	Run(args, Stdio{
		In: strings.NewReader(""), Out: io.Discard, Err: line,
		Getenv: func(name string) string { return environment[name] },
	})
	line.Close()
	return <-shown
}

// openTerminal returns the two ends of a pseudo-terminal.
func openTerminal(t *testing.T) (screen, line *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("not run: there are no pseudo-terminals:", err)
	}
	t.Cleanup(func() { screen.Close() })
	if err := unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	line, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return screen, line
}

func TestColors(t *testing.T) {
	plainText := "call: FILE and OPERATION are missing\r\nhint: see patchbay call --help\r\n"
	colored := "\x1b[31mcall: FILE and OPERATION are missing\x1b[0m\r\n\x1b[36mhint:\x1b[0m see patchbay call --help\r\n"
	for _, test := range []struct {
		environment map[string]string
		want        string
	}{
		{nil, colored},
		{map[string]string{"NO_COLOR": ""}, colored},
		{map[string]string{"NO_COLOR": "1"}, plainText},
		{map[string]string{"TERM": "dumb"}, plainText},
	} {
		if got := onTerminal(t, test.environment, "call"); got != test.want {
			t.Errorf("%v:\n got %q\nwant %q", test.environment, got, test.want)
		}
	}
}

// TestProgress proves that the progress line appears on a terminal, and that
// nothing is left of it. A measurement that has no end is interrupted when the line
// has appeared.
func TestProgress(t *testing.T) {
	screen, line := openTerminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	shown := make(chan string)
	go func() {
		var all []byte
		for buffer := make([]byte, 1<<10); ; {
			n, err := screen.Read(buffer)
			all = append(all, buffer[:n]...)
			if bytes.Contains(all, []byte(" calls/s")) {
				cancel()
			}
			if err != nil { // line is closed
				shown <- string(all)
				return
			}
		}
	}()
	environment := map[string]string{"NO_COLOR": "1", "PATCHBAY_CACHE_DIR": t.TempDir()}
	getenv := func(name string) string { return environment[name] }
	p := &program{Stdio{In: strings.NewReader(""), Out: io.Discard, Err: line, Getenv: getenv}, newVoice(line, getenv)}
	root := newRoot(p)
	root.SetArgs([]string{"bench", "--duration", "1h", "../../examples/guests/greet-c.wasm", "echo"})
	p.voice.end(root.ExecuteContext(ctx), true)
	line.Close()
	if got := <-shown; !strings.Contains(got, " calls/s") || !strings.HasSuffix(got, "\r\x1b[Kbench: interrupted (context canceled)\r\n") {
		t.Errorf("got %q", got)
	}
}
