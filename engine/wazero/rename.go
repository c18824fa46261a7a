package wazero

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// renameAll replaces the modules that have what is given under other names than are
// wanted. It returns the import that an error is about.
func (l *linker) renameAll(ctx context.Context, given []engine.Extern) (k int, err error) {
	for k, wanted := range l.instance.of.names {
		if given[k].Name == wanted {
			continue
		}
		if l.modules[k], err = l.rename(ctx, l.modules[k], wanted, given[k]); err != nil {
			return k, err
		}
	}
	return 0, nil
}

// rename returns a module of wazero's that exports what given names under the
// name that is wanted: wazero looks imports up by their own names. It is a module
// of one import and one export, which costs some microseconds to make and nothing
// to call through.
func (l *linker) rename(ctx context.Context, from api.Module, wanted string, given engine.Extern) (api.Module, error) {
	t, ok := given.Instance.Export(given.Name)
	if !ok {
		return nil, fmt.Errorf("the instance has no export %s", given.Name)
	}
	var b corewasm.Builder
	index := b.Import("from", given.Name, describe(&b, t))
	b.Export(wanted, corewasm.Kind(t.Kind), index)
	compiled, err := l.engine.compileAside(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("rename: %w", err)
	}
	resolve := experimental.WithImportResolver(ctx, func(string) api.Module { return from })
	module, err := l.engine.runtime.InstantiateModule(resolve, compiled, instanceConfig)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("rename: %w", err), compiled.Close(ctx))
	}
	l.instance.renamed = append(l.instance.renamed, renamed{module, compiled})
	return module, nil
}

// renamed is what rename made for an instance.
type renamed struct {
	module   api.Module
	compiled api.Closer
}

// close gives back what rename made. It frees an imported memory too, as wazero
// does, so it happens when the group is freed.
func (r renamed) close(ctx context.Context) error {
	return errors.Join(r.module.Close(ctx), r.compiled.Close(ctx))
}

// describe returns the type as the builder takes it.
func describe(b *corewasm.Builder, t engine.ExternType) corewasm.Desc {
	desc := corewasm.Desc{Kind: corewasm.Kind(t.Kind)}
	switch t.Kind {
	case engine.KindFunc, engine.KindTag:
		desc.Type = b.Type(coreTypes(t.Func.Params), coreTypes(t.Func.Results))
	case engine.KindTable:
		desc.Value = corewasm.ValueType(t.Table.Element)
		desc.Limits = corewasm.Limits{Min: t.Table.Min, Max: t.Table.Max, HasMax: t.Table.HasMax}
	case engine.KindMemory:
		desc.Limits = corewasm.Limits{
			Min: t.Memory.Min, Max: t.Memory.Max, HasMax: t.Memory.HasMax, Shared: t.Memory.Shared,
		}
	case engine.KindGlobal:
		desc.Value, desc.Mutable = corewasm.ValueType(t.Global.Value), t.Global.Mutable
	}
	return desc
}

func coreTypes(types []engine.ValueType) []corewasm.ValueType {
	out := make([]corewasm.ValueType, len(types))
	for i, t := range types {
		out[i] = corewasm.ValueType(t)
	}
	return out
}
