package wapc

import (
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/spelling"
)

// resolve finds each of imports: among the contract's functions, then in what
// else is provided.
func (h *Host) resolve(imports []engine.Import, provided map[string]engine.Instance) ([]engine.Extern, error) {
	externs := make([]engine.Extern, 0, len(imports))
	var unmet []engine.UnmetImport
	for _, imp := range imports {
		extern, err := h.resolveOne(imp, provided)
		var link *engine.LinkError
		switch {
		case err == nil:
			externs = append(externs, extern)
		case errors.As(err, &link):
			unmet = append(unmet, link.Unmet...)
		default:
			return nil, err
		}
	}
	if unmet != nil {
		return nil, &engine.LinkError{Unmet: unmet}
	}
	return externs, nil
}

// oneImport is a module of which only an import counts.
type oneImport struct {
	engine.Module
	imports [1]engine.Import
}

// Imports returns the one import.
func (m *oneImport) Imports() []engine.Import { return m.imports[:] }

// resolveOne finds what satisfies imp.
func (h *Host) resolveOne(imp engine.Import, provided map[string]engine.Instance) (engine.Extern, error) {
	if own := h.own(imp); own != nil {
		_, known := own.Export(imp.Name)
		if _, other := provided[imp.Module]; known || !other {
			provided = map[string]engine.Instance{imp.Module: own}
		}
	}
	externs, err := engine.Link(&oneImport{imports: [1]engine.Import{imp}}, provided)
	if err != nil {
		return engine.Extern{}, explain(err, imp)
	}
	return externs[0], nil
}

// own returns the contract's instance for an import's module, or nil. Which one
// has __host_call depends on the import's type.
func (h *Host) own(imp engine.Import) engine.Instance {
	switch {
	case imp.Module == moduleEnv:
		return h.env
	case imp.Module != moduleWapc:
		return nil
	case imp.Name == nameHostCall && imp.Type.Func.Equal(i32s(6, 1)):
		return h.hostCall6
	case imp.Name == nameHostCall && imp.Type.Func.Equal(i32s(4, 1)):
		return h.hostCall4
	}
	return h.wapc
}

// explain adds to the reason why imp is not met which function of the contract
// it may have meant.
func explain(err error, imp engine.Import) error {
	var link *engine.LinkError
	if !errors.As(err, &link) {
		return err
	}
	for i := range link.Unmet {
		unmet := &link.Unmet[i]
		if hint := near(imp); hint != "" {
			unmet.Reason += fmt.Sprintf("; the contract has %s", hint)
		}
	}
	return link
}

// near returns the contract's function with the name of imp, or one close to
// it, as "wapc.__console_log"; "" if there is none or imp names it exactly. Of
// two that are equally close the one in the import's own module counts.
func near(imp engine.Import) string {
	best, distance := "", 4
	for _, module := range [...]string{moduleWapc, moduleEnv} {
		for _, f := range funcsOf(module) {
			d := spelling.Distance(f.Name, imp.Name)
			switch {
			case module == imp.Module && d == 0:
				return ""
			case d < distance || d == distance && module == imp.Module && best != "":
				best, distance = module+"."+f.Name, d
			}
		}
	}
	return best
}

// funcsOf returns the functions of one of the contract's modules.
func funcsOf(module string) []engine.HostFunc {
	if module == moduleEnv {
		return envFuncs()
	}
	return wapcFuncs()
}
