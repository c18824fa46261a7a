package wit

import (
	"errors"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit/internal/outline"
)

// Decoded is what a WebAssembly binary says in WIT.
type Decoded struct {
	*Resolve

	// Package is the one that was encoded, or that of World.
	Package *Package

	// World is what a component imports and exports, or what a core module was
	// made for. It is nil for an encoded package.
	World *World
}

// ErrNoWIT is the error for a core module that does not say for which world it
// was made.
var ErrNoWIT = errors.New("a core module without a section component-type says nothing in WIT")

// The package and the world of what has no name in the binary.
var rootPackage = PackageName{Namespace: "root", Name: "component"}

const rootWorld = "root"

// IsBinary reports whether bytes begin like a WebAssembly binary: other files are
// text.
func IsBinary(file []byte) bool {
	return len(file) >= 4 && string(file[:4]) == "\x00asm"
}

// Decode reads a binary of one of three kinds.
//
// A package of WIT in the binary format, of the present form or the one before,
// gives the package with documentation and gates, and what is known of the
// packages that it refers to (WIT.md#package-format). Any other component gives
// its world: root in package root:component, since the binary has no name for
// it, without documentation. A core module gives the world that it was made for,
// from its custom sections component-type; if they are of several worlds it is
// root, with all of them; [ErrNoWIT] if it has none.
//
// The types are as the binary names them. Errors are of type [*DecodeError].
// Nothing is validated that has no part in the answer. It takes time and
// memory in proportion to the binary without its code.
func Decode(binary []byte) (*Decoded, error) {
	d, err := decode(binary)
	if err != nil {
		return nil, &DecodeError{err}
	}
	return d, nil
}

// A DecodeError is what is wrong with a binary.
type DecodeError struct {
	// Err says what and where, from outside in.
	Err error
}

// Error returns the text of Err.
func (e *DecodeError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *DecodeError) Unwrap() error { return e.Err }

func decode(binary []byte) (*Decoded, error) {
	if !componentbinary.Is(binary) {
		return decodeModule(binary)
	}
	c, found, err := outlineOf(binary)
	if err != nil {
		return nil, err
	}
	d := newDecoder()
	if isPackage(found) {
		pkg, err := d.documented(c, found)
		if err != nil {
			return nil, err
		}
		d.finish()
		return &Decoded{Resolve: d.r, Package: pkg}, nil
	}
	w := d.addWorld(rootPackage, rootWorld)
	if err := d.world(w, found); err != nil {
		return nil, err
	}
	d.finish()
	return &Decoded{Resolve: d.r, Package: w.Package, World: w}, nil
}

// documented decodes an encoded package with its documentation.
func (d *decoder) documented(c *componentbinary.Component, found *outline.Component) (*Package, error) {
	pkg, err := d.encodedPackage(found)
	if err == nil {
		err = d.packageDocs(c, pkg)
	}
	return pkg, err
}

func outlineOf(binary []byte) (*componentbinary.Component, *outline.Component, error) {
	c, err := componentbinary.Parse(binary)
	if err != nil {
		return nil, nil, err
	}
	found, err := outline.Of(c)
	return c, found, err
}

// isPackage reports whether a component encodes a package: it exports nothing but
// types of components.
func isPackage(c *outline.Component) bool {
	if len(c.Imports) > 0 || len(c.Exports) == 0 {
		return false
	}
	for _, x := range c.Exports {
		if x.Sort != componentbinary.SortType || x.Type.Component == nil {
			return false
		}
	}
	return true
}

// addWorld makes a world.
func (d *decoder) addWorld(pkg PackageName, name string) *World {
	d.worlds[pkg.ID(name)] = true
	w := &World{Name: name, Package: d.pkg(pkg)}
	w.Package.Worlds = append(w.Package.Worlds, w)
	return w
}

// encodedPackage decodes the items of an encoded package.
func (d *decoder) encodedPackage(c *outline.Component) (pkg *Package, err error) {
	for i := range c.Exports {
		var p *Package
		if x := &c.Exports[i]; isWhole(x) {
			p, err = d.wholePackage(x)
		} else {
			p, err = d.encodedItem(x)
		}
		if err == nil && pkg != nil && p != pkg {
			err = at(c.Exports[i].Offset, "package %s among those of %s", p.Name, pkg.Name)
		}
		if err != nil {
			return nil, within(err, "export %q", c.Exports[i].Name)
		}
		pkg = p
	}
	return pkg, nil
}

// isWhole reports whether an export is a package in the form before the present
// one: then all of it is one type, which is called namespace:name/wit.
func isWhole(x *outline.Extern) bool {
	id, ok := idOf(x)
	return ok && id.name == "wit"
}

// wholePackage decodes a package in the form before the present one.
func (d *decoder) wholePackage(x *outline.Extern) (*Package, error) {
	id, _ := idOf(x)
	if err := d.used(x.Type.Component); err != nil {
		return nil, err
	}
	exports := x.Type.Component.Exports
	for i := range exports {
		if err := d.packageItem(id.pkg, exports[i].Name, &exports[i]); err != nil {
			return nil, within(err, "export %q", exports[i].Name)
		}
	}
	return d.pkg(id.pkg), nil
}

// encodedItem decodes one interface or one world of a package.
func (d *decoder) encodedItem(x *outline.Extern) (*Package, error) {
	c := x.Type.Component
	if len(c.Exports) != 1 {
		return nil, at(x.Offset, "%d exports, where an interface or a world is expected", len(c.Exports))
	}
	item := &c.Exports[0]
	id, ok := idOf(item)
	if !ok {
		return nil, at(item.Offset, "%q is no name of an interface or a world", item.Name)
	}
	if id.name != x.Name {
		return nil, at(item.Offset, "%q is not called that", item.Name)
	}
	if err := d.used(c); err != nil {
		return nil, err
	}
	return d.pkg(id.pkg), d.packageItem(id.pkg, id.name, item)
}

// used decodes the interfaces whose types are used by an item.
func (d *decoder) used(c *outline.Component) error {
	for i := range c.Imports {
		x := &c.Imports[i]
		id, ok := idOf(x)
		err := error(nil)
		if !ok || x.Sort != componentbinary.SortInstance {
			err = at(x.Offset, "it is no interface")
		} else {
			err = d.fill(d.byID(id), x.Instance)
		}
		if err != nil {
			return within(err, "import %q", x.Name)
		}
	}
	return nil
}

// packageItem decodes an interface or a world.
func (d *decoder) packageItem(pkg PackageName, name string, x *outline.Extern) error {
	if id, ok := idOf(x); ok {
		name = id.name
	}
	switch {
	case x.Sort == componentbinary.SortInstance:
		return d.fill(d.byID(externID{pkg, name}), x.Instance)
	case x.Sort != componentbinary.SortComponent || x.Component == nil:
		return at(x.Offset, "it is neither an interface nor a world")
	case d.worlds[pkg.ID(name)] && !d.merging:
		return at(x.Offset, "there are two worlds %q", name)
	}
	return d.world(d.addWorld(pkg, name), x.Component)
}
