package component

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/internal/task"
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
	switch {
	case e.Kind == types.ExternFunc:
		if e.Func.Async {
			return item{}, fmt.Errorf("an async function: %w", ErrUnsupported)
		}
		signature, err := f.signature(root, e.Func)
		if err != nil {
			return item{}, err
		}
		f.imports = append(f.imports, importPlan{path: path, signature: signature})
		return item{function: &function{signature: signature, lift: notLifted, imported: len(f.imports) - 1}}, nil
	case e.Kind == types.ExternType && e.Resource != nil:
		return f.importedResource(root, e, path), nil
	case e.Kind == types.ExternType:
		return item{}, nil
	case e.Kind == types.ExternInstance:
		return f.importedInstance(root, e.Instance, path)
	}
	return item{}, fmt.Errorf("a %v from the host: %w", e.Kind, ErrUnsupported)
}

func (f *flattener) importedResource(root *scope, e types.Extern, path []string) item {
	if known := root.resources[e.Resource]; known != nil {
		first := f.resources[known.Host.(task.Slot)].index
		f.imports = append(f.imports, importPlan{path: path, kind: sameResource, index: first})
		return item{resource: known}
	}
	resource := f.addResource(resourcePlan{name: path[len(path)-1], imported: true, index: len(f.imports), dtor: notGiven})
	f.imports = append(f.imports, importPlan{path: path, kind: importResource})
	root.resources[e.Resource] = resource
	return item{resource: resource}
}

func (f *flattener) importedInstance(root *scope, t *types.InstanceType, path []string) (item, error) {
	f.imports = append(f.imports, importPlan{path: path, kind: importInstance})
	exports := make(map[string]item, len(t.Exports))
	for _, e := range t.Exports {
		given, err := f.imported(root, e.Extern, append(path[:len(path):len(path)], e.Name))
		if err != nil {
			return item{}, fmt.Errorf("%s: %w", e.Name, err)
		}
		exports[e.Name] = given
	}
	return item{instance: &instanceItem{exports}}, nil
}
