package wit

import (
	"errors"
	"fmt"
	"slices"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// binaries are packages in the binary format that others may refer to. What they
// say of packages beside them comes together.
type binaries struct {
	decoder *decoder
	whole   map[*Package]string // by the file that has it
	first   map[*Package]string // the first file that speaks of it
}

func newBinaries() *binaries {
	return &binaries{newDecoder(), make(map[*Package]string), make(map[*Package]string)}
}

func (b *binaries) add(name string, binary []byte) error {
	pkg, err := b.decode(binary)
	if err != nil {
		return within(&DecodeError{err}, "%s", name)
	}
	b.whole[pkg] = name
	for _, p := range b.decoder.packages {
		if b.first[p] == "" {
			b.first[p] = name
		}
	}
	return nil
}

func (b *binaries) decode(binary []byte) (*Package, error) {
	c, found, err := outlineOf(binary)
	if err != nil {
		return nil, err
	}
	if !isPackage(found) {
		return nil, errNoPackage
	}
	pkg, err := b.decoder.documented(c, found)
	if other := b.whole[pkg]; err == nil && other != "" {
		err = fmt.Errorf("package %s is defined twice; also in %s", pkg.Name, other)
	}
	return pkg, err
}

var errNoPackage = errors.New("a component is no package in the binary format")

// groups returns the packages as if they were texts: those that the files would
// be made from, so that errors can show a line of them.
func (b *binaries) groups() ([]*group, error) {
	var all []*group
	for p, name := range b.first {
		g, err := parseSources([]*syntax.Source{{Name: name, Text: (&Resolve{}).Print(p)}})
		if err != nil {
			return nil, err
		}
		g.main.binary, g.main.partial = true, b.whole[p] == ""
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *group) int { return a.main.name.compare(b.main.name) })
	return all, nil
}
