package wit

import (
	"fmt"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// typeDef defines a type. The types without a name that it is made from come
// before it.
func (p *resolver) typeDef(o owner, from *syntax.TypeDef) *TypeDef {
	def := &TypeDef{
		Name: from.Name.Name, Interface: o.iface, World: o.world,
		Docs: docs(from.Comments), Stability: p.stability(from.Attributes), ExternalID: p.externalID(from.Attributes),
		span: from.Name.Span,
	}
	switch from.Kind {
	case syntax.Alias:
		p.shape(def, from.Type, def.Stability)
	case syntax.Resource:
		def.Kind = Resource
		p.checkMethods(from)
	default:
		p.members(def, from)
	}
	return p.newType(def)
}

func (p *resolver) members(def *TypeDef, from *syntax.TypeDef) {
	def.Kind = map[syntax.TypeDefKind]DefKind{
		syntax.Record: Record, syntax.Variant: Variant, syntax.Enum: Enum, syntax.Flags: Flags,
	}[from.Kind]
	if len(from.Members) == 0 && (def.Kind == Variant || def.Kind == Enum) {
		p.report(from.Name.Span, fmt.Sprintf("the %s %q has no cases", def.Kind, def.Name), "")
	}
	seen := make(unique)
	for _, m := range from.Members {
		seen.add(p, m.Name, fmt.Sprintf("the %s %q has", def.Kind, def.Name))
		member := Member{Name: m.Name.Name, Docs: docs(m.Comments), span: m.Name.Span}
		if m.Type != nil {
			member.Type = p.typ(m.Type, def.Stability)
		}
		def.Members = append(def.Members, member)
	}
}

// checkMethods reports methods of the same name and constructors beyond the
// first.
func (p *resolver) checkMethods(from *syntax.TypeDef) {
	seen, constructors := make(unique), 0
	for _, f := range from.Funcs {
		if f.Kind == syntax.Constructor {
			if constructors++; constructors > 1 {
				p.report(f.Type.Span, fmt.Sprintf("resource %q has two constructors", from.Name.Name), "")
			}
			continue
		}
		seen.add(p, f.Name, fmt.Sprintf("the resource %q has the function", from.Name.Name))
	}
}

var primitives = map[syntax.TypeKind]Kind{
	syntax.Bool: Bool, syntax.S8: S8, syntax.S16: S16, syntax.S32: S32, syntax.S64: S64,
	syntax.U8: U8, syntax.U16: U16, syntax.U32: U32, syntax.U64: U64, syntax.F32: F32, syntax.F64: F64,
	syntax.Char: Char, syntax.String: String, syntax.ErrorContext: ErrorContext,
}

var constructed = map[syntax.TypeKind]DefKind{
	syntax.Own: Own, syntax.Borrow: Borrow, syntax.List: List, syntax.FixedList: FixedList, syntax.Map: Map,
	syntax.Option: Option, syntax.Result: Result, syntax.Tuple: Tuple, syntax.Stream: Stream, syntax.Future: Future,
}

// shape sets what a definition is made from.
func (p *resolver) shape(def *TypeDef, from *syntax.Type, s Stability) {
	if kind, ok := primitives[from.Kind]; ok {
		def.setAlias(Type{Kind: kind})
		return
	}
	if from.Kind == syntax.Named {
		def.setAlias(p.named(from.Name))
		return
	}
	def.Kind = constructed[from.Kind]
	def.Size = from.Size
	if def.Kind == Own || def.Kind == Borrow {
		def.Target = p.resource(from.Name)
		return
	}
	for _, arg := range from.Args {
		t := Type{}
		if arg != nil {
			t = p.typ(arg, s)
		}
		def.Types = append(def.Types, t)
	}
	if def.Kind == Map && !isKey(def.Types[0]) && !def.Types[0].wrong() {
		p.report(from.Args[0].Span, fmt.Sprintf("%s cannot be the key of a map", from.Args[0]),
			"keys are bool, char, string, and integers")
	}
}

func isKey(t Type) bool {
	return t.Kind >= Bool && t.Kind <= S64 || t.Kind == Char || t.Kind == String
}

// typ resolves a type where it is used.
func (p *resolver) typ(from *syntax.Type, s Stability) Type {
	def := &TypeDef{span: from.Span}
	p.shape(def, from, s)
	return p.share(def, s)
}

// named finds a type by its name.
func (p *resolver) named(id syntax.Ident) Type {
	if def := p.lookup[id.Name]; def != nil {
		return Type{Defined, def}
	}
	if p.functions[id.Name] {
		p.report(id.Span, fmt.Sprintf("%q is a function, not a type", id.Name), "")
		return wrongType(id.Name)
	}
	if p.circular[id.Name] || p.absent[id.Name] {
		return wrongType(id.Name)
	}
	before := len(p.errors)
	p.unknown(id, "type", append(p.known[:len(p.known):len(p.known)], kindNames[Bool:Defined]...))
	p.absent[id.Name] = len(p.errors) > before && p.errors[before].Hint == ""
	return wrongType(id.Name)
}

// wrongType stands for a type of which is reported what is wrong with it.
func wrongType(name string) Type {
	return Type{Defined, &TypeDef{Name: name, Kind: Resource, wrong: true}}
}

// wrong reports whether a type is one of those.
func (t Type) wrong() bool { return t.Kind == Defined && t.Def.Resolved().wrong }

// resource finds the type of a handle. With a problem it returns a resource
// that is in no list.
func (p *resolver) resource(id syntax.Ident) *TypeDef {
	t := p.named(id)
	if t.Kind != Defined {
		return &TypeDef{Kind: Resource}
	}
	if t.Def.Resolved().Kind != Resource && !t.wrong() {
		p.report(id.Span, fmt.Sprintf("%q is no resource", id.Name), "own and borrow are handles of resources")
	}
	return t.Def
}

// anonymous identifies a type without a name by what it is made from.
type anonymous struct {
	kind   DefKind
	types  string
	target *TypeDef
	size   uint32
}

// share returns the type for a definition without a name: the one that there is
// already if it was used before.
func (p *resolver) share(def *TypeDef, s Stability) Type {
	switch def.Kind {
	case Alias:
		return def.Types[0]
	case Own: // the same as the resource, until handles are made explicit
		return Type{Defined, def.Target}
	}
	key := anonymous{kind: def.Kind, target: def.Target, size: def.Size}
	for _, t := range def.Types {
		key.types += fmt.Sprintf("%d %p,", t.Kind, t.Def)
	}
	if known := p.anonymous[key]; known != nil {
		return Type{Defined, known}
	}
	def.Stability = s
	if s == (Stability{}) {
		def.Stability = inherited(def)
	}
	p.anonymous[key] = p.newType(def)
	return Type{Defined, def}
}

// inherited is the stability of the first part that has one.
func inherited(def *TypeDef) Stability {
	if def.Target != nil && def.Target.Stability != (Stability{}) {
		return def.Target.Stability
	}
	for _, t := range def.Types {
		if t.Kind == Defined && t.Def.Stability != (Stability{}) {
			return t.Def.Stability
		}
	}
	return Stability{}
}
