package wasi

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Validate returns an error that names the first entry which no guest could be
// given: text that is not UTF-8 or has a NUL in it, an environment entry without
// a name, a preopen without a directory, with two, or with a name used before.
func (c *Config) Validate() error {
	for i, arg := range c.Args {
		if err := validText(arg); err != nil {
			return fmt.Errorf("wasi: argument %d %q: %w", i, arg, err)
		}
	}
	for _, entry := range c.Env {
		if err := validEnv(entry); err != nil {
			return fmt.Errorf("wasi: environment entry %q: %w", entry, err)
		}
	}
	return validPreopens(c.Preopens)
}

var (
	errNotUTF8     = errors.New("it is not UTF-8")
	errNUL         = errors.New("it has a NUL byte in it")
	errNoName      = errors.New("it has no name; write NAME=value")
	errEmpty       = errors.New("it has no name for the guest")
	errNoDirectory = errors.New("neither Root nor FS is set")
	errTwo         = errors.New("both Root and FS are set")
	errWritableFS  = errors.New("an FS cannot be written; give a Root")
	errUsedTwice   = errors.New("another one has the same name")
)

// MaxPreopens is how many preopened directories a guest can have.
const MaxPreopens = 256

func validText(text string) error {
	switch {
	case !utf8.ValidString(text):
		return errNotUTF8
	case strings.IndexByte(text, 0) >= 0:
		return errNUL
	}
	return nil
}

func validEnv(entry string) error {
	if strings.IndexByte(entry, '=') <= 0 {
		return errNoName
	}
	return validText(entry)
}

func validPreopens(preopens []Preopen) error {
	if len(preopens) > MaxPreopens {
		return fmt.Errorf("wasi: there are %d preopens, more than %d", len(preopens), MaxPreopens)
	}
	for i, p := range preopens {
		err := p.validate()
		for _, other := range preopens[:i] {
			if err == nil && other.Name == p.Name {
				err = errUsedTwice
			}
		}
		if err != nil {
			return fmt.Errorf("wasi: preopen %d %q: %w", i, p.Name, err)
		}
	}
	return nil
}

func (p *Preopen) validate() error {
	switch {
	case p.Name == "":
		return errEmpty
	case p.Root == nil && p.FS == nil:
		return errNoDirectory
	case p.Root != nil && p.FS != nil:
		return errTwo
	case p.Writable && p.Root == nil:
		return errWritableFS
	}
	return validText(p.Name)
}
