package component

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
)

// importRoot makes what the component imports from the host.
func (f *flattener) importRoot(root *scope, imp types.NamedExtern) error {
	given, err := f.imported(root, imp.Extern, []string{imp.Name})
	root.imports[imp.Name] = given
	return err
}

// imported adds an import, with all that is in it if it is an instance.
func (f *flattener) imported(root *scope, e types.Extern, path []string) (item, error) {
	if err := f.spend(1); err != nil {
		return item{}, err
	}
	if err := f.spendPath(path); err != nil {
		return item{}, err
	}
	plan := importPlan{path: path, extern: e}
	switch {
	case e.Kind == types.ExternFunc:
		return f.importedFunc(root, plan)
	case e.Kind == types.ExternType && e.Resource != nil:
		return f.importedResource(root, plan), nil
	case e.Kind == types.ExternType:
		return item{}, nil
	case e.Kind == types.ExternInstance:
		return f.importedInstance(root, plan)
	case e.Kind == types.ExternModule:
		plan.kind = importModule
		return item{module: f.parameter(plan).module}, nil
	case e.Kind == types.ExternComponent:
		plan.kind = importComponent
		return item{component: f.parameter(plan).component}, nil
	}
	return item{}, unsupported(validate.FeatureValues, "a value")
}

func (f *flattener) importedFunc(root *scope, plan importPlan) (item, error) {
	if plan.extern.Func.Async {
		return item{}, unsupported(validate.FeatureAsync, "an async function")
	}
	signature, err := f.signature(root, plan.extern.Func)
	if err != nil {
		return item{}, err
	}
	plan.signature = signature
	f.imports = append(f.imports, plan)
	return item{function: &function{signature: signature, lift: notLifted, imported: len(f.imports) - 1}}, nil
}

// parameter adds an import on which the program depends, and returns what is
// given for it.
func (f *flattener) parameter(plan importPlan) offer {
	index := len(f.imports)
	f.imports = append(f.imports, plan)
	if f.given == nil {
		f.open = true
		return offer{}
	}
	return f.given[index]
}

func (f *flattener) importedResource(root *scope, plan importPlan) item {
	if known := root.resources[plan.extern.Resource]; known != nil {
		plan.kind, plan.index = sameResource, f.resources[known.Host.(task.Slot)].index
		f.imports = append(f.imports, plan)
		return item{resource: known}
	}
	name := plan.path[len(plan.path)-1]
	resource := f.addResource(resourcePlan{name: name, imported: true, index: len(f.imports), dtor: notGiven})
	plan.kind = importResource
	f.imports = append(f.imports, plan)
	root.resources[plan.extern.Resource] = resource
	return item{resource: resource}
}

func (f *flattener) importedInstance(root *scope, plan importPlan) (item, error) {
	plan.kind = importInstance
	f.imports = append(f.imports, plan)
	exports := make(map[string]item, len(plan.extern.Instance.Exports))
	for _, e := range plan.extern.Instance.Exports {
		given, err := f.imported(root, e.Extern, append(plan.path[:len(plan.path):len(plan.path)], e.Name))
		if err != nil {
			return item{}, fmt.Errorf("%s: %w", e.Name, err)
		}
		exports[e.Name] = given
	}
	return item{instance: &instanceItem{exports}}, nil
}
