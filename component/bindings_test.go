package component_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/bindgen/testdata/kinds/acme/kinds/all"
)

// TestBindingsBind binds the Go types that wit/bindgen writes, of all kinds, to
// the types that they were written for.
func TestBindingsBind(t *testing.T) {
	_, main, err := wit.Load("../wit/bindgen/testdata/kinds.wit", wit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]string{
		"[constructor]file": "NewFile", "[method]file.read": "Read", "[method]file.drop": "Drop_",
		"[static]file.open": "FileOpen", "many": "Many",
		"opt": "Opt", "check": "Check", "bare": "Bare", "give": "Give", "nothing": "Nothing", "both": "Both",
	}
	var made wit.Types
	for _, f := range main.Interface("all").Functions {
		of := reflect.TypeFor[all.Imports]()
		if f.Kind == wit.Method {
			of = reflect.TypeFor[all.File]()
		}
		method, ok := of.MethodByName(methods[f.Name])
		if !ok {
			t.Errorf("%s has no method", f.Name)
			continue
		}
		typ, err := made.Func(f)
		if err != nil {
			t.Fatal(err)
		}
		if f.Kind == wit.Method {
			typ.Params = typ.Params[1:]
		}
		for i, p := range typ.Params {
			if _, err := abi.Bind(method.Type.In(1+i), p.Type); err != nil {
				t.Errorf("%s: %s: %v", f.Name, p.Name, err)
			}
		}
		if typ.Result != nil && f.Result.Def.Resolved().Kind != wit.Result {
			if _, err := abi.Bind(method.Type.Out(0), typ.Result); err != nil {
				t.Errorf("%s: result: %v", f.Name, err)
			}
		}
	}
}

func TestOutcomes(t *testing.T) {
	cause := errors.New("the disk is gone")
	failed := &component.ResultError[string]{Value: "no such file"}
	for _, test := range []struct {
		err  error
		want types.Outcome[int, string]
		ends error
	}{
		{nil, types.Ok[int, string](7), nil},
		{fmt.Errorf("read: %w", failed), types.Failure[int]("no such file"), nil},
		{cause, types.Outcome[int, string]{}, cause},
		{&component.ResultError[int]{Value: 1}, types.Outcome[int, string]{}, &component.ResultError[int]{Value: 1}},
	} {
		got, err := component.ToOutcome[int, string](7, test.err)
		if got != test.want || fmt.Sprint(err) != fmt.Sprint(test.ends) {
			t.Errorf("ToOutcome(7, %v) = %v, %v", test.err, got, err)
		}
	}
	_, err := component.FromOutcome(types.Failure[int](all.LevelVeryBad))
	var level *component.ResultError[all.Level]
	if !errors.As(err, &level) || level.Value != all.LevelVeryBad || err.Error() != "very-bad" {
		t.Errorf("the error is %v", err)
	}
	if v, err := component.FromOutcome(types.Ok[int, string](7)); v != 7 || err != nil {
		t.Errorf("got %d, %v", v, err)
	}
}

// TestBindingsNames prints generated enums and flags as WIT has them.
func TestBindingsNames(t *testing.T) {
	got := fmt.Sprint(all.RightsRead|all.RightsWrite, all.Rights(0), all.LevelInfo, all.Level(9))
	if want := "{read, write} {} info level(9)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
