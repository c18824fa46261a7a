package componenttest

import (
	"slices"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// kinds is the interface that has types alone, which every guest imports.
const kinds = "patchbay:kinds/types@1.0.0"

// The sections of a component that are written, and the sort of all that is
// imported and exported.
const (
	instanceSort = 5

	componentSection = 4
	instanceSection  = 5
	aliasSection     = 6
	typeSection      = 7
	importSection    = 10
	exportSection    = 11
)

// Compose returns a component of two: a relay, and a guest that answers what the
// relay asks of those interfaces. It exports what the relay does, and imports what
// is left. Both are as wasm-tools makes them, and import nothing but the
// interfaces of kinds.wit.
func Compose(t testing.TB, relay, answers Guest, interfaces ...string) Guest {
	t.Helper()
	c := composer{TB: t, instances: map[string]uint32{}, binary: []byte("\x00asm\x0d\x00\x01\x00")}
	for _, name := range []string{kinds, Echo, Counters} {
		if !slices.Contains(interfaces, name) {
			c.imports(relay, name)
		}
	}
	c.section(componentSection, answers.Binary)
	c.section(componentSection, relay.Binary)
	inner := c.instantiate(0, answers)
	for _, name := range interfaces {
		c.instances[name] = c.alias(inner, name)
	}
	outer := c.instantiate(1, relay)
	for _, name := range []string{Echo, Counters} {
		c.exports(c.alias(outer, name), name)
	}
	return Guest{relay.Name + "+" + answers.Name, c.binary}
}

// A composer writes a component's sections. It counts the instances and types, and
// knows the instances by what they are of.
type composer struct {
	testing.TB
	binary       []byte
	count, types uint32
	instances    map[string]uint32
}

func (c *composer) section(id byte, content []byte) {
	c.binary = append(leb128.AppendUint32(append(c.binary, id), uint32(len(content))), content...)
}

// instance counts a new instance.
func (c *composer) instance() uint32 {
	c.count++
	return c.count - 1
}

// imports imports an interface as a guest does.
func (c *composer) imports(from Guest, name string) {
	c.Helper()
	c.section(typeSection, c.typeOf(from, name))
	text := append(appendName([]byte{1, 0}, name), instanceSort)
	c.section(importSection, leb128.AppendUint32(text, c.types))
	c.types++
	c.instances[name] = c.instance()
}

// typeOf returns the section of the one type that a guest defines before it imports
// an interface.
func (c *composer) typeOf(from Guest, name string) []byte {
	c.Helper()
	syntax := c.parse(from)
	var last []byte
	for _, s := range syntax.Sections {
		switch content := syntax.Bytes(s.Content); {
		case s.ID == typeSection && s.Count == 1:
			last = content
		case s.ID == importSection && strings.Contains(string(content), name):
			return last
		}
	}
	c.Fatalf("%s does not import %s", from.Name, name)
	return nil
}

func (c *composer) parse(g Guest) *componentbinary.Component {
	c.Helper()
	syntax, err := componentbinary.Parse(g.Binary)
	if err != nil {
		c.Fatalf("%s: %v", g.Name, err)
	}
	return syntax
}

// instantiate makes an instance of a component, with those that there are of what
// it imports.
func (c *composer) instantiate(of byte, g Guest) uint32 {
	imports := c.parse(g).Imports
	content := []byte{1, 0, of, byte(len(imports))}
	for _, i := range imports {
		content = leb128.AppendUint32(append(appendName(content, i.Name.Name), instanceSort), c.instances[i.Name.Name])
	}
	c.section(instanceSection, content)
	return c.instance()
}

// alias takes an instance out of another one.
func (c *composer) alias(of uint32, name string) uint32 {
	c.section(aliasSection, appendName(leb128.AppendUint32([]byte{1, instanceSort, 0}, of), name))
	return c.instance()
}

// exports exports an instance, which makes another one of it.
func (c *composer) exports(instance uint32, name string) {
	content := append(appendName([]byte{1, 0}, name), instanceSort)
	c.section(exportSection, append(leb128.AppendUint32(content, instance), 0))
	c.instance()
}

func appendName(to []byte, name string) []byte {
	return append(leb128.AppendUint32(to, uint32(len(name))), name...)
}
