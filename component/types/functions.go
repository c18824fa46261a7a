package types

import "iter"

// Functions yields the functions that a component exports, in order: those of
// its own by their name, those of instances by the instance's and their own.
func (t *ComponentType) Functions() iter.Seq2[[]string, *FuncType] {
	return func(yield func([]string, *FuncType) bool) {
		for _, x := range t.Exports {
			switch x.Kind {
			case ExternFunc:
				if !yield([]string{x.Name}, x.Func) {
					return
				}
			case ExternInstance:
				for _, inner := range x.Instance.Exports {
					if inner.Kind == ExternFunc && !yield([]string{x.Name, inner.Name}, inner.Func) {
						return
					}
				}
			}
		}
	}
}
