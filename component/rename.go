package component

import (
	"bytes"
	"slices"

	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// longestPadding is the longest name whose length is one byte.
const longestPadding = 127

// renameImports returns the module with its imports named as what they are given:
// an engine that looks imports up by name must else make a module for each name
// that differs, at each instantiation. The modules that they are imported from,
// which mean nothing any more, take up the difference, so that everything stays
// where it was and traps say the offsets of the component's own code. A name for
// which there is no room stays as it is: then the engine sees to it.
func renameImports(m *corewasm.Module, binary []byte, given []coreItem) ([]byte, error) {
	same := func(i corewasm.Import, from coreItem) bool { return i.Name == from.name }
	section, ok := m.Section(corewasm.SectionImport)
	if !ok || len(given) == 0 || slices.EqualFunc(m.Imports, given, same) {
		return binary, nil
	}
	out, items := slices.Clone(binary), corewasm.NewItemReader(binary)
	at, end := int(section.Content.Offset), int(section.Content.End())
	_, size, err := leb128.Uint32(binary[at:end])
	if err != nil {
		return nil, err
	}
	at += size
	for _, item := range given {
		start := at
		for range 2 { // the module and the name
			length, size, err := leb128.Uint32(binary[at:end])
			if err != nil {
				return nil, err
			}
			at += size + int(length)
		}
		copy(out[start:at], importNames(item.name, at-start))
		if _, at, err = items.Desc(at, end); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// importNames returns the two names of an import, size bytes together, of which
// the second is that; nothing if there is no way.
func importNames(name string, size int) []byte {
	padding := size - leb128.Size32(uint32(len(name))) - len(name) - 1
	if padding < 0 || padding > longestPadding {
		return nil
	}
	out := append([]byte{byte(padding)}, bytes.Repeat([]byte{'_'}, padding)...)
	return append(leb128.AppendUint32(out, uint32(len(name))), name...)
}
