package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/config"
)

// A guard lets those requests pass that may call plugins: they show the token,
// they were made for this server by its name (a web page whose name was made to
// lead here has another one), and not by a foreign web page.
type guard struct {
	token   string // empty on a unix socket, which has permissions of its own
	local   bool   // the listener is a unix socket
	hosts   []string
	origins []string
	next    http.Handler
}

// ServeHTTP answers requests that may not pass.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	allowed := slices.Contains(g.origins, origin)
	switch {
	case !g.local && !g.isHost(r.Host):
		problem{Code: "forbidden", Message: fmt.Sprintf("this server is not called %q; see hosts in its configuration", r.Host)}.write(w, http.StatusForbidden)
		return
	case origin != "" && !allowed:
		problem{Code: "forbidden", Message: fmt.Sprintf("pages of %s may not call; see origins in the server's configuration", origin)}.write(w, http.StatusForbidden)
		return
	case origin != "":
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Vary", "Origin")
	}
	if origin != "" && r.Method == http.MethodOptions {
		w.Header().Set("Access-Control-Allow-Methods", "POST")
		w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, "+timeoutHeader+", traceparent")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if g.token != "" && !g.knows(r.Header.Get("Authorization")) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem{Code: "unauthorized", Message: "the bearer token is missing or another one"}.write(w, http.StatusUnauthorized)
		return
	}
	g.next.ServeHTTP(w, r)
}

// knows compares the token in a time that does not tell how much of it is right.
func (g *guard) knows(header string) bool {
	scheme, token, _ := strings.Cut(header, " ")
	got, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(g.token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// isHost reports whether a Host header means this server.
func (g *guard) isHost(header string) bool {
	host := header
	if h, _, err := net.SplitHostPort(header); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if slices.ContainsFunc(g.hosts, func(name string) bool { return strings.EqualFold(name, host) }) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// newGuard makes the guard of a listener.
func newGuard(s *config.Server, token string, next http.Handler) *guard {
	g := &guard{token: token, local: s.Listen.Network == "unix", hosts: slices.Clone(s.Hosts), origins: s.Origins, next: next}
	if host, _, err := net.SplitHostPort(s.Listen.Address); err == nil && !g.local {
		if ip, err := netip.ParseAddr(host); host != "" && (err != nil || !ip.IsUnspecified()) {
			g.hosts = append(g.hosts, host)
		}
	}
	return g
}

// token returns the bearer token of the server, which is made if no file has one.
// On a unix socket without a token file there is none.
func token(s *config.Server) (token, file string, err error) {
	file = s.TokenFile
	if file == "" && s.Listen.Network == "unix" {
		return "", "", nil
	}
	if file == "" {
		file = filepath.Join(s.State, "token")
	}
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		token = strings.TrimSpace(string(text))
	case errors.Is(err, fs.ErrNotExist) && s.TokenFile == "":
		token, err = makeToken(file)
	}
	if err == nil && len(token) < 16 {
		err = errors.New("a token has 16 characters at least")
	}
	if err != nil {
		return "", "", fmt.Errorf("token file %s: %w", file, err)
	}
	return token, file, nil
}

func makeToken(file string) (string, error) {
	var secret [24]byte
	_, _ = rand.Read(secret[:]) // it never fails
	token := base64.RawURLEncoding.EncodeToString(secret[:])
	return token, os.WriteFile(file, []byte(token+"\n"), 0o600)
}
