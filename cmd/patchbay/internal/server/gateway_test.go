package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// get makes a request at an address.
func get(t *testing.T, url string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// TestGateway sends requests through the filter of examples/gateway to a server
// behind it, and to files.
func TestGateway(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("X-User")+" "+r.URL.RequestURI()+" "+r.Header.Get("X-Api-Key")+" "+r.Header.Get("X-Forwarded-For"))
	}))
	defer upstream.Close()
	toml := socketServer + "health = '127.0.0.1:0'\n[plugin.filter]\nfile = 'filter.wasm'\n[plugin.greet]\nfile = 'greet.wasm'\n" +
		"[gateway.proxy]\nlisten = '127.0.0.1:0'\nfilter = 'filter'\ntimeout = '1m'\nupstream = '" + upstream.URL + "/base'\n" +
		"[gateway.files]\nlisten = '127.0.0.1:0'\nfilter = 'filter'\ntimeout = '1m'\nfiles = 'site'\n" +
		"[gateway.gone]\nlisten = '127.0.0.1:0'\nfilter = 'filter'\ntimeout = '1m'\nupstream = 'http://127.0.0.1:1'\n"
	h := newHarness(t, toml, map[string]string{"greet.wasm": "greet-c.wasm"})
	filter, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "examples", "gateway", "filter.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	h.write("filter.wasm", string(filter))
	if err := os.Mkdir(filepath.Join(h.dir, "site"), 0o700); err != nil {
		t.Fatal(err)
	}
	h.write("site/page.txt", "a page")
	h.write("secret.txt", "not a page")
	h.start()
	at := h.listening
	for _, test := range []struct {
		name, url string
		headers   []string
		status    int
		body      string
	}{
		{"passes", "http://" + at.Gateways["proxy"] + "/x?q=1", []string{"X-API-Key", "key-of-ada"}, 200, "ada /base/x?q=1  127.0.0.1"},
		{"forged address", "http://" + at.Gateways["proxy"] + "/", []string{"X-Forwarded-For", "192.0.2.1"}, 200, "nobody /base/  127.0.0.1"},
		{"refused", "http://" + at.Gateways["proxy"] + "/members/", nil, 401, "members show their API key\n"},
		{"file", "http://" + at.Gateways["files"] + "/page.txt", nil, 200, "a page"},
		{"file outside", "http://" + at.Gateways["files"] + "/../secret.txt", nil, 404, ""},
		{"nobody behind", "http://" + at.Gateways["gone"] + "/", nil, 502, ""},
		{"live", "http://" + at.Health + "/livez", nil, 200, "ok\n"},
		{"ready", "http://" + at.Health + "/readyz", nil, 200, "ok\n"},
		{"no commands", "http://" + at.Health + "/v1/plugins", nil, 404, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, body := get(t, test.url, test.headers...)
			if status != test.status || test.body != "" && body != test.body {
				t.Errorf("got %d %q, want %d %q", status, body, test.status, test.body)
			}
		})
	}
	if status, text := get(t, "http://"+at.Health+"/metrics"); status != 200 || !strings.Contains(text, `patchbay_plugin_up{plugin="filter"} 1`) {
		t.Errorf("metrics: %d", status)
	}
	h.write("patchbay.toml", socketServer+"[plugin.greet]\nfile = 'greet.wasm'\n")
	if _, err := h.control.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "gateway files needs it") {
		t.Errorf("a filter is taken away: %v", err)
	}
	http.DefaultClient.CloseIdleConnections()
}
