package wit

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// packageDocs gives an encoded package the documentation and the gates that its
// binary has for it.
func (d *decoder) packageDocs(c *componentbinary.Component, pkg *Package) error {
	var found *componentbinary.Custom
	for i := range c.Customs {
		if c.Customs[i].Name != packageDocsSection {
			continue
		}
		if found != nil {
			return at(c.Customs[i].Content.Offset, "there are two sections %s", packageDocsSection)
		}
		found = &c.Customs[i]
	}
	if found == nil {
		return nil
	}
	content := c.Bytes(found.Content)
	if len(content) == 0 || content[0] != packageDocsFirst && content[0] != packageDocsVersion {
		return at(found.Content.Offset, "section %s is of no version that is known (up to %d)", packageDocsSection, packageDocsVersion)
	}
	var marks packageMarks
	text := strictly(content[1:])
	err := text.Decode(&marks)
	if _, more := text.Token(); err == nil && more != io.EOF {
		err = errBehind
	}
	if err == nil {
		err = pkg.mark(&marks)
	}
	return within(err, "section %s at offset %#x", packageDocsSection, found.Content.Offset)
}

var errBehind = errors.New("something stands behind the JSON")

// written returns documentation as it is when it was written as comments: only
// that can be printed and read again.
func written(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return docs(head(syntax.Allowed(text), Stability{}, "").Comments)
}

func (p *Package) mark(m *packageMarks) error {
	p.Docs = written(m.Docs)
	worlds := byName(p.Worlds, func(w **World) string { return (*w).Name })
	for i := range m.Worlds {
		found := worlds[m.Worlds[i].name]
		if found == nil {
			return within(errAbsent, "world %q", m.Worlds[i].name)
		}
		w := *found
		if err := w.mark(&m.Worlds[i].value); err != nil {
			return within(err, "world %q", w.Name)
		}
	}
	interfaces := byName(p.Interfaces, func(i **Interface) string { return (*i).Name })
	for n := range m.Interfaces {
		found := interfaces[m.Interfaces[n].name]
		if found == nil {
			return within(errAbsent, "interface %q", m.Interfaces[n].name)
		}
		if err := (*found).mark(&m.Interfaces[n].value); err != nil {
			return within(err, "interface %q", (*found).Name)
		}
	}
	return nil
}

func (i *Interface) mark(m *interfaceMarks) error {
	i.Docs = written(m.Docs)
	if err := m.Stability.set(&i.Stability); err != nil {
		return err
	}
	types := byName(i.Types, func(d **TypeDef) string { return (*d).Name })
	for n := range m.Types {
		found := types[m.Types[n].name]
		if found == nil {
			return within(errAbsent, "type %q", m.Types[n].name)
		}
		def := *found
		if err := def.mark(&m.Types[n].value); err != nil {
			return within(err, "type %q", def.Name)
		}
	}
	functions := byName(i.Functions, func(f **Function) string { return (*f).Name })
	for n := range m.Funcs {
		found := functions[m.Funcs[n].name]
		if found == nil {
			return within(errAbsent, "function %q", m.Funcs[n].name)
		}
		f := *found
		if err := f.mark(&m.Funcs[n].value); err != nil {
			return within(err, "function %q", f.Name)
		}
	}
	return nil
}

func (d *TypeDef) mark(m *typeMarks) error {
	d.Docs = written(m.Docs)
	members := byName(d.Members, func(m *Member) string { return m.Name })
	for _, item := range m.Items {
		found := members[item.name]
		if found == nil {
			return within(errAbsent, "%q", item.name)
		}
		found.Docs = written(item.value)
	}
	return m.Stability.set(&d.Stability)
}

// byName finds items by their names.
func byName[T any](items []T, name func(*T) string) map[string]*T {
	found := make(map[string]*T, len(items))
	for i := range items {
		found[name(&items[i])] = &items[i]
	}
	return found
}

func (f *Function) mark(m *functionMarks) error {
	f.Docs = written(m.Docs)
	return m.Stability.set(&f.Stability)
}

// set sets the gates of an item.
func (m *gateMarks) set(s *Stability) error {
	if m == nil {
		return nil
	}
	switch {
	case m.Stable != nil && m.Unstable == nil:
		*s = Stability{Since: m.Stable.Since, Deprecated: m.Stable.Deprecated}
		if !syntax.IsVersion(s.Since) {
			return fmt.Errorf("%q is no version", s.Since)
		}
	case m.Unstable != nil && m.Stable == nil:
		*s = Stability{Unstable: m.Unstable.Feature, Deprecated: m.Unstable.Deprecated}
		if !syntax.IsLabel(s.Unstable) {
			return fmt.Errorf("%q is no name of a feature", s.Unstable)
		}
	default:
		return fmt.Errorf("an item is stable or unstable")
	}
	if s.Deprecated != "" && !syntax.IsVersion(s.Deprecated) {
		return fmt.Errorf("%q is no version", s.Deprecated)
	}
	return nil
}
