package wit

import (
	"bytes"
	"encoding/json"
)

// MarshalJSON returns the graph in the form that wasm-tools prints: lists of
// worlds, interfaces, types and packages that refer to one another by index.
func (r *Resolve) MarshalJSON() ([]byte, error) {
	j := &jsonWriter{
		types: make(map[*TypeDef]int), interfaces: make(map[*Interface]int),
		worlds: make(map[*World]int), packages: make(map[*Package]int),
	}
	for i, t := range r.Types {
		j.types[t] = i
	}
	for i, iface := range r.Interfaces {
		j.interfaces[iface] = i
	}
	for i, w := range r.Worlds {
		j.worlds[w] = i
	}
	for i, p := range r.Packages {
		j.packages[p] = i
	}
	return json.Marshal(object{
		{"worlds", list(r.Worlds, j.world)},
		{"interfaces", list(r.Interfaces, j.iface)},
		{"types", list(r.Types, j.typeDef)},
		{"packages", list(r.Packages, j.pkg)},
	})
}

// An object keeps its fields in their order.
type object []field

type field struct {
	name  string
	value any
}

// MarshalJSON writes the fields.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(f.name)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func list[T any](items []T, one func(T) object) []object {
	all := make([]object, len(items))
	for i, item := range items {
		all[i] = one(item)
	}
	return all
}

// A jsonWriter knows the index of everything.
type jsonWriter struct {
	types      map[*TypeDef]int
	interfaces map[*Interface]int
	worlds     map[*World]int
	packages   map[*Package]int
}

// marks appends what items have of their own besides: only what there is.
func marks(o object, text string, s Stability, externalID string) object {
	if text != "" {
		o = append(o, field{"docs", object{{"contents", text}}})
	}
	if s != (Stability{}) {
		o = append(o, field{"stability", s.json()})
	}
	if externalID != "" {
		o = append(o, field{"external_id", externalID})
	}
	return o
}

func (s Stability) json() object {
	kind, inner := "stable", object{{"since", s.Since}}
	if s.Since == "" {
		kind, inner = "unstable", object{{"feature", s.Unstable}}
	}
	if s.Deprecated != "" {
		inner = append(inner, field{"deprecated", s.Deprecated})
	}
	return object{{kind, inner}}
}

func (j *jsonWriter) world(w *World) object {
	o := object{
		{"name", w.Name}, {"imports", j.items(w.Imports)}, {"exports", j.items(w.Exports)},
		{"package", j.packages[w.Package]},
	}
	return marks(o, w.Docs, w.Stability, "")
}

func (j *jsonWriter) items(items []WorldItem) object {
	o := object{}
	for i := range items {
		o = append(o, j.item(&items[i]))
	}
	return o
}

func (j *jsonWriter) item(item *WorldItem) field {
	name := item.Name
	switch {
	case item.Function != nil:
		return field{name, object{{"function", j.function(item.Function)}}}
	case item.Type != nil:
		return field{name, object{{"type", j.types[item.Type]}}}
	}
	index := j.interfaces[item.Interface]
	if name == "" {
		name = interfaceKey(index)
	}
	inner := object{{"id", index}}
	if item.Stability != (Stability{}) {
		inner = append(inner, field{"stability", item.Stability.json()})
	}
	if item.ExternalID != "" {
		inner = append(inner, field{"external_id", item.ExternalID})
	}
	if item.Docs != "" {
		inner = append(inner, field{"docs", object{{"contents", item.Docs}}})
	}
	return field{name, object{{"interface", inner}}}
}

func interfaceKey(index int) string {
	b, _ := json.Marshal(index)
	return "interface-" + string(b)
}

func (j *jsonWriter) iface(i *Interface) object {
	types, functions := object{}, object{}
	for _, t := range i.Types {
		types = append(types, field{t.Name, j.types[t]})
	}
	for _, f := range i.Functions {
		functions = append(functions, field{f.Name, j.function(f)})
	}
	o := object{{"name", orNull(i.Name)}, {"types", types}, {"functions", functions}}
	o = marks(o, i.Docs, i.Stability, "")
	o = append(o, field{"package", j.packages[i.Package]})
	if i.CloneOf != nil {
		o = append(o, field{"clone_of", j.interfaces[i.CloneOf]})
	}
	return o
}

func orNull(name string) any {
	if name == "" {
		return nil
	}
	return name
}

func (j *jsonWriter) function(f *Function) object {
	params := make([]object, len(f.Params))
	for i, p := range f.Params {
		params[i] = object{{"name", p.Name}, {"type", j.typ(p.Type)}}
	}
	o := object{{"name", f.Name}, {"kind", j.functionKind(f)}, {"params", params}}
	if f.Result.Kind != None {
		o = append(o, field{"result", j.typ(f.Result)})
	}
	return marks(o, f.Docs, f.Stability, f.ExternalID)
}

func (j *jsonWriter) functionKind(f *Function) any {
	kind := [...]string{"freestanding", "method", "static", "constructor"}[f.Kind]
	if f.Async {
		kind = "async-" + kind
	}
	if f.Resource == nil {
		return kind
	}
	return object{{kind, j.types[f.Resource]}}
}

// typ is a word, an index, or null.
func (j *jsonWriter) typ(t Type) any {
	switch t.Kind {
	case None:
		return nil
	case Defined:
		return j.types[t.Def]
	}
	return t.Kind.String()
}

func (j *jsonWriter) typeDef(t *TypeDef) object {
	var owner any
	switch {
	case t.Interface != nil:
		owner = object{{"interface", j.interfaces[t.Interface]}}
	case t.World != nil:
		owner = object{{"world", j.worlds[t.World]}}
	}
	o := object{{"name", orNull(t.Name)}, {"kind", j.defKind(t)}, {"owner", owner}}
	return marks(o, t.Docs, t.Stability, t.ExternalID)
}

func (j *jsonWriter) defKind(t *TypeDef) any {
	name := t.Kind.String()
	switch t.Kind {
	case Resource:
		return name
	case Own, Borrow:
		return object{{"handle", object{{name, j.types[t.Target]}}}}
	case Record:
		return object{{name, object{{"fields", j.members(t)}}}}
	case Flags:
		return object{{name, object{{"flags", j.members(t)}}}}
	case Variant, Enum:
		return object{{name, object{{"cases", j.members(t)}}}}
	case Tuple:
		return object{{name, object{{"types", j.allTypes(t)}}}}
	case Result:
		return object{{name, object{{"ok", j.typ(t.Types[0])}, {"err", j.typ(t.Types[1])}}}}
	case Map:
		return object{{name, j.allTypes(t)}}
	case FixedList:
		return object{{name, []any{j.typ(t.Types[0]), t.Size}}}
	}
	return object{{name, j.typ(t.Types[0])}}
}

func (j *jsonWriter) allTypes(t *TypeDef) []any {
	all := make([]any, len(t.Types))
	for i := range t.Types {
		all[i] = j.typ(t.Types[i])
	}
	return all
}

func (j *jsonWriter) members(t *TypeDef) []object {
	return list(t.Members, func(m Member) object {
		o := object{{"name", m.Name}}
		if t.Kind == Record || t.Kind == Variant {
			o = append(o, field{"type", j.typ(m.Type)})
		}
		return marks(o, m.Docs, Stability{}, "")
	})
}

func (j *jsonWriter) pkg(p *Package) object {
	interfaces, worlds := object{}, object{}
	for _, i := range p.Interfaces {
		interfaces = append(interfaces, field{i.Name, j.interfaces[i]})
	}
	for _, w := range p.Worlds {
		worlds = append(worlds, field{w.Name, j.worlds[w]})
	}
	o := object{{"name", p.Name.String()}}
	if p.Docs != "" {
		o = append(o, field{"docs", object{{"contents", p.Docs}}})
	}
	return append(o, field{"interfaces", interfaces}, field{"worlds", worlds})
}
