package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/patchbay-go/patchbay/wasi"
)

// A grant is what the flags give to a guest, with the folders that are open for
// it. Close gives them back.
type grant struct {
	config wasi.Config
	roots  []*os.Root
}

// open opens the folders that the flags name.
func (f *grantFlags) open() (*grant, error) {
	g := &grant{config: wasi.Config{Env: f.env}}
	for _, d := range f.dirs {
		root, err := os.OpenRoot(d.host)
		if err != nil {
			_ = g.close() // the reason why there is no grant is err
			return nil, &failure{exitHost, fmt.Errorf("--dir %s: %w", d.host, err), "HOST of " + dirForm + " is a folder that exists"}
		}
		g.roots = append(g.roots, root)
		g.config.Preopens = append(g.config.Preopens, wasi.Preopen{Name: d.guest, Root: root, Writable: d.writable})
	}
	return g, nil
}

// check says what no guest could be given.
func (g *grant) check() error {
	if err := g.config.Validate(); err != nil {
		return usagef("arguments, variables and names of folders are UTF-8 text", "%w", err)
	}
	return nil
}

// close closes the folders.
func (g *grant) close() error {
	var errs []error
	for _, root := range g.roots {
		errs = append(errs, root.Close())
	}
	return errors.Join(errs...)
}
