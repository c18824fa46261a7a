package wast

import (
	"errors"
	"fmt"
	"strings"
)

// The stages of a command: what its binary is by itself, and what happens when
// it is instantiated and called.
const (
	StageCheck = "check"
	StageRun   = "run"
)

// An Outcome is what came of one stage of a command. Err is nil if it is what
// the script wants.
type Outcome struct {
	Line  int
	Verb  string
	Stage string
	Err   error
}

// A Runtime instantiates components and calls them. An engine's own types stand
// behind the two empty interfaces.
type Runtime interface {
	// Instantiate makes an instance of a component. What it imports was
	// registered, as every instance that has a name is, or is for the runtime to
	// know.
	Instantiate(binary []byte, registered map[string]any) (instance any, err error)

	// Invoke calls an export.
	Invoke(instance any, name string, args []Value) ([]Value, error)
}

// A Runner executes scripts.
type Runner struct {
	// Check decodes and validates a component or module.
	Check func(source *Source) error

	// Runtime executes what a script calls; without one, every outcome of
	// StageRun is [ErrNoRuntime].
	Runtime Runtime

	// Means reports whether an error says what a script expects it to say. By
	// default every error does.
	Means func(err error, message string) bool
}

// ErrNoRuntime says that a command needs a [Runtime], and there is none.
var ErrNoRuntime = errors.New("no runtime to instantiate components")

// ErrNoInstance says that a command needs an instance, or a definition, that is
// not there; why that is so stands behind it.
var ErrNoInstance = errors.New("no such instance")

// Run executes commands in order and returns the outcomes of the stages that
// each of them has. They must have been translated.
func (r *Runner) Run(commands []Command) []Outcome {
	s := script{
		Runner: r, definitions: map[string][]byte{}, instances: map[string]any{}, registered: map[string]any{}, failed: map[string]error{},
	}
	var outcomes []Outcome
	for _, c := range commands {
		var refused error
		if c.Source != nil {
			refused = r.check(c)
			outcomes = append(outcomes, Outcome{c.Line, c.Verb, StageCheck, refused})
		}
		if !c.runs() {
			s.define(c, refused)
			continue
		}
		outcomes = append(outcomes, Outcome{c.Line, c.Verb, StageRun, s.attempt(c, refused)})
	}
	return outcomes
}

// attempt runs a command unless its source was refused.
func (s *script) attempt(c Command, refused error) error {
	switch {
	case s.Runtime == nil:
		return ErrNoRuntime
	case refused != nil:
		if c.Verb == VerbComponent || c.Verb == VerbModule {
			s.fail(c.Name, refused)
		}
		return fmt.Errorf("%w: %w", ErrNoInstance, refused)
	}
	return s.run(c)
}

// runs reports whether the command instantiates or calls something.
func (c *Command) runs() bool {
	switch c.Verb {
	case VerbDefinition, VerbAssertInvalid, VerbAssertMalformed:
		return false
	}
	return true
}

// check holds the source of a command against what the script says of it.
func (r *Runner) check(c Command) error {
	refused := c.Verb == VerbAssertInvalid || c.Verb == VerbAssertMalformed
	if text := c.Source.TextError; text != "" {
		if refused {
			return nil // the translator is no part of the product
		}
		return fmt.Errorf("the text is not understood: %s", text)
	}
	err := r.Check(c.Source)
	switch {
	case !refused:
		return err
	case err == nil:
		return fmt.Errorf("accepted, and must be refused: %s", c.Message)
	}
	return r.means(err, c.Message)
}

func (r *Runner) means(err error, message string) error {
	if r.Means == nil || r.Means(err, message) {
		return nil
	}
	return fmt.Errorf("refused for another reason than %q: %w", message, err)
}

// A script is the state of one that is executed. The empty name stands for the
// last of each.
type script struct {
	*Runner
	definitions map[string][]byte
	instances   map[string]any
	registered  map[string]any
	failed      map[string]error // why there is no definition or instance
}

func (s *script) define(c Command, refused error) {
	switch {
	case c.Verb != VerbDefinition:
	case refused != nil:
		s.fail(c.Name, refused)
	default:
		s.definitions[""], s.definitions[c.Name] = c.Source.Binary, c.Source.Binary
	}
}

// fail takes a definition and an instance away: an older one is not meant.
func (s *script) fail(name string, err error) {
	for _, n := range []string{"", name} {
		delete(s.definitions, n)
		delete(s.instances, n)
		s.failed[n] = err
	}
}

// missing returns what to say of a definition or instance that is not there.
func (s *script) missing(name string) error {
	if err := s.failed[name]; err != nil {
		return fmt.Errorf("%w: %q: %w", ErrNoInstance, name, err)
	}
	return fmt.Errorf("%w: %q", ErrNoInstance, name)
}

func (s *script) run(c Command) error {
	switch c.Verb {
	case VerbComponent, VerbModule:
		s.definitions[""], s.definitions[c.Name] = c.Source.Binary, c.Source.Binary
		return s.instantiate(c.Name, c.Source.Binary)
	case VerbInstance:
		binary, ok := s.definitions[c.Of]
		if !ok {
			return s.missing(c.Of)
		}
		return s.instantiate(c.Name, binary)
	case VerbRegister:
		instance, err := s.instance(c.Name)
		s.registered[c.Of] = instance
		return err
	case VerbInvoke:
		_, err := s.invoke(c.Invoke)
		return err
	case VerbAssertReturn:
		return s.assertReturn(c)
	case VerbAssertTrap, VerbAssertUnlinkable:
		return s.assertFailure(c)
	}
	return fmt.Errorf("%s cannot be run", c.Verb)
}

func (s *script) instantiate(name string, binary []byte) error {
	instance, err := s.Runtime.Instantiate(binary, s.registered)
	if err != nil {
		for _, n := range []string{"", name} {
			delete(s.instances, n) // an older one is not meant
			s.failed[n] = err
		}
		return err
	}
	s.instances[""], s.instances[name] = instance, instance
	if name != "" {
		s.registered[strings.TrimPrefix(name, "$")] = instance
	}
	return nil
}

func (s *script) instance(name string) (any, error) {
	instance, ok := s.instances[name]
	if !ok {
		return nil, s.missing(name)
	}
	return instance, nil
}

func (s *script) invoke(call *Invoke) ([]Value, error) {
	instance, err := s.instance(call.Instance)
	if err != nil {
		return nil, err
	}
	return s.Runtime.Invoke(instance, call.Func, call.Args)
}

func (s *script) assertReturn(c Command) error {
	got, err := s.invoke(c.Invoke)
	if err != nil {
		return err
	}
	if len(got) != len(c.Results) {
		return fmt.Errorf("%d results, and %d are expected", len(got), len(c.Results))
	}
	for i, want := range c.Results {
		if !want.Matches(got[i]) {
			return fmt.Errorf("result %d is %+v, and %+v is expected", i, got[i], want)
		}
	}
	return nil
}

// assertFailure wants a call, or an instantiation, to fail.
func (s *script) assertFailure(c Command) error {
	var err error
	if c.Invoke != nil {
		_, err = s.invoke(c.Invoke)
	} else {
		_, err = s.Runtime.Instantiate(c.Source.Binary, s.registered)
	}
	if err == nil {
		return fmt.Errorf("it succeeds, and must fail: %s", c.Message)
	}
	return s.means(err, c.Message)
}
