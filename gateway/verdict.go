package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// errRequest is the error of a request that cannot be written as JSON.
var errRequest = errors.New("the request is not UTF-8")

// ErrVerdict is the error of an answer of the plugin that means nothing.
var ErrVerdict = errors.New("the plugin's answer means nothing")

// description is a request as the plugin sees it.
type description struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Query   string            `json:"query"`
	Host    string            `json:"host"`
	Remote  string            `json:"remote"`
	Headers map[string]string `json:"headers"`
}

// describe writes what the plugin sees of a request. What is not UTF-8 would
// reach the plugin as something else than it is, so it is refused.
func describe(r *http.Request) ([]byte, error) {
	d := description{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Host: r.Host, Remote: remote(r),
		Headers: make(map[string]string, len(r.Header)),
	}
	if !utf8.ValidString(d.Path + d.Query + d.Host) {
		return nil, errRequest
	}
	for name, values := range r.Header {
		value := strings.Join(values, ", ")
		if !utf8.ValidString(value) {
			return nil, errRequest
		}
		d.Headers[strings.ToLower(name)] = value
	}
	return json.Marshal(&d)
}

// A verdict is what the plugin answers.
type verdict struct {
	Set    map[string]string `json:"set"`
	Remove []string          `json:"remove"`
	Path   string            `json:"path"`

	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// readVerdict reads an answer and checks all of it.
func readVerdict(reply []byte) (*verdict, error) {
	v := &verdict{}
	if len(reply) == 0 {
		return v, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(reply))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrVerdict, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: more follows after the object", ErrVerdict)
	}
	if err := v.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrVerdict, err)
	}
	return v, nil
}

func (v *verdict) check() error {
	answers := v.Status != 0 || len(v.Headers) > 0 || v.Body != ""
	changes := len(v.Set) > 0 || len(v.Remove) > 0 || v.Path != ""
	switch {
	case answers && changes:
		return errors.New("it answers the request and lets it pass")
	case answers && (v.Status < 200 || v.Status > 599):
		return fmt.Errorf("%d is no status of an answer", v.Status)
	case v.Path != "" && !isPath(v.Path):
		return fmt.Errorf("%q is no path", v.Path)
	}
	for _, name := range v.Remove {
		if err := checkHeader(name, ""); err != nil {
			return err
		}
	}
	for _, headers := range []map[string]string{v.Set, v.Headers} {
		for name, value := range headers {
			if err := checkHeader(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// isPath reports whether a path begins at the root of this server and stays
// there: two slashes would begin the name of another one.
func isPath(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsFunc(path, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' })
}

// checkHeader refuses what is no header, and those that say how a message is
// framed and who is asked: they are the gateway's.
func checkHeader(name, value string) error {
	switch strings.ToLower(name) {
	case "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
		strings.ToLower(SkippedHeader):
		return fmt.Errorf("the header %s is the gateway's", name)
	}
	if name == "" || strings.ContainsFunc(name, func(c rune) bool { return !isToken(c) }) {
		return fmt.Errorf("%q is no name of a header", name)
	}
	if strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
		return fmt.Errorf("%q is no value of a header", value)
	}
	return nil
}

// isToken reports whether c may be in a header's name (RFC 9110, 5.6.2).
func isToken(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c != 0 && strings.ContainsRune("!#$%&'*+-.^_`|~", c)
}

// answer answers the request for the plugin.
func (v *verdict) answer(w http.ResponseWriter) {
	for name, value := range v.Headers {
		w.Header().Set(name, value)
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(v.Status)
	_, _ = io.WriteString(w, v.Body) // whoever has gone does not read it
}

// change makes the request what the plugin wants it to be.
func (v *verdict) change(r *http.Request) {
	for _, name := range v.Remove {
		r.Header.Del(name)
	}
	for name, value := range v.Set {
		r.Header.Set(name, value)
	}
	if v.Path != "" {
		url := *r.URL
		url.Path, url.RawPath = v.Path, ""
		r.URL = &url
		r.RequestURI = url.RequestURI()
	}
}
