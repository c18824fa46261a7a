package wit

import (
	"bytes"
	"encoding/json"
)

// encodeDocs returns the content of the section with documentation and gates.
func (p *Package) encodeDocs() ([]byte, error) {
	m := packageMarks{Docs: p.Docs}
	for _, w := range p.Worlds {
		m.Worlds.add(w.Name, w.marks())
	}
	for _, i := range p.Interfaces {
		m.Interfaces.add(i.Name, i.marks())
	}
	b := bytes.NewBuffer([]byte{packageDocsVersion})
	err := plainJSON(b).Encode(&m)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// plainJSON writes JSON without escaping what HTML would read.
func plainJSON(b *bytes.Buffer) *json.Encoder {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e
}

// add adds an entry, if it says anything.
func (o *ordered[T]) add(name string, value *T) {
	if value != nil {
		*o = append(*o, named[T]{name, *value})
	}
}

func (s Stability) marks() *gateMarks {
	switch {
	case s.Since != "":
		return &gateMarks{Stable: &stableMarks{s.Since, s.Deprecated}}
	case s.Unstable != "":
		return &gateMarks{Unstable: &unstableMarks{s.Unstable, s.Deprecated}}
	}
	return nil
}

func (f *Function) marks() *functionMarks {
	m := &functionMarks{f.Docs, f.Stability.marks()}
	if *m == (functionMarks{}) {
		return nil
	}
	return m
}

func (d *TypeDef) marks() *typeMarks {
	m := &typeMarks{Docs: d.Docs, Stability: d.Stability.marks()}
	for _, member := range d.Members {
		if member.Docs != "" {
			m.Items.add(member.Name, &member.Docs)
		}
	}
	if m.Docs == "" && m.Stability == nil && len(m.Items) == 0 {
		return nil
	}
	return m
}

func (i *Interface) marks() *interfaceMarks {
	m := &interfaceMarks{Docs: i.Docs, Stability: i.Stability.marks()}
	for _, f := range i.Functions {
		m.Funcs.add(f.Name, f.marks())
	}
	for _, def := range i.Types {
		m.Types.add(def.Name, def.marks())
	}
	if m.Docs == "" && m.Stability == nil && len(m.Funcs)+len(m.Types) == 0 {
		return nil
	}
	return m
}

func (w *World) marks() *worldMarks {
	m := &worldMarks{Docs: w.Docs, Stability: w.Stability.marks()}
	for i := range w.Imports {
		item := &w.Imports[i]
		if item.Type != nil {
			m.Types.add(item.Name, item.Type.marks())
			continue
		}
		item.addMarks(&m.Funcs, &m.Interfaces, &m.ImportGates, &m.ImportDocs)
	}
	for i := range w.Exports {
		w.Exports[i].addMarks(&m.FuncExports, &m.InterfaceExports, &m.ExportGates, &m.ExportDocs)
	}
	if m.isEmpty() {
		return nil
	}
	return m
}

func (m *worldMarks) isEmpty() bool {
	return m.Docs == "" && m.Stability == nil &&
		len(m.Interfaces)+len(m.Types)+len(m.Funcs)+len(m.InterfaceExports)+len(m.FuncExports)+
			len(m.ImportGates)+len(m.ExportGates)+len(m.ImportDocs)+len(m.ExportDocs) == 0
}

// addMarks adds those of a function or an interface of a world.
func (i *WorldItem) addMarks(functions *ordered[functionMarks], interfaces *ordered[interfaceMarks], gates *ordered[gateMarks], texts *ordered[string]) {
	switch {
	case i.Function != nil:
		functions.add(i.Name, i.Function.marks())
	case i.Interface.Name == "":
		interfaces.add(i.Name, i.Interface.marks())
	default:
		gates.add(i.Key(), i.Stability.marks())
		if i.Docs != "" {
			texts.add(i.Key(), &i.Docs)
		}
	}
}
