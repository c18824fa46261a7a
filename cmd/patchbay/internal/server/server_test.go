package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/config"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/plugin"
)

// patience is how long tests wait for what must come.
const patience = 5 * time.Minute

// A harness is a server that runs until its test ends.
type harness struct {
	t       *testing.T
	dir     string
	server  *Server
	control *Client
	client  http.Client // of the calls
	log     *logBuffer
	// where it is to be reached
	listening Listening
	stop      context.CancelFunc
	done      chan error
}

// logBuffer is safe for concurrent use.
type logBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// guest returns a guest of the examples.
func guest(t *testing.T, name string) []byte {
	t.Helper()
	binary, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "examples", "guests", name))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// newHarness makes a folder with guests as files, by the names of the map, and a
// patchbay.toml.
func newHarness(t *testing.T, toml string, guests map[string]string) *harness {
	t.Helper()
	dir, err := os.MkdirTemp("", "bay") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	h := &harness{t: t, dir: dir, log: &logBuffer{}, done: make(chan error, 1)}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	for file, name := range guests {
		h.write(file, string(guest(t, name)))
	}
	h.write(config.File, toml)
	return h
}

func (h *harness) write(name, content string) {
	h.t.Helper()
	stage := filepath.Join(h.dir, ".stage")
	if err := os.WriteFile(stage, []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Rename(stage, filepath.Join(h.dir, name)); err != nil {
		h.t.Fatal(err)
	}
}

const socketServer = "[server]\nlisten = 'unix:calls.sock'\n"

// start runs the server; it is up when start returns.
func (h *harness) start() *harness {
	h.t.Helper()
	if err := h.tryStart(); err != nil {
		h.t.Fatalf("%v\n%s", err, h.log)
	}
	h.t.Cleanup(func() {
		if err := h.end(); err != nil {
			h.t.Errorf("the server ended with %v", err)
		}
	})
	return h
}

func (h *harness) tryStart() error {
	h.t.Helper()
	ctx := context.Background()
	read := func() (*config.Config, error) { return config.Read(filepath.Join(h.dir, config.File)) }
	c, err := read()
	if err != nil {
		return err
	}
	eng, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		return err
	}
	h.t.Cleanup(func() { _ = eng.Close(ctx) })
	hosts, err := plugin.NewHosts(ctx, eng)
	if err != nil {
		return err
	}
	h.server = &Server{
		Config: c, Reread: read, Hosts: hosts, Version: "test", Getenv: func(string) string { return "" },
		Logger: slog.New(slog.NewTextHandler(h.log, nil)),
	}
	ctx, h.stop = context.WithCancel(ctx)
	up := make(chan Listening, 1)
	go func() { h.done <- h.server.Run(ctx, func(l Listening) { up <- l }) }()
	select {
	case l := <-up:
		h.connect(l)
		return nil
	case err := <-h.done:
		return err
	case <-time.After(patience):
		return errors.New("the server does not start")
	}
}

func (h *harness) connect(l Listening) {
	h.listening = l
	h.control = NewClient(h.server.Config.Server.Control.Address)
	address := h.server.Config.Server.Listen
	if address.Network == "tcp" {
		address.Address = l.Calls
	}
	h.client = http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, address.Network, address.Address)
		},
	}}
	h.t.Cleanup(h.client.CloseIdleConnections)
}

// end ends the server, once.
func (h *harness) end() error {
	h.stop()
	select {
	case err := <-h.done:
		h.done <- err
		return err
	case <-time.After(patience):
		return errors.New("the server does not end")
	}
}

// call makes a call and returns the status and the body.
func (h *harness) call(path, payload string, headers ...string) (int, string) {
	h.t.Helper()
	status, body, _ := h.do(http.MethodPost, path, payload, headers...)
	return status, body
}

func (h *harness) do(method, path, payload string, headers ...string) (int, string, http.Header) {
	h.t.Helper()
	request, err := http.NewRequest(method, "http://localhost"+path, strings.NewReader(payload))
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	response, err := h.client.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, string(body), response.Header
}

func (h *harness) status(name string) Status {
	h.t.Helper()
	statuses, err := h.control.Plugins(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, s := range statuses {
		if s.Name == name {
			return s
		}
	}
	h.t.Fatalf("there is no plugin %s: %+v", name, statuses)
	return Status{}
}

// until waits for something to become true.
func (h *harness) until(what string, true func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if true() {
			return
		}
	}
	h.t.Fatalf("%s: not within %v\n%s", what, patience, h.log)
}
