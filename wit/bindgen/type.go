package bindgen

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// typeDef declares a type with a name.
func (g *generator) typeDef(d *wit.TypeDef) {
	name := g.names[d]
	if d.Kind == wit.Resource { // its client is the type
		return
	}
	g.declare("", name, itemName(d))
	switch d.Kind {
	case wit.Record, wit.Variant:
		g.comment(d.Docs, fmt.Sprintf("%s is the %s %s.", name, d.Kind, d.Name))
		if d.Kind == wit.Variant {
			g.printf("//\n// Exactly one field is set.\n")
		}
		g.printf("type %s struct {\n", name)
		for _, m := range d.Members {
			g.member(d, name, m)
		}
		g.printf("}\n\n")
	case wit.Enum, wit.Flags:
		g.constants(d, name)
	default:
		g.comment(d.Docs, fmt.Sprintf("%s is the type %s.", name, d.Name))
		g.printf("type %s = %s\n\n", name, g.shape(itemName(d), d))
	}
}

// itemName returns how a message calls a type.
func itemName(d *wit.TypeDef) string {
	if d.Interface != nil && d.Interface.ID() != "" {
		return d.Interface.ID() + " " + d.Name
	}
	return d.Name
}

func (g *generator) member(d *wit.TypeDef, scope string, m wit.Member) {
	item := itemName(d) + "." + m.Name
	field := exported(m.Name)
	g.declare(scope, field, item)
	typ := "bool"
	if m.Type.Kind != wit.None {
		typ = g.typ(item, m.Type)
		if d.Kind == wit.Variant {
			typ = "*" + typ
		}
	}
	g.comment(m.Docs, "")
	g.printf("%s %s `wit:%q`\n", field, typ, m.Name)
}

// constants declares an enum or flags.
func (g *generator) constants(d *wit.TypeDef, name string) {
	integer, first := "uint8", " = iota"
	for _, size := range []int{8, 16, 32} {
		if fits := 1<<min(size, 30) >= len(d.Members); d.Kind == wit.Enum && !fits || d.Kind == wit.Flags && size < len(d.Members) {
			integer = fmt.Sprintf("uint%d", 2*size)
		}
	}
	if d.Kind == wit.Flags {
		first = " = 1 << iota"
	}
	g.comment(d.Docs, fmt.Sprintf("%s is the %s %s.", name, d.Kind, d.Name))
	g.printf("type %s %s\n\n// The values of %s.\nconst (\n", name, integer, name)
	var words []string
	for i, m := range d.Members {
		constant := name + exported(m.Name)
		g.declare("", constant, itemName(d)+"."+m.Name)
		g.comment(m.Docs, "")
		if i == 0 {
			constant += " " + name + first
		}
		g.printf("%s\n", constant)
		words = append(words, fmt.Sprintf("%q", m.Name))
	}
	g.printf(")\n\n// String returns the value as WIT has it.\nfunc (v %s) String() string {\n", name)
	g.printf("names := [...]string{%s}\n", strings.Join(words, ", "))
	if d.Kind == wit.Enum {
		g.printf("if int(v) < len(names) {\nreturn names[v]\n}\nreturn fmt.Sprintf(\"%s(%%d)\", uint64(v))\n}\n\n", d.Name)
		return
	}
	g.printf("var set []string\nfor i, name := range names {\nif v>>i&1 != 0 {\nset = append(set, name)\n}\n}\n")
	g.printf("return \"{\" + strings.Join(set, \", \") + \"}\"\n}\n\n")
}

// plainType returns the Go type of one without a definition, or "".
func plainType(k wit.Kind) string {
	return map[wit.Kind]string{
		wit.None: "struct{}", wit.Bool: "bool", wit.U8: "uint8", wit.U16: "uint16", wit.U32: "uint32", wit.U64: "uint64",
		wit.S8: "int8", wit.S16: "int16", wit.S32: "int32", wit.S64: "int64", wit.F32: "float32", wit.F64: "float64",
		wit.Char: "rune", wit.String: "string",
	}[k]
}

// typ returns the Go type of a type where it is used.
func (g *generator) typ(item string, t wit.Type) string {
	if t.Kind != wit.Defined {
		if plainType(t.Kind) == "" {
			g.fail(item, "%s is not supported yet", t.Kind)
		}
		return plainType(t.Kind)
	}
	d := followed(t.Def)
	if d.Kind == wit.Resource {
		return "*types.Handle"
	}
	if name := g.names[d]; name != "" {
		return name
	}
	if d.Name != "" {
		g.fail(item, "type %s is not of this world", d.Name)
	}
	return g.shape(item, d)
}

// shape returns the Go type of a definition, spelled out.
func (g *generator) shape(item string, d *wit.TypeDef) string {
	of := func(i int) string { return g.typ(item, d.Types[i]) }
	switch d.Kind {
	case wit.Alias:
		return of(0)
	case wit.Own, wit.Borrow:
		return "*types.Handle"
	case wit.Option:
		if inner := d.Types[0].Def; inner != nil && inner.Resolved().Kind == wit.Option {
			return "types.Maybe[" + of(0) + "]"
		}
		return "*" + of(0)
	case wit.Result:
		return "types.Outcome[" + of(0) + ", " + of(1) + "]"
	case wit.List:
		return "[]" + of(0)
	case wit.FixedList:
		return fmt.Sprintf("[%d]%s", d.Size, of(0))
	case wit.Map:
		return "[]struct {\nKey " + of(0) + "\nValue " + of(1) + "\n}"
	case wit.Tuple:
		fields := make([]string, len(d.Types))
		for i := range d.Types {
			fields[i] = fmt.Sprintf("F%d %s", i, of(i))
		}
		return "struct {\n" + strings.Join(fields, "\n") + "\n}"
	}
	g.fail(item, "%s is not supported yet", d.Kind)
	return "struct{}"
}
