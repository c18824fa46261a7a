package component

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// rehearse links the adapters as instances do, with modules that stand in for the
// guests: they export what adapters import, and have a start function where the
// guest has one. No code of guests runs. The error says why there can be no
// instances of the adapters.
func (c *Component) rehearse(ctx context.Context) error {
	play := c.cast()
	i := &Instance{pre: &Pre{component: c}}
	i.tree = canon.NewTree(c.program.parents, len(c.program.resources), len(c.program.lowers))
	err := play.compile(ctx, c.engine)
	for n := 0; err == nil && n < len(c.program.steps); n++ {
		switch s := &c.program.steps[n]; s.kind {
		case stepCore:
			err = i.standIn(ctx, play.roles[s.index])
		case stepAdapter:
			err = i.adapter(ctx, s)
		}
	}
	i.cores = slices.DeleteFunc(i.cores, func(core engine.Instance) bool { return core == nil })
	return errors.Join(err, i.Close(ctx), play.close(ctx))
}

// standIn makes the stand-in for the next core instance: nil if there is none.
func (i *Instance) standIn(ctx context.Context, role *standIn) error {
	if role == nil {
		i.cores = append(i.cores, nil)
		return nil
	}
	core, err := role.compiled.Instantiate(ctx, nil, i.config())
	if err == nil {
		i.cores = append(i.cores, core)
	}
	return err
}

// A cast is the modules that stand in for the guests of a program.
type cast struct {
	all   []*standIn
	roles map[int]*standIn // by core instance
}

// A standIn is a module that stands in for those of several core instances.
type standIn struct {
	starts   bool
	exports  map[string]engine.ExternType
	compiled engine.Module
}

// cast finds what adapters import of which core instance.
func (c *Component) cast() *cast {
	wanted := map[int]map[string]engine.ExternType{}
	for _, s := range c.program.steps {
		if s.kind != stepAdapter {
			continue
		}
		for n, imp := range c.adapters[s.module].Imports() {
			from := s.imports[n]
			if from.function != noFunction || from.instance < 0 {
				continue
			}
			if wanted[from.instance] == nil {
				wanted[from.instance] = map[string]engine.ExternType{}
			}
			wanted[from.instance][from.name] = imp.Type
		}
	}
	play := &cast{roles: map[int]*standIn{}}
	for _, s := range c.program.steps {
		if exports := wanted[s.index]; s.kind == stepCore && exports != nil {
			play.add(s.index, c.program.modules[s.module].embedded.Core.HasStart, exports)
		}
	}
	return play
}

// add gives a core instance a stand-in: one that is there, if it can be.
func (play *cast) add(instance int, starts bool, exports map[string]engine.ExternType) {
	at := slices.IndexFunc(play.all, func(s *standIn) bool { return s.starts == starts && s.takes(exports) })
	if at < 0 {
		at = len(play.all)
		play.all = append(play.all, &standIn{starts: starts, exports: map[string]engine.ExternType{}})
	}
	maps.Copy(play.all[at].exports, exports)
	play.roles[instance] = play.all[at]
}

// takes reports whether no export is there already as something else.
func (s *standIn) takes(exports map[string]engine.ExternType) bool {
	for name, t := range exports {
		if have, ok := s.exports[name]; ok && (have.Kind != t.Kind || !have.Func.Equal(t.Func)) {
			return false
		}
	}
	return true
}

// binary returns the module. Its functions only trap, and are never called.
func (s *standIn) binary() []byte {
	var b corewasm.Builder
	var memory *uint32
	for _, name := range slices.Sorted(maps.Keys(s.exports)) {
		switch t := s.exports[name]; t.Kind {
		case engine.KindFunc:
			f := b.Func(coreTypes(t.Func.Params), coreTypes(t.Func.Results), nil, corewasm.Code{}.Unreachable())
			b.Export(name, corewasm.KindFunc, f)
		case engine.KindMemory:
			if memory == nil {
				index := b.Memory(corewasm.Limits{})
				memory = &index
			}
			b.Export(name, corewasm.KindMemory, *memory)
		}
	}
	if s.starts {
		b.Start(b.Func(nil, nil, nil, nil))
	}
	return b.Bytes()
}

func coreTypes(types []engine.ValueType) []corewasm.ValueType {
	out := make([]corewasm.ValueType, len(types))
	for i, t := range types {
		out[i] = corewasm.ValueType(t)
	}
	return out
}

func (play *cast) compile(ctx context.Context, e engine.Engine) (err error) {
	for n, s := range play.all {
		if s.compiled, err = e.Compile(ctx, s.binary(), engine.Limits{}); err != nil {
			return fmt.Errorf("stand-in %d: %w", n, err)
		}
	}
	return nil
}

func (play *cast) close(ctx context.Context) error {
	var errs []error
	for _, s := range play.all {
		if s.compiled != nil {
			errs = append(errs, s.compiled.Close(ctx))
		}
	}
	return errors.Join(errs...)
}
