package wit

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
	"github.com/patchbay-go/patchbay/wit/internal/outline"
)

// Tools that make bindings leave behind for which world they made them: in
// custom sections of the core module whose names begin like this. The linker
// keeps them, so there may be several.
const componentType = "component-type"

// How the sections are encoded: as a component with a custom section that says
// the version, or in the version before with a head of its own.
const (
	encodingSection = "wit-component-encoding"
	encodingVersion = 4
	encodingBefore  = 3
)

// decodeModule decodes the world that a core module was made for.
func decodeModule(binary []byte) (*Decoded, error) {
	module, err := corewasm.Parse(binary)
	if err != nil {
		return nil, err
	}
	d := newDecoder()
	d.merging = true
	var worlds []*World
	for _, custom := range module.Customs {
		if !strings.HasPrefix(custom.Name, componentType) {
			continue
		}
		w, err := d.componentType(module.Bytes(custom.Content))
		if err != nil {
			return nil, fmt.Errorf("section %s from offset %#x on: %w", custom.Name, custom.Content.Offset, err)
		}
		worlds = append(worlds, w)
	}
	if len(worlds) == 0 {
		return nil, ErrNoWIT
	}
	world := worlds[0]
	if len(worlds) > 1 {
		if world, err = d.union(worlds); err != nil {
			return nil, err
		}
		d.prune(world)
	}
	d.finish()
	return &Decoded{Resolve: d.r, Package: world.Package, World: world}, nil
}

// componentType decodes the content of one section.
func (d *decoder) componentType(content []byte) (*World, error) {
	if len(content) > 0 && content[0] == encodingBefore {
		return d.componentTypeBefore(content)
	}
	c, found, err := outlineOf(content)
	if err != nil {
		return nil, err
	}
	if err := checkEncoding(c); err != nil {
		return nil, err
	}
	if !isPackage(found) || len(found.Exports) != 1 {
		return nil, at(0, "its component has other exports than one world")
	}
	return d.onlyWorld(found, "")
}

// checkEncoding wants the version that is known.
func checkEncoding(c *componentbinary.Component) error {
	for _, custom := range c.Customs {
		if custom.Name != encodingSection {
			continue
		}
		content := c.Bytes(custom.Content)
		switch {
		case len(content) != 2:
			return at(custom.Content.Offset, "section %s has %d bytes, not 2", encodingSection, len(content))
		case content[0] != encodingVersion:
			return at(custom.Content.Offset, "section %s has version %d; only %d is known", encodingSection, content[0], encodingVersion)
		}
		return checkStrings(content[1], custom.Content.Offset+1)
	}
	return at(c.Range.Offset, "there is no section %s", encodingSection)
}

// checkStrings wants one of the three encodings of strings.
func checkStrings(encoding byte, offset uint32) error {
	if encoding > 2 {
		return at(offset, "invalid string encoding %#x", encoding)
	}
	return nil
}

// componentTypeBefore decodes a section of the version before: the encoding of
// strings, the name of the world, and a package.
func (d *decoder) componentTypeBefore(content []byte) (*World, error) {
	const head = 2 // version and encoding
	if len(content) < head {
		return nil, at(uint32(len(content)), "unexpected end-of-file")
	}
	if err := checkStrings(content[1], 1); err != nil {
		return nil, err
	}
	size, n, err := leb128.Uint32(content[head:])
	if err != nil || uint64(size) > uint64(len(content)-head-n) {
		return nil, at(head, "unexpected end-of-file: the name of the world is cut off")
	}
	rest := head + n + int(size)
	_, found, err := outlineOf(content[rest:])
	if err != nil {
		return nil, err
	}
	if !isPackage(found) {
		return nil, at(uint32(rest), "its component is no package")
	}
	return d.onlyWorld(found, string(content[head+n:rest]))
}

// onlyWorld decodes a package and returns its world of that name, or its only
// one.
func (d *decoder) onlyWorld(found *outline.Component, name string) (*World, error) {
	before := len(d.r.Worlds)
	if _, err := d.encodedPackage(found); err != nil {
		return nil, err
	}
	worlds := d.r.Worlds[before:]
	for _, w := range worlds {
		if w.Name == name || name == "" && len(worlds) == 1 {
			return w, nil
		}
	}
	return nil, at(0, "there is no world %q in its package", name)
}
