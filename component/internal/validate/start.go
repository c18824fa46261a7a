package validate

import "github.com/patchbay-go/patchbay/internal/componentbinary"

// start validates the call of a function at the end of instantiation.
func (v *validator) start(s *scope, d *componentbinary.Start) error {
	if err := need(v.Features.Values, FeatureValues, "component start functions"); err != nil {
		return err
	}
	if s.starts++; s.starts > 1 {
		return bad("component cannot have more than one start function")
	}
	f, err := s.funcAt(d.Func)
	if err != nil {
		return err
	}
	results := 0
	if f.Result != nil {
		results = 1
	}
	switch {
	case len(d.Args) != len(f.Params):
		return bad("component start function requires %d arguments but was given %d", len(f.Params), len(d.Args))
	case uint64(d.Results) != uint64(results):
		return bad("component start function has a result count of %d but the function type has %d", d.Results, results)
	}
	for i, arg := range d.Args {
		t, err := s.useValue(arg)
		if err == nil {
			err = v.sameValue(t, f.Params[i].Type)
		}
		if err != nil {
			return within(err, "type mismatch for component start function argument %d", i)
		}
	}
	first := len(s.out.Values)
	s.out.Steps = append(s.out.Steps, Step{
		Sort: componentbinary.SortValue, Index: uint32(first), Start: &Start{d.Func, d.Args, results},
	})
	if f.Result != nil {
		s.out.Values = append(s.out.Values, Value{Origin: Origin{Kind: Returned}, Type: f.Result})
	}
	return nil
}

// valueDef refuses constants: no tool writes them yet.
func (v *validator) valueDef(*scope, *componentbinary.Value, int) error {
	return need(false, FeatureValues, "value definitions")
}
