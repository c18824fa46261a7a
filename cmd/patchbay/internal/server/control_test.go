package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const oneGreet = socketServer + "[plugin.greet]\nfile = 'greet.wasm'\nhost_calls = 'echo'\n"

// TestVersions swaps, pins and rolls back, over a restart.
func TestVersions(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	ctx := t.Context()
	first := h.status("greet").Version
	answer, err := h.control.Swap(ctx, "greet", guest(t, "greet-rust.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	second := answer.Version
	if s := h.status("greet"); second == first || s.Version != second || !s.OnTrial || len(s.Versions) != 2 {
		t.Errorf("after the swap: %+v", s)
	}
	if _, err := h.control.Do(ctx, "greet", "rollback", Request{}); err != nil {
		t.Fatal(err)
	}
	if s := h.status("greet"); s.Version != first {
		t.Errorf("after the rollback: %+v", s)
	}
	if _, err := h.control.Do(ctx, "greet", "pin", Request{Version: second[:8]}); err != nil {
		t.Fatal(err)
	}
	if s := h.status("greet"); s.Version != second || s.Pinned != second {
		t.Errorf("after the pin: %+v", s)
	}
	var refused *ControlError
	if _, err := h.control.Swap(ctx, "greet", guest(t, "greet-as.wasm")); !errors.As(err, &refused) || refused.Code != "refused" {
		t.Errorf("a swap of what is pinned: %v", err)
	}
	h.write("greet.wasm", "no module at all")
	if err := h.end(); err != nil {
		t.Fatal(err)
	}

	again := &harness{t: t, dir: h.dir, log: h.log, done: make(chan error, 1)}
	again.start()
	if s := again.status("greet"); s.Version != second || s.Pinned != second {
		t.Errorf("after a restart: %+v", s)
	}
	if status, body := again.call("/call/greet/echo", "still here"); status != 200 || body != "still here" {
		t.Errorf("%d %s", status, body)
	}
	again.write("greet.wasm", string(guest(t, "greet-c.wasm")))
	if _, err := again.control.Do(ctx, "greet", "unpin", Request{}); err != nil {
		t.Fatal(err)
	}
	again.until("the file is in use again", func() bool { s := again.status("greet"); return s.Version == first && s.Pinned == "" })
}

// TestWatched: a file that is replaced is a new version; one that is broken is not.
func TestWatched(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	first := h.status("greet").Version
	h.write("greet.wasm", "broken")
	h.until("the broken file is noted", func() bool {
		events := h.status("greet").Events
		return len(events) > 0 && events[len(events)-1].Kind == "swap failed"
	})
	if s := h.status("greet"); s.Version != first {
		t.Errorf("%+v", s)
	}
	h.write("greet.wasm", string(guest(t, "greet-rust.wasm")))
	h.until("the good file is in use", func() bool { return h.status("greet").Version != first })
}

func TestDrainedPlugin(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	if _, err := h.control.Do(t.Context(), "greet", "drain", Request{}); err != nil {
		t.Fatal(err)
	}
	if status, body := h.call("/call/greet/echo", ""); status != 503 || !strings.Contains(body, "drained") {
		t.Errorf("%d %s", status, body)
	}
	if _, err := h.control.Do(t.Context(), "greet", "reload", Request{}); err != nil {
		t.Fatal(err)
	}
	if status, _ := h.call("/call/greet/echo", ""); status != 200 {
		t.Errorf("%d", status)
	}
}

// TestDrain: the server ends when it is told to, and the call in flight with it.
func TestDrain(t *testing.T) {
	const toml = socketServer + "[plugin.spin]\nfile = 'spin.wasm'\nlimits.timeout = '3s'\n"
	h := newHarness(t, toml, map[string]string{"spin.wasm": "spin.wasm"}).start()
	answered := make(chan int, 1)
	call := func() {
		status, _ := h.call("/call/spin/spin", "")
		answered <- status
	}
	go call()
	h.until("a call runs", func() bool {
		select {
		case <-answered: // before anybody looked
			go call()
		default:
		}
		return h.status("spin").InUse == 1
	})
	if err := h.control.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.until("it is not ready", func() bool {
		text, status, err := h.control.Get(t.Context(), "/readyz")
		return err != nil || status == 503 && strings.Contains(text, "draining")
	})
	if status := <-answered; status != 504 {
		t.Errorf("the call in flight ends with %d", status)
	}
	if err := h.end(); err != nil {
		t.Error(err)
	}
	if _, err := h.control.Plugins(t.Context()); !errors.Is(err, ErrNoServer) {
		t.Errorf("after the end: %v", err)
	}
}

// TestLastAnswer: a command that the server works on when it ends is answered.
func TestLastAnswer(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	conn, err := new(net.Dialer).DialContext(t.Context(), "unix", h.server.Config.Server.Control.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const head = "POST /v1/plugins/greet/drain HTTP/1.1\r\nHost: patchbay\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
	if _, err := io.WriteString(conn, head); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("the command is begun with %q, error %v", line, err)
	}
	h.stop()
	h.until("no other command is taken", func() bool {
		_, err := h.control.Plugins(t.Context())
		return errors.Is(err, ErrNoServer)
	})
	if _, err := io.WriteString(conn, "{}"); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(answers)
	if err != nil || !bytes.Contains(rest, []byte("HTTP/1.1 200 OK\r\n")) {
		t.Errorf("answer %q, error %v", rest, err)
	}
}

// TestNoAnswer: a server that ends before it answers is not there any more, whether
// it has read the question or not.
func TestNoAnswer(t *testing.T) {
	for name, read := range map[string]bool{"read": true, "unread": false} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "bay") // the path of a socket is short
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			socket := filepath.Join(dir, "s")
			listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			var served sync.WaitGroup
			served.Go(func() {
				conn, err := listener.Accept()
				if err != nil {
					t.Error(err)
					return
				}
				if read {
					_, _ = bufio.NewReader(conn).ReadString('}')
				}
				conn.Close()
			})
			if _, err := NewClient(socket).Do(t.Context(), "greet", "pin", Request{}); !errors.Is(err, ErrNoServer) || !strings.Contains(err.Error(), socket) {
				t.Errorf("got %v", err)
			}
			served.Wait()
		})
	}
}

func TestVerbErrors(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	ctx := t.Context()
	var refused *ControlError
	if _, err := h.control.Do(ctx, "gret", "reload", Request{}); !errors.As(err, &refused) || !strings.Contains(err.Error(), `did you mean "greet"?`) {
		t.Errorf("%v", err)
	}
	if _, err := h.control.Do(ctx, "greet", "explode", Request{}); !errors.As(err, &refused) || !strings.Contains(err.Error(), "there are swap, pin") {
		t.Errorf("%v", err)
	}
	if _, err := h.control.Swap(ctx, "greet", nil); !errors.As(err, &refused) {
		t.Errorf("%v", err)
	}
	if _, err := h.control.Do(ctx, "greet", "pin", Request{Version: "ffff"}); !errors.As(err, &refused) {
		t.Errorf("%v", err)
	}
	if _, err := h.control.Do(ctx, "greet", "rollback", Request{}); !errors.As(err, &refused) {
		t.Errorf("%v", err)
	}
}

// TestReload reads the configuration again: what is wrong changes nothing.
func TestReload(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm", "other.wasm": "greet-rust.wasm"}).start()
	ctx := t.Context()
	change, err := h.control.Reload(ctx)
	if diff := cmp.Diff(Change{Added: []string{}, Removed: []string{}, Changed: []string{}, Restart: []string{}}, change); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for _, bad := range []struct{ toml, want string }{
		{oneGreet + "[plugin.other]\nfle = 'x'\n", `unknown key "fle"; did you mean "file"?`},
		{oneGreet + "[plugin.other]\nfile = 'none.wasm'\n", "none.wasm"},
		{strings.Replace(oneGreet, "'echo'", "'deny'", 1) + "[plugin.other]\nfile = 'patchbay.toml'\n", "looks like text"},
	} {
		h.write("patchbay.toml", bad.toml)
		if _, err := h.control.Reload(ctx); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("got %v, want %s", err, bad.want)
		}
		if status, body := h.call("/call/greet/greet", `{"name":"Ada"}`); status != 200 {
			t.Errorf("%d %s", status, body)
		}
		if status, _ := h.call("/call/other/echo", ""); status != 404 {
			t.Errorf("the other plugin is there: %d", status)
		}
	}
	h.write("patchbay.toml", strings.Replace(oneGreet, "'echo'", "'deny'", 1)+"drain = '2s'\n"+"[plugin.other]\nfile = 'other.wasm'\n")
	if _, err := h.control.Reload(ctx); err == nil {
		t.Error("drain is no key of a plugin")
	}
	h.write("patchbay.toml", strings.Replace(oneGreet, "'echo'", "'deny'", 1)+"[plugin.other]\nfile = 'other.wasm'\n[engine]\nmode = 'interpreter'\n")
	change, err = h.control.Reload(ctx)
	if diff := cmp.Diff(Change{Added: []string{"other"}, Removed: []string{}, Changed: []string{"greet"}, Restart: []string{"engine"}}, change); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if status, body := h.call("/call/greet/greet", `{"name":"Ada"}`); status != 422 || !strings.Contains(body, "denied") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := h.call("/call/other/echo", ""); status != 200 {
		t.Errorf("%d", status)
	}
	h.write("patchbay.toml", socketServer+"[plugin.other]\nfile = 'other.wasm'\n")
	if _, err = h.control.Reload(ctx); err != nil {
		t.Error(err)
	}
	if status, _ := h.call("/call/greet/echo", ""); status != 404 {
		t.Errorf("%d", status)
	}
}

// TestReloadIsWhole: a reload whose caller goes away meanwhile comes to its end. What
// is not served any more is gone, and may come back.
func TestReloadIsWhole(t *testing.T) {
	const spin = "[plugin.spin]\nfile = 'spin.wasm'\nlimits.timeout = '1s'\n"
	h := newHarness(t, oneGreet+spin, map[string]string{"greet.wasm": "greet-c.wasm", "spin.wasm": "spin.wasm"}).start()
	inFlight := make(chan struct{})
	go func() { defer close(inFlight); h.call("/call/spin/spin", "") }()
	h.until("a call runs", func() bool { s := h.status("spin"); return s.InUse+int(s.Calls) > 0 })
	h.write("patchbay.toml", oneGreet)
	ctx, cancel := context.WithCancel(t.Context())
	reloaded := make(chan error, 1)
	go func() {
		_, err := h.server.Reload(ctx)
		reloaded <- err
	}()
	h.until("it is not served any more", func() bool { status, _ := h.call("/call/spin/none", ""); return status == 404 })
	cancel() // while the call in flight is waited for
	if err := <-reloaded; err != nil {
		t.Error(err)
	}
	<-inFlight
	h.write("patchbay.toml", oneGreet+spin)
	if change, err := h.server.Reload(t.Context()); err != nil || len(change.Added) != 1 {
		t.Errorf("%+v, %v", change, err)
	}
	if s := h.status("spin"); s.State != "up" {
		t.Errorf("%+v", s)
	}
}

// TestStartErrors: what cannot be served is an error, and nothing stays behind.
func TestStartErrors(t *testing.T) {
	for _, test := range []struct{ name, toml, want string }{
		{"no file", socketServer + "[plugin.x]\nfile = 'none.wasm'\n", "none.wasm"},
		{"no module", socketServer + "[plugin.x]\nfile = 'patchbay.toml'\n", "looks like text"},
		{"another digest", socketServer + "[plugin.x]\nfile = 'greet.wasm'\nsha256 = '" + strings.Repeat("00", 32) + "'\n", "digest"},
		{"no folder", socketServer + "[plugin.x]\nfile = 'greet.wasm'\ndir = [{ host = 'none' }]\n", "plugin x: open"},
		{"no site", socketServer + "[plugin.x]\nfile = 'greet.wasm'\n[gateway.g]\nlisten = '127.0.0.1:0'\nfilter = 'x'\nfiles = 'none'\n", "gateway g"},
		{"no socket", "[server]\nlisten = 'unix:patchbay.toml'\n", "exists and is no socket"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHarness(t, test.toml, map[string]string{"greet.wasm": "greet-c.wasm"})
			if err := h.tryStart(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if _, err := os.Stat(filepath.Join(h.dir, ".patchbay", "control.sock")); err == nil {
				t.Error("the control socket is still there")
			}
		})
	}
}

// TestTwoServers: the second one in a folder is told so, whatever doors it has, and
// waits for the end of the first.
func TestTwoServers(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	other := &harness{t: t, dir: h.dir, log: &logBuffer{}, done: make(chan error, 1)}
	other.write("patchbay.toml", strings.Replace(oneGreet, "calls.sock", "others.sock", 1))
	if err := other.tryStart(); err == nil || !strings.Contains(err.Error(), "another server uses it") {
		t.Errorf("got %v", err)
	}
	if status, _ := h.call("/call/greet/echo", ""); status != 200 {
		t.Errorf("the first one: %d", status)
	}
	if err := h.end(); err != nil {
		t.Fatal(err)
	}
	other.start()
}

// TestMetrics holds the metrics to those that docs/serve.md promises.
func TestMetrics(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	h.call("/call/greet/echo", "x")
	h.call("/call/greet/fail", "x")
	h.call("/call/greet/made-up", "x")
	text, status, err := h.control.Get(t.Context(), "/metrics")
	if err != nil || status != 200 {
		t.Fatal(status, err)
	}
	for _, want := range []string{
		`patchbay_plugin_calls_total{function="echo",outcome="ok",plugin="greet",version="`,
		`patchbay_plugin_calls_total{function="other",outcome="guest_error",plugin="greet",version="`,
		`patchbay_plugin_up{plugin="greet"} 1`,
		`patchbay_plugin_instances{plugin="greet",state="idle"} 1`,
		`patchbay_plugin_reloads_total{plugin="greet",result="rolled_back"} 0`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s", want)
		}
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "serve.md"))
	if err != nil {
		t.Fatal(err)
	}
	promised := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(patchbay_\\w+)` \\| (\\w+) \\|").FindAllStringSubmatch(string(page), -1) {
		promised[m[1]] = m[2]
	}
	there := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (patchbay_\w+) (\w+)$`).FindAllStringSubmatch(text, -1) {
		there[m[1]] = m[2]
	}
	if diff := cmp.Diff(promised, there); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(text, "made-up") {
		t.Error("a caller makes labels")
	}
}

// TestManyVersions: labels of versions do not pile up.
func TestManyVersions(t *testing.T) {
	h := newHarness(t, oneGreet, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	for i := range 3 * mostVersions {
		version := strings.Repeat(string(rune('a'+i%26)), 3+i/26)
		h.server.metrics.used("greet", version)
		h.server.metrics.calls.WithLabelValues("greet", version, "echo", "ok").Inc()
	}
	text, _, err := h.control.Get(t.Context(), "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text, "patchbay_plugin_calls_total{"); n != mostVersions {
		t.Errorf("%d versions have labels", n)
	}
}
