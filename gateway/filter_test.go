package gateway_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/gateway"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/worker"
)

// caller is a plugin that is a function.
type caller func(ctx context.Context, operation string, payload []byte) ([]byte, error)

func (caller) Name() string { return "filter" }

func (c caller) Call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	return c(ctx, operation, payload)
}

func answers(reply string) caller {
	return func(context.Context, string, []byte) ([]byte, error) { return []byte(reply), nil }
}

func fails(err error) caller {
	return func(context.Context, string, []byte) ([]byte, error) { return nil, err }
}

// echo answers with the request as it arrives.
func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, r.Method+" "+r.URL.RequestURI()+"\n")
	for _, name := range []string{"X-User", "Authorization", gateway.SkippedHeader} {
		if value := r.Header.Get(name); value != "" {
			_, _ = io.WriteString(w, name+": "+value+"\n")
		}
	}
	if body, err := io.ReadAll(r.Body); err != nil {
		_, _ = io.WriteString(w, err.Error())
	} else {
		_, _ = w.Write(body)
	}
}

func ask(c caller, r *http.Request) *httptest.ResponseRecorder {
	f := &gateway.Filter{Plugin: c, Next: http.HandlerFunc(echo), MaxBody: 10, Logger: slog.New(slog.DiscardHandler)}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

func TestVerdicts(t *testing.T) {
	for _, test := range []struct {
		name, reply string
		status      int
		body        string
	}{
		{"nothing", "", 200, "GET /a%2Fb?x=1\nAuthorization: secret\n"},
		{"empty", "{}", 200, "GET /a%2Fb?x=1\nAuthorization: secret\n"},
		{"set and remove", `{"set":{"x-user":"ada"},"remove":["authorization"]}`, 200, "GET /a%2Fb?x=1\nX-User: ada\n"},
		{"path", `{"path":"/other path"}`, 200, "GET /other%20path?x=1\nAuthorization: secret\n"},
		{"answer", `{"status":403,"headers":{"x-why":"key"},"body":"no"}`, 403, "no"},

		{"no JSON", `yes`, 502, ""},
		{"two", `{} {}`, 502, ""},
		{"unknown", `{"allow":true}`, 502, ""},
		{"both", `{"status":403,"path":"/x"}`, 502, ""},
		{"a body alone", `{"body":"x"}`, 502, ""},
		{"status", `{"status":101}`, 502, ""},
		{"status", `{"status":999}`, 502, ""},
		{"path of another host", `{"path":"//evil.example/"}`, 502, ""},
		{"relative path", `{"path":"x"}`, 502, ""},
		{"split header", `{"set":{"x-user":"ada\r\nx-admin: 1"}}`, 502, ""},
		{"framing", `{"set":{"Transfer-Encoding":"chunked"}}`, 502, ""},
		{"framing", `{"remove":["content-length"]}`, 502, ""},
		{"name", `{"status":200,"headers":{"x y":""}}`, 502, ""},
		{"mark", `{"set":{"patchbay-skipped":"me"}}`, 502, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/a%2Fb?x=1", nil)
			r.Header.Set("Authorization", "secret")
			r.Header.Set(gateway.SkippedHeader, "forged")
			w := ask(answers(test.reply), r)
			if w.Code != test.status {
				t.Errorf("status %d, want %d: %s", w.Code, test.status, w.Body)
			}
			if test.body != "" {
				if diff := cmp.Diff(test.body, w.Body.String()); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestDescription(t *testing.T) {
	var operation, payload string
	c := caller(func(_ context.Context, o string, p []byte) ([]byte, error) {
		operation, payload = o, string(p)
		return nil, nil
	})
	r := httptest.NewRequest("POST", "http://example.org/a%20b?q=1", strings.NewReader("body"))
	r.Header.Add("X-Key", "one")
	r.Header.Add("X-Key", "two")
	r.RemoteAddr = "203.0.113.9:1234"
	if w := ask(c, r); w.Code != 200 || !strings.HasSuffix(w.Body.String(), "body") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	const want = `{"method":"POST","path":"/a b","query":"q=1","host":"example.org","remote":"203.0.113.9","headers":{"x-key":"one, two"}}`
	if operation != "http.request" || payload != want {
		t.Errorf("%s %s", operation, payload)
	}
	r = httptest.NewRequest("GET", "/%ff", nil)
	if w := ask(c, r); w.Code != http.StatusBadRequest {
		t.Errorf("a path that is not UTF-8: %d", w.Code)
	}
	r = httptest.NewRequest("POST", "/", strings.NewReader("more than ten bytes"))
	if w := ask(c, r); !strings.Contains(w.Body.String(), "too large") {
		t.Errorf("a long body: %s", w.Body)
	}
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		status int
	}{
		{"the guest's error", errors.New("guest error: no"), 502},
		{"deadline", context.DeadlineExceeded, 504},
		{"stopped", &engine.Trap{Kind: engine.Deadline}, 504},
		{"overloaded", plugin.ErrOverloaded, 503},
		{"closed", plugin.ErrClosed, 503},
		{"down", worker.ErrDown, 503},
		{"skipped", worker.ErrSkipped, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := ask(fails(test.err), httptest.NewRequest("GET", "/", nil))
			if w.Code != test.status {
				t.Errorf("status %d, want %d", w.Code, test.status)
			}
			if strings.Contains(w.Body.String(), "guest error") {
				t.Errorf("it tells why: %s", w.Body)
			}
			if skipped := strings.Contains(w.Body.String(), gateway.SkippedHeader+": filter"); skipped != (test.status == 200) {
				t.Errorf("got %s", w.Body)
			}
		})
	}
}

// TestTrapsAreTriedAgain: a request outlives a version that traps.
func TestTrapsAreTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := caller(func(context.Context, string, []byte) ([]byte, error) {
			if tries++; tries <= 5 {
				return nil, &engine.Trap{Kind: engine.Unreachable}
			}
			return nil, nil
		})
		began := time.Now()
		if w := ask(c, httptest.NewRequest("GET", "/", nil)); w.Code != 200 || tries != 6 {
			t.Errorf("%d after %d tries", w.Code, tries)
		}
		if took := time.Since(began); took != 31*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		began = time.Now()
		if w := ask(fails(&engine.Trap{Kind: engine.Unreachable}), httptest.NewRequest("GET", "/", nil)); w.Code != 502 {
			t.Errorf("%d", w.Code)
		}
		if took := time.Since(began); took != gateway.DefaultTimeout {
			t.Errorf("it took %v", took)
		}
	})
}

func FuzzVerdict(f *testing.F) {
	for _, reply := range []string{"", `{"set":{"x-user":"ada"},"remove":["authorization"],"path":"/x"}`, `{"status":403,"headers":{"a":"b"},"body":"no"}`} {
		f.Add(reply)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		w := ask(answers(reply), httptest.NewRequest("GET", "/", nil))
		if w.Code < 200 || w.Code > 599 {
			t.Errorf("status %d", w.Code)
		}
		for name, values := range w.Header() {
			if strings.ContainsAny(name+strings.Join(values, ""), "\r\n") {
				t.Errorf("%q: %q", name, values)
			}
		}
	})
}
