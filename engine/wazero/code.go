package wazero

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A code is what modules of the same bytes share if they are rewritten alike.
type code struct {
	compiled    wazero.CompiledModule
	description *engine.Description
	source      *source
	names       []string // of imports, as wazero looks them up
	exports     map[string]*export

	key   codeKey
	users int           // modules, and who waits to make one; guarded by the engine's mu
	made  chan struct{} // closed when the code is there, or err
	err   error
}

// A moduleDigest is the SHA-256 of a binary.
type moduleDigest [sha256.Size]byte

// A codeKey says of what binary code is, and how that was rewritten.
type codeKey [sha256.Size]byte

// codeKeyOf returns the key of a module with imports of those names. Every limit
// that changes what the module is rewritten to is part of it.
func codeKeyOf(digest moduleDigest, names []string, limits engine.Limits) (key codeKey) {
	h := sha256.New()
	h.Write(digest[:])
	fmt.Fprintf(h, "%d %t %d %t", firstSlice(limits), limits.Trusted, tableElements(limits), names == nil)
	for _, name := range names {
		fmt.Fprintf(h, " %q", name)
	}
	h.Sum(key[:0])
	return key
}

// codeOf returns the code of a module, for one user more: that of a module that is
// open, or what another call is making just now, or else its own. The context
// bounds the wait for a free compiler, and for others.
func (e *Engine) codeOf(ctx context.Context, module *engine.Checked, names []string) (*code, error) {
	digest := moduleDigest(sha256.Sum256(module.Binary()))
	key := codeKeyOf(digest, names, module.Limits())
	if c := e.join(key); c != nil {
		return c, e.await(ctx, c)
	}
	select {
	case e.compiling <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to compile: %w", ctx.Err())
	}
	c, others := e.joinOrBegin(key)
	if others {
		<-e.compiling
		return c, e.await(ctx, c)
	}
	defer func() { <-e.compiling }()
	e.make(c, module, digest, names)
	return c, c.err
}

// join returns the code of that key with one user more, or nil.
func (e *Engine) join(key codeKey) *code {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.codes[key]
	if c != nil {
		c.users++
	}
	return c
}

// joinOrBegin is join, but that where there is none the caller has to make it.
func (e *Engine) joinOrBegin(key codeKey) (c *code, others bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c = e.codes[key]; c != nil {
		c.users++
		return c, true
	}
	c = &code{key: key, users: 1, made: make(chan struct{}), err: errUnmade}
	e.codes[key] = c
	return c, false
}

// errUnmade is the error of code whose making ended by a panic of ours.
var errUnmade = errors.New("compile: another load of the same module panicked")

// await waits until the code is made. After an error the caller does not use it.
func (e *Engine) await(ctx context.Context, c *code) error {
	select {
	case <-c.made:
		return c.err
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("wait to compile: %w", ctx.Err()), e.leave(ctx, c))
	}
}

// make makes the code, or its error: then nobody else finds it any more.
func (e *Engine) make(c *code, module *engine.Checked, digest moduleDigest, names []string) {
	defer close(c.made)
	defer func() {
		if c.err != nil {
			e.mu.Lock()
			defer e.mu.Unlock()
			delete(e.codes, c.key)
		}
	}()
	c.err = e.compile(c, module, digest, names)
}

// leave is for who does not use the code any more.
func (e *Engine) leave(ctx context.Context, c *code) error {
	e.mu.Lock()
	c.users--
	last := c.users == 0
	if last && e.codes[c.key] == c {
		delete(e.codes, c.key)
	}
	e.mu.Unlock()
	if !last || c.compiled == nil {
		return nil
	}
	return c.compiled.Close(ctx)
}

// compile rewrites and compiles a module.
func (e *Engine) compile(c *code, checked *engine.Checked, digest moduleDigest, names []string) error {
	description, err := engine.Describe(checked.Binary())
	if err != nil {
		return err
	}
	if names == nil {
		names = importNames(description)
	}
	if len(names) != len(description.Imports) {
		return fmt.Errorf("compile: %d names for %d imports", len(names), len(description.Imports))
	}
	module, err := corewasm.Parse(checked.Binary())
	if err != nil {
		return err
	}
	c.description, c.names, c.exports = description, names, exportsOf(description)
	c.source = newSource(module, digest, description, checked.Limits())
	return e.compileCached(c, func() (*rewriting, error) {
		return rewrite(module, c.source, names, checked.Limits(), e.compiler)
	})
}

// compileCached rewrites the module and has wazero compile it, or takes both from
// the cache.
func (e *Engine) compileCached(c *code, rewrite func() (*rewriting, error)) error {
	compile := func(binary []byte) (err error) {
		c.compiled, err = e.compileGuarded(binary)
		return compileError(err)
	}
	var r *rewriting
	var err error
	if e.cache != nil {
		r, _, err = e.cache.compile(c.key, c.source, rewrite, compile)
	} else if r, err = rewrite(); err == nil {
		err = compile(r.Binary)
	}
	if err == nil {
		c.source.rewritten(r)
	}
	return err
}

func compileError(err error) error {
	if err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	return nil
}
