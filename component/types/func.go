package types

// A FuncType is the type of a component's function.
type FuncType struct {
	Params []Param
	Result *Type // nil if the function returns nothing
	Async  bool
}

// A Param is a parameter of a function.
type Param struct {
	Name string
	Type *Type
}

// Equal reports whether f and g are the same type, names of parameters included.
func (f *FuncType) Equal(g *FuncType) bool {
	if f == g {
		return true
	}
	if f == nil || g == nil || f.Async != g.Async || len(f.Params) != len(g.Params) || !f.Result.Equal(g.Result) {
		return false
	}
	for i := range f.Params {
		if f.Params[i].Name != g.Params[i].Name || !f.Params[i].Type.Equal(g.Params[i].Type) {
			return false
		}
	}
	return true
}

// String returns the type as in WIT: "func(name: string) -> u32".
func (f *FuncType) String() string {
	var w textWriter
	w.function(f)
	return w.text()
}

func (w *textWriter) function(f *FuncType) {
	if f.Async {
		w.WriteString("async ")
	}
	w.WriteString("func(")
	for i, p := range f.Params {
		if w.full() {
			return
		}
		if i > 0 {
			w.WriteString(", ")
		}
		w.WriteString(p.Name + ": ")
		w.typ(p.Type)
	}
	w.WriteString(")")
	if f.Result != nil {
		w.WriteString(" -> ")
		w.typ(f.Result)
	}
}
