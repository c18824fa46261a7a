package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

// A Client talks to the control socket of a server.
type Client struct {
	socket string
	http   http.Client
}

// NewClient returns a client of the socket at a path.
func NewClient(socket string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", socket)
	}
	return &Client{socket: socket, http: http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// A ControlError is why a server did not do what it was asked.
type ControlError struct {
	Code    string // "not_found", "refused" or "bad_request"
	Message string
}

// Error returns the server's words.
func (e *ControlError) Error() string { return e.Message }

// ErrNoServer is the error of talking to a server that is not there.
var ErrNoServer = errors.New("no server is there")

// Plugins returns what the plugins are doing.
func (c *Client) Plugins(ctx context.Context) (statuses []Status, err error) {
	return statuses, c.do(ctx, http.MethodGet, "/v1/plugins", nil, &statuses)
}

// Swap makes a module the version in use of a plugin.
func (c *Client) Swap(ctx context.Context, plugin string, module []byte) (answer Answer, err error) {
	return answer, c.do(ctx, http.MethodPost, "/v1/plugins/"+url.PathEscape(plugin)+"/swap", module, &answer)
}

// Do does a verb other than swap to a plugin.
func (c *Client) Do(ctx context.Context, plugin, verb string, request Request) (answer Answer, err error) {
	body, err := json.Marshal(request)
	if err != nil {
		return answer, err
	}
	return answer, c.do(ctx, http.MethodPost, "/v1/plugins/"+url.PathEscape(plugin)+"/"+verb, body, &answer)
}

// Reload has the server read its configuration again.
func (c *Client) Reload(ctx context.Context) (change Change, err error) {
	return change, c.do(ctx, http.MethodPost, "/v1/reload", nil, &change)
}

// Drain has the server end.
func (c *Client) Drain(ctx context.Context) error {
	return c.do(ctx, http.MethodPost, "/v1/drain", nil, &Answer{})
}

// Get returns the text at a path of the control, such as /metrics, with its
// status.
func (c *Client) Get(ctx context.Context, path string) (string, int, error) {
	response, err := c.send(ctx, http.MethodGet, path, nil)
	if err != nil {
		return "", 0, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), response.StatusCode, err
}

func (c *Client) send(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	var answered atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { answered.Store(true) }})
	request, err := http.NewRequestWithContext(traced, method, "http://patchbay"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	switch op, ok := errors.AsType[*net.OpError](err); {
	case ok && op.Op == "dial":
		return nil, fmt.Errorf("%s: %w: %w", c.socket, ErrNoServer, op.Err)
	case err != nil && !answered.Load() && ctx.Err() == nil:
		return nil, fmt.Errorf("%s: %w: it ended before it answered", c.socket, ErrNoServer)
	}
	return response, err
}

func (c *Client) do(ctx context.Context, method, path string, body []byte, into any) error {
	response, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		if err := json.NewDecoder(response.Body).Decode(into); err != nil {
			return fmt.Errorf("%s: the server's answer: %w", c.socket, err)
		}
		return nil
	}
	var failed struct {
		Error problem `json:"error"`
	}
	if err := json.NewDecoder(response.Body).Decode(&failed); err != nil || failed.Error.Code == "" {
		return fmt.Errorf("%s: the server answers with status %s", c.socket, response.Status)
	}
	return &ControlError{Code: failed.Error.Code, Message: failed.Error.Message}
}
