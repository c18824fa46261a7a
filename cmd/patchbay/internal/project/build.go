package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// A BuildError says that no module was made.
type BuildError struct {
	// Needs says what must be installed; it may be empty.
	Needs string

	// Err is the cause.
	Err error
}

// Error returns the cause.
func (e *BuildError) Error() string { return "build: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *BuildError) Unwrap() error { return e.Err }

// ErrNoBuild is the error of building a project that does not say how.
var ErrNoBuild = errors.New(File + " has no [build]")

// Run makes the project's module. What the tools say goes to talk. The
// environment is that of the tools, to which the project adds.
func (p *Project) Run(ctx context.Context, environ []string, talk io.Writer) error {
	if len(p.Build.Command) == 0 {
		return &BuildError{Err: ErrNoBuild}
	}
	tool, err := Tool(p.Build.Command[0])
	if err != nil {
		return &BuildError{Needs: p.Build.Needs, Err: err}
	}
	cmd := exec.CommandContext(ctx, tool, p.Build.Command[1:]...)
	cmd.Dir = p.Dir
	cmd.Env = environ
	for name, value := range p.Build.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = talk, talk
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return &BuildError{Err: ctx.Err()}
		}
		return &BuildError{Needs: p.Build.Needs, Err: fmt.Errorf("%s: %w", p.Build.Command[0], err)}
	}
	if p.Build.Output != "" {
		if err := replace(p.Module, p.Build.Output); err != nil {
			return &BuildError{Err: err}
		}
	}
	if _, err := os.Stat(p.Module); err != nil {
		return &BuildError{Err: fmt.Errorf("the command ended well but made no module: %w", err)}
	}
	return nil
}

// replace copies a file; whoever reads the target sees the old one or the new.
func replace(target, source string) error {
	content, err := os.ReadFile(source)
	if err != nil {
		return fmt.Errorf("the command's output: %w", err)
	}
	next := target + ".new"
	if err := os.WriteFile(next, content, 0o644); err != nil {
		return err
	}
	return os.Rename(next, target)
}

// Tool finds a program in PATH. If it is not there by its own name, the newest
// is taken that has a version after it, as in clang-22: so distributions call
// them.
func Tool(name string) (string, error) {
	found, err := exec.LookPath(name)
	if err == nil || filepath.Base(name) != name {
		return found, err
	}
	const newest = 99
	for version := newest; version > 0; version-- {
		if found, err := exec.LookPath(name + "-" + strconv.Itoa(version)); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("%s is not installed: it is not in PATH", name)
}
