package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/patchbay-go/patchbay/config"
	"github.com/patchbay-go/patchbay/gateway"
)

// doors are the listeners of a server, with an HTTP server behind each.
type doors struct {
	listening Listening
	failed    chan error // has room for all
	public    []*door    // calls and gateways
	private   []*door    // control and health, which end last
	roots     []*os.Root
	serving   sync.WaitGroup
}

// A door is one listener.
type door struct {
	server   *http.Server
	listener net.Listener
}

// open listens everywhere. Nothing is served yet: whoever connects waits.
func (s *Server) open(ctx context.Context) (_ *doors, err error) {
	c := s.config()
	d := &doors{failed: make(chan error, 3+len(c.Gateways)), listening: Listening{Gateways: map[string]string{}}}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	secret, file, err := token(&c.Server)
	if err != nil {
		return nil, err
	}
	d.listening.TokenFile = file
	control, err := d.add(ctx, &d.private, "control", c.Server.Control, s.control())
	if err != nil {
		return nil, err
	}
	d.listening.Control = control
	calls := newGuard(&c.Server, secret, s.tracing.handler(s.calls()))
	if d.listening.Calls, err = d.add(ctx, &d.public, "calls", c.Server.Listen, calls); err != nil {
		return nil, err
	}
	d.public[0].server.ReadTimeout = longestRequest
	if c.Server.Health != (config.Address{}) {
		if d.listening.Health, err = d.add(ctx, &d.private, "health", c.Server.Health, s.health()); err != nil {
			return nil, err
		}
	}
	for _, g := range c.Gateways {
		handler, err := s.gateway(d, g)
		if err != nil {
			return nil, fmt.Errorf("gateway %s: %w", g.Name, err)
		}
		if d.listening.Gateways[g.Name], err = d.add(ctx, &d.public, "gateway "+g.Name, g.Listen, handler); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// add listens at an address, and returns it as it is now.
func (d *doors) add(ctx context.Context, among *[]*door, name string, a config.Address, handler http.Handler) (string, error) {
	if a.Network == "unix" {
		if err := clearSocket(ctx, a.Address); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, a.Network, a.Address)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, socketError(a, err))
	}
	if a.Network == "unix" {
		if err := os.Chmod(a.Address, 0o600); err != nil {
			return "", errors.Join(fmt.Errorf("%s: %w", name, err), listener.Close())
		}
	}
	*among = append(*among, &door{listener: listener, server: &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), // what clients do wrong
	}})
	if a.Network == "unix" {
		return a.String(), nil
	}
	return listener.Addr().String(), nil
}

// longestRequest is how long a caller may take to send a call. What a gateway
// passes on may be large and take longer.
const longestRequest = time.Minute

// longestSocket is how long the path of a unix socket may be, on the systems that
// allow the least.
const longestSocket = 103

func socketError(a config.Address, err error) error {
	if a.Network == "unix" && len(a.Address) > longestSocket {
		return fmt.Errorf("%w: the path of a unix socket has %d characters at most", err, longestSocket)
	}
	return err
}

// clearSocket makes room for a unix socket: its folder, and away with what a
// server left there that was killed. One that is served is an error.
func clearSocket(ctx context.Context, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%s: it exists and is no socket", path)
	}
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(ctx, "unix", path)
	if err == nil {
		_ = conn.Close() // nothing was said
	}
	if err == nil || os.IsTimeout(err) { // also if many wait for it
		return fmt.Errorf("%s: another server is there", path)
	}
	return os.Remove(path)
}

// serve begins to serve at all doors.
func (d *doors) serve() {
	for _, door := range append(d.private, d.public...) {
		d.serving.Go(func() {
			if err := door.server.Serve(door.listener); !errors.Is(err, http.ErrServerClosed) {
				d.failed <- err
			}
		})
	}
}

// lastAnswers is how long control and health may take at least to answer what they
// were asked before the end, such as to end.
const lastAnswers = 2 * time.Second

// drain takes no more requests, and waits for those in flight for so long. Control
// and health go on until calls and gateways have ended.
func (d *doors) drain(within time.Duration) error {
	end := time.Now().Add(within)
	err := shutdown(d.public, end)
	if err != nil {
		err = fmt.Errorf("requests are still in flight after %v: %w", within, err)
	}
	// The end is no failure because somebody is slow to ask what is going on.
	_ = shutdown(d.private, end.Add(max(0, lastAnswers-time.Until(end))))
	return err
}

// shutdown takes no more requests and lets those in flight end until a time.
func shutdown(doors []*door, end time.Time) error {
	ctx, cancel := context.WithDeadline(context.Background(), end)
	defer cancel()
	errs := make([]error, len(doors))
	var all sync.WaitGroup
	for i, door := range doors {
		all.Go(func() { errs[i] = door.server.Shutdown(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// close ends everything at once.
func (d *doors) close() error {
	var errs []error
	for _, door := range append(d.public, d.private...) {
		_ = door.server.Close() // what it says is of the listener, and comes again below
		if err := door.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	d.serving.Wait()
	for _, root := range d.roots {
		errs = append(errs, root.Close())
	}
	return errors.Join(errs...)
}

// gateway makes the handler of an HTTP gateway.
func (s *Server) gateway(d *doors, g config.Gateway) (http.Handler, error) {
	next, err := d.behind(g, s.Logger)
	if err != nil {
		return nil, err
	}
	return s.tracing.handler(&gateway.Filter{
		Plugin: named{s, g.Filter}, Next: next, Operation: g.Operation, Timeout: g.Timeout, MaxBody: g.MaxBody, Logger: s.Logger,
	}), nil
}

// behind is what is behind a gateway: another server, or files.
func (d *doors) behind(g config.Gateway, logger *slog.Logger) (http.Handler, error) {
	if g.Files != "" {
		root, err := os.OpenRoot(g.Files)
		if err != nil {
			return nil, err
		}
		d.roots = append(d.roots, root)
		return http.FileServerFS(root.FS()), nil
	}
	target, err := url.Parse(g.Upstream)
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() != nil {
				return // nobody waits for an answer
			}
			logger.Warn("upstream", slog.String("gateway", g.Name), slog.Any("error", err))
			http.Error(w, "the server behind this one does not answer", http.StatusBadGateway)
		},
	}, nil
}

// named is the plugin of a name, whichever that is at the moment of a call.
type named struct {
	server *Server
	name   string
}

// Name implements gateway.Caller.
func (n named) Name() string { return n.name }

// Call implements gateway.Caller.
func (n named) Call(ctx context.Context, operation string, payload []byte) ([]byte, error) {
	u, err := n.server.find(n.name)
	if err != nil {
		return nil, err
	}
	return u.Call(ctx, operation, payload)
}
