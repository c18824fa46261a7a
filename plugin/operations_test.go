package plugin

import (
	"fmt"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
)

// exporting is a component that exports one instance under n names.
func exporting(n int, instance *types.InstanceType) *types.ComponentType {
	t := new(types.ComponentType)
	for i := range n {
		x := types.Extern{Kind: types.ExternInstance, Instance: instance}
		t.Exports = append(t.Exports, types.NamedExtern{Name: fmt.Sprintf("a:b/i%d", i), Extern: x})
	}
	return t
}

// TestOperationsAreBounded counts the functions of an instance as often as it is
// exported.
func TestOperationsAreBounded(t *testing.T) {
	instance := new(types.InstanceType)
	for i := range 100 {
		x := types.Extern{Kind: types.ExternFunc, Func: new(types.FuncType)}
		instance.Exports = append(instance.Exports, types.NamedExtern{Name: fmt.Sprintf("f%d", i), Extern: x})
	}
	ops, err := operationsOf(exporting(100, instance))
	if err != nil || len(ops.all) != maxOperations {
		t.Fatal(err)
	}
	if found, err := ops.find("i7.f3"); err != nil || found.name() != "a:b/i7#f3" {
		t.Errorf("found %v, %v", found, err)
	}
	if _, err := ops.find("f3"); err == nil || !strings.Contains(err.Error(), "and 90 more") {
		t.Errorf("a name of a hundred functions: %v", err)
	}
	if _, err := operationsOf(exporting(101, instance)); err == nil {
		t.Error("10,100 functions are taken")
	}
}
