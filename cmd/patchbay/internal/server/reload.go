package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"

	"github.com/patchbay-go/patchbay/config"
)

// errNoFile is the error of reading a configuration again that is in no file.
var errNoFile = errors.New("the server runs without a configuration file; a plugin is reloaded by its name")

// A Change is what reading the configuration again has done.
type Change struct {
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
	Changed []string `json:"changed"` // started anew with other settings
	Restart []string `json:"restart"` // sections that need a restart of the server
}

// Reload reads the configuration again. If there is anything wrong with it, or
// with a plugin that is new in it or changed, nothing changes. It does not end with
// ctx: half a change is none.
func (s *Server) Reload(ctx context.Context) (Change, error) {
	ctx = context.WithoutCancel(ctx)
	s.reloading.Lock()
	defer s.reloading.Unlock()
	if s.Reread == nil {
		return Change{}, errNoFile
	}
	next, err := s.Reread()
	if err != nil {
		return Change{}, err
	}
	old := s.config()
	change := compare(old, next)
	if err := s.apply(ctx, next, &change); err != nil {
		return Change{}, err
	}
	s.mu.Lock()
	// Listeners, sockets and the state are those that the server began with.
	kept := *next
	kept.Engine, kept.Gateways = old.Engine, old.Gateways
	kept.Server, kept.Budget = old.Server, old.Budget
	kept.Server.MaxBody, kept.Server.Drain = next.Server.MaxBody, next.Server.Drain
	s.current = &kept
	s.mu.Unlock()
	s.Logger.Info("configuration read again", slog.Any("added", change.Added), slog.Any("removed", change.Removed),
		slog.Any("changed", change.Changed), slog.Any("needs a restart", change.Restart))
	return change, nil
}

// compare finds what differs between two configurations.
func compare(old, next *config.Config) Change {
	c := Change{Added: []string{}, Removed: []string{}, Changed: []string{}, Restart: []string{}}
	for _, p := range next.Plugins {
		switch before := pluginOf(old, p.Name); {
		case before == nil:
			c.Added = append(c.Added, p.Name)
		case !reflect.DeepEqual(*before, p):
			c.Changed = append(c.Changed, p.Name)
		}
	}
	for _, p := range old.Plugins {
		if pluginOf(next, p.Name) == nil {
			c.Removed = append(c.Removed, p.Name)
		}
	}
	was, is := old.Server, next.Server
	was.MaxBody, was.Drain = is.MaxBody, is.Drain // these take effect at once
	for _, section := range []struct {
		name     string
		old, now any
	}{
		{"server", was, is}, {"engine", old.Engine, next.Engine}, {"budget", old.Budget, next.Budget}, {"gateway", old.Gateways, next.Gateways},
	} {
		if !reflect.DeepEqual(section.old, section.now) {
			c.Restart = append(c.Restart, section.name)
		}
	}
	return c
}

func pluginOf(c *config.Config, name string) *config.Plugin {
	at := slices.IndexFunc(c.Plugins, func(p config.Plugin) bool { return p.Name == name })
	if at < 0 {
		return nil
	}
	return &c.Plugins[at]
}

// apply makes the workers of what is new and changed beside those that run. Only
// if all of them are up they take their places.
func (s *Server) apply(ctx context.Context, next *config.Config, c *Change) error {
	for _, g := range s.config().Gateways {
		if slices.Contains(c.Removed, g.Filter) {
			return fmt.Errorf("plugin %s: gateway %s needs it", g.Filter, g.Name)
		}
	}
	fresh := map[string]*unit{}
	for _, name := range append(slices.Clone(c.Added), c.Changed...) {
		u, err := s.rise(ctx, *pluginOf(next, name), slices.Contains(c.Changed, name))
		if err != nil {
			return errors.Join(err, s.dismiss(ctx, fresh))
		}
		fresh[name] = u
	}
	old := map[string]*unit{}
	s.mu.Lock()
	for _, name := range append(slices.Clone(c.Removed), c.Changed...) {
		old[name] = s.units[name]
		delete(s.units, name)
	}
	for name, u := range fresh {
		s.units[name] = u
	}
	s.mu.Unlock()
	for _, name := range c.Removed {
		s.metrics.forget(name)
	}
	if err := s.dismiss(ctx, old); err != nil {
		s.Logger.Warn("a plugin that is not served any more did not end well", slog.Any("error", err))
	}
	return nil
}

// rise starts a plugin as a child of its own, under another name if the one of
// before still runs.
func (s *Server) rise(ctx context.Context, c config.Plugin, again bool) (*unit, error) {
	u, err := s.newUnit(c)
	if err != nil {
		return nil, err
	}
	child := u.worker.Child()
	if again {
		s.risen++
		child.Name = fmt.Sprintf("%s (%d)", c.Name, s.risen)
	}
	u.child = child.Name
	if err := s.supervisor.StartChild(ctx, child); err != nil {
		return nil, errors.Join(startError(err), u.close())
	}
	return u, nil
}

// dismiss ends plugins that are not served any more, and waits for their calls.
func (s *Server) dismiss(ctx context.Context, units map[string]*unit) error {
	var errs []error
	for _, u := range units {
		// The supervisor has others to look after while calls end.
		drain, cancel := context.WithTimeout(ctx, u.config.Swap.Drain)
		_ = u.worker.Drain(drain) // the end follows in any case
		cancel()
		if err := s.supervisor.TerminateChild(ctx, u.child); err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, s.supervisor.DeleteChild(ctx, u.child), u.close())
	}
	return errors.Join(errs...)
}
