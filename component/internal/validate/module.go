package validate

import (
	"errors"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// module looks at a core module that is defined in a component.
func (v *validator) module(s *scope, i int) error {
	if v.moduleCount++; v.moduleCount > maxModules {
		return exceeds("modules", "more than %d modules", maxModules)
	}
	where := s.out.Syntax.Modules[i]
	code := s.out.Syntax.Bytes(where)
	checked, err := engine.CheckModule(code, v.Limits)
	if err != nil {
		return coreFault(err, where.Offset)
	}
	core, err := corewasm.Parse(code)
	if err != nil {
		return coreFault(err, where.Offset)
	}
	t, err := v.typeOf(core)
	if err != nil {
		return err
	}
	embedded := &EmbeddedModule{Range: where, Checked: checked, Core: core, Type: t}
	s.out.Embedded = append(s.out.Embedded, embedded)
	s.addModule(Module{Origin: Origin{Kind: Defined, Index: uint32(i)}, Embedded: embedded, Type: t})
	return nil
}

// ParseModule validates a core module that is in no component. Offsets in errors
// are those in the module.
func ParseModule(binary []byte, config Config) (*EmbeddedModule, error) {
	checked, err := engine.CheckModule(binary, config.Limits)
	if err != nil {
		return nil, err
	}
	core, err := corewasm.Parse(binary)
	if err != nil {
		return nil, err
	}
	t, err := newValidator(config, baseWork).typeOf(core)
	if err != nil {
		return nil, err
	}
	return &EmbeddedModule{Range: componentbinary.Range{Size: uint32(len(binary))}, Checked: checked, Core: core, Type: t}, nil
}

// typeOf returns the type of a module.
func (v *validator) typeOf(core *corewasm.Module) (*types.ModuleType, error) {
	space, err := v.coreFuncs(nil, core.Types)
	if err != nil {
		return nil, err
	}
	b := newModuleTypeBuilder(len(core.Imports), len(core.Exports))
	for _, imported := range core.Imports {
		t, err := coreExtern(space, imported.Desc)
		if err != nil {
			return nil, err
		}
		if err := b.add(imported.Module, imported.Name, t); err != nil {
			return nil, err
		}
	}
	for _, exported := range core.Exports {
		desc, ok := core.Desc(exported.Kind, exported.Index)
		if !ok {
			kind := types.CoreKind(exported.Kind)
			return nil, bad("unknown %s %d: %s index out of bounds", kind, exported.Index, kind)
		}
		t, err := coreExtern(space, desc)
		if err != nil {
			return nil, err
		}
		if err := b.export(exported.Name, t); err != nil {
			return nil, err
		}
	}
	v.moduleExports[b.module] = b.exports
	return b.module, nil
}

// coreFault turns what is wrong with a module at base into a fault.
func coreFault(err error, base uint32) error {
	var checked *engine.BinaryError
	if errors.As(err, &checked) {
		return placed(checked.Section, checked.Item, checked.Reason, checked.Feature, checked.Limit, base, checked.Offset)
	}
	var parsed *corewasm.Error
	if errors.As(err, &parsed) {
		return placed(parsed.Section, parsed.Item, parsed.Reason, parsed.Feature, parsed.Limit, base, parsed.Offset)
	}
	return err
}

func placed(section, item, reason, feature, limit string, base uint32, offset int) error {
	if item != "" {
		reason = item + ": " + reason
	}
	if section != "" {
		reason = "section " + section + ": " + reason
	}
	return &fault{reason: reason, feature: feature, limit: limit, offset: base + uint32(offset)}
}
