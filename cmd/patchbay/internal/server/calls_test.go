package server

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const greetAndSpin = socketServer + `max_body = "1KiB"
[plugin.greet]
file = "greet.wasm"
host_calls = "echo"
[plugin.spin]
file = "spin.wasm"
limits.timeout = "300ms"
pool = { size = 1, queue = 0 }
circuit.row = -1
circuit.least = 1000
[plugin.faults]
file = "faults.wasm"
[plugin.closed]
file = "greet.wasm"
on_failure = "closed"
`

// TestCalls holds the answers to the table in docs/serve.md.
func TestCalls(t *testing.T) {
	h := newHarness(t, greetAndSpin, map[string]string{"greet.wasm": "greet-c.wasm", "spin.wasm": "spin.wasm", "faults.wasm": "faults.wasm"}).start()
	if _, err := h.control.Do(t.Context(), "closed", "drain", Request{}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path, payload string
		headers             []string
		status              int
		want                string // the body, or its code
	}{
		{"reply", "/call/greet/echo", "hello", nil, 200, "hello"},
		{"empty", "/call/greet/echo", "", nil, 200, ""},
		{"host call", "/call/greet/greet", `{"name":"Ada"}`, nil, 200, `{"greeting":"Hello, Ada!"}`},
		{"guest's error", "/call/greet/fail", "sorry", nil, 422, "guest_error"},
		{"operation with a slash", "/call/greet/a/b%2Fc", "", nil, 422, "guest_error"},
		{"no plugin", "/call/gret/echo", "", nil, 404, "not_found"},
		{"no path", "/", "", nil, 404, "not_found"},
		{"too large", "/call/greet/echo", strings.Repeat("x", 1025), nil, 413, "too_large"},
		{"trap", "/call/faults/unreachable", "", nil, 502, "trap"},
		{"deadline of the plugin", "/call/spin/spin", "", nil, 504, "deadline"},
		{"deadline of the caller", "/call/spin/spin", "", []string{timeoutHeader, "20ms"}, 504, "deadline"},
		{"no duration", "/call/greet/echo", "", []string{timeoutHeader, "soon"}, 400, "bad_request"},
		{"drained", "/call/closed/echo", "", nil, 503, "unavailable"},
		{"foreign page", "/call/greet/echo", "", []string{"Origin", "https://evil.example"}, 403, "forbidden"},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, body := h.call(test.path, test.payload, test.headers...)
			if status != test.status {
				t.Errorf("status %d, want %d: %s", status, test.status, body)
			}
			var failed struct{ Error problem }
			if status != 200 {
				if err := json.Unmarshal([]byte(body), &failed); err != nil || failed.Error.Message == "" {
					t.Errorf("%v: %s", err, body)
				}
				body = failed.Error.Code
			}
			if body != test.want {
				t.Errorf("got %q, want %q (%s)", body, test.want, failed.Error.Message)
			}
			if status == 502 && (failed.Error.Trap == "" || len(failed.Error.Frames) == 0) {
				t.Errorf("it does not say where: %+v", failed.Error)
			}
		})
	}
	if status, _, header := h.do(http.MethodGet, "/call/greet/echo", ""); status != 405 || header.Get("Allow") != "POST" {
		t.Errorf("GET: %d, %v", status, header)
	}
	if _, _, header := h.do(http.MethodPost, "/call/greet/echo", "{}", "Content-Type", "application/json; charset=utf-8"); header.Get("Content-Type") != "application/json" {
		t.Errorf("the type of JSON: %v", header)
	}
	if _, _, header := h.do(http.MethodPost, "/call/greet/echo", "<script>", "Content-Type", "text/html"); header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("the type of what a browser would run: %v", header)
	}
}

// TestOverload: one call runs, and there is no queue for another one.
func TestOverload(t *testing.T) {
	h := newHarness(t, greetAndSpin, map[string]string{"greet.wasm": "greet-c.wasm", "spin.wasm": "spin.wasm", "faults.wasm": "faults.wasm"}).start()
	h.until("one call of two at once is refused", func() bool {
		first := make(chan struct{})
		go func() { defer close(first); h.call("/call/spin/spin", "") }()
		time.Sleep(20 * time.Millisecond) // most times the first one runs then
		status, body, header := h.do(http.MethodPost, "/call/spin/spin", "")
		<-first
		return status == 503 && strings.Contains(body, "overloaded") && header.Get("Retry-After") != ""
	})
}

func TestGuard(t *testing.T) {
	const toml = "[server]\nlisten = '127.0.0.1:0'\nhosts = ['plugins.example']\norigins = ['https://pages.example']\n[plugin.greet]\nfile = 'greet.wasm'\n"
	h := newHarness(t, toml, map[string]string{"greet.wasm": "greet-c.wasm"}).start()
	secret, err := os.ReadFile(filepath.Join(h.dir, ".patchbay", "token"))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(h.dir, ".patchbay", "token")); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read the token: %v, %v", info.Mode(), err)
	}
	bearer := "Bearer " + strings.TrimSpace(string(secret))
	for _, test := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"token", []string{"Authorization", bearer}, 200},
		{"scheme in lower case", []string{"Authorization", "bearer" + bearer[6:]}, 200},
		{"no token", nil, 401},
		{"another token", []string{"Authorization", bearer + "x"}, 401},
		{"part of the token", []string{"Authorization", bearer[:20]}, 401},
		{"empty token", []string{"Authorization", "Bearer "}, 401},
		{"another scheme", []string{"Authorization", "Basic" + bearer[6:]}, 401},
		{"known host", []string{"Authorization", bearer, "Host", "plugins.example:8077"}, 200},
		{"address", []string{"Authorization", bearer, "Host", "127.0.0.1:1"}, 200},
		{"IPv6", []string{"Authorization", bearer, "Host", "[::1]:8077"}, 200},
		{"rebound name", []string{"Authorization", bearer, "Host", "evil.example"}, 403},
		{"another address", []string{"Authorization", bearer, "Host", "192.0.2.1"}, 403},
		{"like the loopback", []string{"Authorization", bearer, "Host", "localhost.evil.example"}, 403},
		{"page", []string{"Authorization", bearer, "Origin", "https://pages.example"}, 200},
		{"foreign page", []string{"Authorization", bearer, "Origin", "https://evil.example"}, 403},
		{"page of no origin", []string{"Authorization", bearer, "Origin", "null"}, 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			if status, body := h.call("/call/greet/echo", "x", test.headers...); status != test.status {
				t.Errorf("status %d, want %d: %s", status, test.status, body)
			}
		})
	}
	status, _, header := h.do(http.MethodOptions, "/call/greet/echo", "", "Origin", "https://pages.example")
	if status != 204 || header.Get("Access-Control-Allow-Origin") != "https://pages.example" {
		t.Errorf("preflight: %d %v", status, header)
	}
}

// TestToken: a token that somebody gave is asked for, also on a socket; one that
// is too short is no token.
func TestToken(t *testing.T) {
	const toml = socketServer + "token_file = 'secret'\n[plugin.greet]\nfile = 'greet.wasm'\n"
	h := newHarness(t, toml, map[string]string{"greet.wasm": "greet-c.wasm"})
	if err := h.tryStart(); err == nil || !strings.Contains(err.Error(), "token file") {
		t.Errorf("without the file: %v", err)
	}
	h.write("secret", "short\n")
	if err := h.tryStart(); err == nil || !strings.Contains(err.Error(), "16 characters") {
		t.Errorf("a short one: %v", err)
	}
	h.write("secret", "a-token-that-is-long-enough\n")
	h.start()
	if status, _ := h.call("/call/greet/echo", ""); status != 401 {
		t.Errorf("without the token: %d", status)
	}
	if status, _ := h.call("/call/greet/echo", "", "Authorization", "Bearer a-token-that-is-long-enough"); status != 200 {
		t.Errorf("with the token: %d", status)
	}
}

// FuzzHost: only the loopback and the names that were given are this server's.
func FuzzHost(f *testing.F) {
	for _, host := range []string{"localhost", "127.0.0.1:80", "[::1]:80", "::1", "plugins.example", "evil.example:127.0.0.1", "127.0.0.1.evil.example", ""} {
		f.Add(host)
	}
	g := &guard{hosts: []string{"plugins.example"}}
	f.Fuzz(func(t *testing.T, host string) {
		if !g.isHost(host) {
			return
		}
		lower := strings.ToLower(host)
		for _, known := range []string{"localhost", "plugins.example", "127.", "::1", "::ffff:127.", "0:"} {
			if strings.HasPrefix(strings.TrimLeft(lower, "["), known) || strings.Contains(lower, ":") {
				return
			}
		}
		t.Errorf("%q is taken for this server", host)
	})
}
