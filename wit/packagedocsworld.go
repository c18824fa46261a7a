package wit

import (
	"cmp"
	"errors"
)

// mark gives a world and what is in it documentation and gates.
func (w *World) mark(m *worldMarks) error {
	w.Docs = written(m.Docs)
	imports, exports := byName(w.Imports, (*WorldItem).Key), byName(w.Exports, (*WorldItem).Key)
	return cmp.Or(
		m.Stability.set(&w.Stability),
		markEach(m.Types, "type", markType, imports),
		markEach(m.Funcs, "function", markFunction, imports, exports),
		markEach(m.FuncExports, "function", markFunction, exports),
		markEach(m.Interfaces, "interface", markInterface, imports, exports),
		markEach(m.InterfaceExports, "interface", markInterface, exports),
		markEach(m.ImportGates, "import", markGate, imports),
		markEach(m.ExportGates, "export", markGate, exports),
		markEach(m.ImportDocs, "import", markText, imports),
		markEach(m.ExportDocs, "export", markText, exports),
	)
}

// markEach marks items of a world, each in the first of the lists that has it.
func markEach[T any](marks ordered[T], kind string, mark func(*WorldItem, *T) error, in ...map[string]*WorldItem) error {
	for i := range marks {
		var item *WorldItem
		for _, list := range in {
			item = cmp.Or(item, list[marks[i].name])
		}
		err := error(errAbsent)
		if item != nil {
			err = mark(item, &marks[i].value)
		}
		if err != nil {
			return within(err, "%s %q", kind, marks[i].name)
		}
	}
	return nil
}

var (
	errAbsent = errors.New("there is none in the package")
	errOther  = errors.New("it is something else in the package")
)

func markType(item *WorldItem, m *typeMarks) error {
	if item.Type == nil {
		return errOther
	}
	return item.Type.mark(m)
}

func markFunction(item *WorldItem, m *functionMarks) error {
	if item.Function == nil {
		return errOther
	}
	return item.Function.mark(m)
}

// markInterface marks an interface that is defined in the world.
func markInterface(item *WorldItem, m *interfaceMarks) error {
	if item.Interface == nil || item.Interface.Name != "" {
		return errOther
	}
	err := item.Interface.mark(m)
	item.Stability = item.Interface.Stability
	return err
}

func markGate(item *WorldItem, m *gateMarks) error {
	if item.Interface == nil {
		return errOther
	}
	return m.set(&item.Stability)
}

func markText(item *WorldItem, text *string) error {
	if item.Interface == nil {
		return errOther
	}
	item.Docs = written(*text)
	return nil
}
