package wast

import "fmt"

// A Command is a directive of a script.
type Command struct {
	Line int    `json:"line"`
	Verb string `json:"verb"`

	// Name is the identifier of what is defined, instantiated or registered,
	// with its dollar sign; empty means the last one.
	Name string `json:"name,omitempty"`

	// Of is the identifier of the definition that is instantiated, or the name
	// under which an instance is registered.
	Of string `json:"of,omitempty"`

	// Source is the component or module that is defined or must not be.
	Source *Source `json:"source,omitempty"`

	// Invoke is the call that is made.
	Invoke *Invoke `json:"invoke,omitempty"`

	// Results are what an assert_return expects.
	Results []Value `json:"results,omitempty"`

	// Message is part of the error that an assertion expects.
	Message string `json:"message,omitempty"`
}

// The verbs of commands. A component is defined and instantiated; a definition
// only defined.
const (
	VerbComponent        = "component"
	VerbDefinition       = "definition"
	VerbInstance         = "instance"
	VerbModule           = "module"
	VerbRegister         = "register"
	VerbInvoke           = "invoke"
	VerbAssertInvalid    = "assert_invalid"
	VerbAssertMalformed  = "assert_malformed"
	VerbAssertUnlinkable = "assert_unlinkable"
	VerbAssertTrap       = "assert_trap"
	VerbAssertReturn     = "assert_return"
)

// A Source is a component or core module as a script has it: a text, or after
// [Tool.Translate], a binary.
type Source struct {
	// Text is the text, or empty.
	Text string `json:"-"`

	// Binary is the binary.
	Binary []byte `json:"binary,omitempty"`

	// Core says that it is a core module.
	Core bool `json:"core,omitempty"`

	// TextError is why the text is none: then there is no binary.
	TextError string `json:"text_error,omitempty"`
}

// Invoke is the call of an export.
type Invoke struct {
	Instance string  `json:"instance,omitempty"`
	Func     string  `json:"func"`
	Args     []Value `json:"args,omitempty"`
}

// ParseScript splits a script into commands.
func ParseScript(text string) ([]Command, error) {
	nodes, err := Split(text, 1)
	if err != nil {
		return nil, err
	}
	commands := make([]Command, 0, len(nodes))
	for _, node := range nodes {
		command, err := parseCommand(node)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", node.Line, err)
		}
		commands = append(commands, command)
	}
	return commands, nil
}

func parseCommand(node Node) (Command, error) {
	c := Command{Line: node.Line}
	f, err := open(node)
	if err != nil {
		return c, err
	}
	c.Verb = f.head
	switch c.Verb {
	case VerbComponent, VerbModule:
		return c, c.definition(node, f)
	case VerbRegister:
		c.Of = f.text()
		c.Name = f.identifier()
	case VerbInvoke:
		c.Invoke, err = parseInvoke(node)
		return c, err
	case VerbAssertInvalid, VerbAssertMalformed, VerbAssertUnlinkable, VerbAssertTrap:
		return c, c.assertion(f)
	case VerbAssertReturn:
		if c.Invoke, err = parseInvoke(f.next()); err == nil {
			c.Results, err = parseValues(f.rest())
		}
		return c, err
	default:
		return c, fmt.Errorf("unknown directive %s", c.Verb)
	}
	return c, f.finish()
}

// definition reads a component, which may only be defined, or be an instance of
// one that was.
func (c *Command) definition(node Node, f *form) error {
	if f.keyword("instance") {
		c.Verb, c.Name, c.Of = VerbInstance, f.identifier(), f.identifier()
		return f.finish()
	}
	var err error
	c.Source, c.Name, err = parseSource(node)
	if f.keyword("definition") {
		c.Verb = VerbDefinition
	}
	return err
}

// assertion reads what must fail, and how.
func (c *Command) assertion(f *form) error {
	subject := f.next()
	inner, err := open(subject)
	if err != nil {
		return err
	}
	if inner.head == VerbInvoke {
		c.Invoke, err = parseInvoke(subject)
	} else {
		c.Source, c.Name, err = parseSource(subject)
	}
	if err != nil {
		return err
	}
	c.Message = f.text()
	return f.finish()
}

func parseInvoke(node Node) (*Invoke, error) {
	f, err := open(node)
	if err != nil {
		return nil, err
	}
	if f.head != VerbInvoke {
		return nil, fmt.Errorf("%s where a call is expected", f.head)
	}
	call := &Invoke{Instance: f.identifier(), Func: f.text()}
	if f.err != nil {
		return nil, f.err
	}
	call.Args, err = parseValues(f.rest())
	return call, err
}

// parseSource reads a component or module: its text without the word
// "definition", its bytes, or its text in quotes.
func parseSource(node Node) (*Source, string, error) {
	f, err := open(node)
	if err != nil {
		return nil, "", err
	}
	head, core := f.head, f.head == VerbModule
	f.keyword("definition")
	from := f.items
	name := f.identifier()
	switch {
	case f.keyword("binary"):
		binary, err := f.strings()
		return &Source{Binary: append([]byte{}, binary...), Core: core}, name, err
	case f.keyword("quote"):
		quoted, err := f.strings()
		return &Source{Text: "(" + head + " " + string(quoted) + ")", Core: core}, name, err
	}
	if len(from) == 0 {
		return &Source{Text: "(" + head + ")", Core: core}, name, nil
	}
	return &Source{Text: "(" + head + " " + f.from(from[0]), Core: core}, name, nil
}
