package component

import (
	"maps"
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/types"
)

// DefineInstance offers what an instance exports, with all that is in the
// instances that it exports, as an instance; without a path its exports stand by
// themselves. Calls go from memory to memory, by way of the host. Resource types
// stay what they are: an instance that is given another one's resources passes
// them on and has that one end them.
//
// The instance and those that are linked with it are one: one goroutine at a time
// uses them, links with them and instantiates what was linked with them. A call into
// one of them while it is being called is refused as everywhere, and if one traps
// those that called it do too; if it is an argument that traps, who was to be called
// goes on. The instance is closed after them; calls into one that is closed are
// errors. Each has its own limits, and while it is called those of its caller, too:
// what it spends the caller has spent, whether it has a limit of fuel itself or not.
func (l *Linker) DefineInstance(i *Instance, path ...string) {
	l.offerInstance(&exporter{i, i.resourceTypes()}, i.pre.component.program.exports, path)
}

// An exporter is an instance whose exports are offered. types leads from the
// resource types of signatures to those that its resources are of.
type exporter struct {
	*Instance
	types types.Substitution
}

func (i *Instance) resourceTypes() types.Substitution {
	actual := types.Substitution{}
	for slot, r := range i.tree.Resources {
		actual[i.pre.component.program.resources[slot].typ] = r.Type
	}
	return actual
}

func (l *Linker) offerInstance(e *exporter, exports map[string]item, path []string) {
	if len(path) > 0 {
		l.offer(offer{}, path)
	}
	for _, name := range slices.Sorted(maps.Keys(exports)) {
		to := append(path[:len(path):len(path)], name)
		switch x := exports[name]; {
		case x.instance != nil:
			l.offerInstance(e, x.instance.exports, to)
		case x.function != nil:
			l.define(e.function(x.function), to)
		case x.resource != nil:
			l.DefineResource(e.resource(x.resource), to...)
		case x.module != nil:
			l.DefineModule(x.module, to...)
		case x.component != nil:
			l.offer(offer{component: x.component}, to)
		}
	}
}

// function returns what serves others with a function that the instance exports.
func (e *exporter) function(f *function) hostFunction {
	t := exportType{e.types.Func(f.signature.Type), f.signature.Type}
	if f.lift == notLifted {
		return hostExport{e.pre.functions[f.imported], t}
	}
	return guestExport{e.Instance, f.lift, t}
}

func (e *exporter) resource(t *types.ResourceType) *Resource {
	r := e.tree.Resources[t.Host.(task.Slot)]
	offered := &Resource{Name: t.Name, Drop: r.Destroy, of: r.Type}
	if r.Impl != nil {
		offered.Drop = e.tree.Destroyer(r)
	}
	return offered
}

// A typedFunction is a function on the host whose type is known.
type typedFunction interface {
	hostFunction
	types() exportType
}

// An exportType is the type of an exported function: with resource types as
// handles have them, and as its component calls them.
type exportType struct{ actual, shown *types.FuncType }

func (t exportType) types() exportType { return t }

// A guestExport is a function that an instance lifts.
type guestExport struct {
	instance *Instance
	lift     int
	exportType
}

func (g guestExport) server(s *abi.Signature) (canon.Server, error) {
	lift, err := g.instance.lift(g.lift)
	if err != nil {
		return nil, err
	}
	return canon.NewForeign(s, lift)
}

// A hostExport is a function of the host that an instance exports again.
type hostExport struct {
	hostFunction
	exportType
}
