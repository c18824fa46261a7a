package bindgen

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// typeDef declares a type with a name.
func (p *goPackage) typeDef(d *wit.TypeDef) {
	name := p.typeNames[d]
	switch d.Kind {
	case wit.Resource: // where its functions are
	case wit.Record:
		p.record(d, name)
	case wit.Variant:
		p.variant(d, name)
	case wit.Enum, wit.Flags:
		p.constants(d, name)
	case wit.Alias:
		p.comment(d.Docs, fmt.Sprintf("%s is the type %s.", name, d.Name))
		p.printf("type %s = %s\n\n", name, p.alias(d))
	default:
		p.comment(d.Docs, fmt.Sprintf("%s is the type %s.", name, d.Name))
		p.printf("type %s = %s\n\n", name, p.shape(p.item(d.Name), d))
	}
}

// item returns how a message calls what is in the package's interface.
func (p *goPackage) item(name string) string { return strings.TrimSpace(p.key + " " + name) }

// alias returns what a type is another name for. That of a resource is of the
// resource's type itself, and not of pointers to it.
func (p *goPackage) alias(d *wit.TypeDef) string {
	if d.Resolved().Kind == wit.Resource {
		return p.reference(p.item(d.Name), d.Types[0].Def)
	}
	return p.typ(p.item(d.Name), d.Types[0])
}

func (p *goPackage) record(d *wit.TypeDef, name string) {
	p.comment(d.Docs, fmt.Sprintf("%s is the record %s.", name, d.Name))
	p.printf("type %s struct {\n", name)
	fields := names{}
	for _, m := range d.Members {
		p.comment(m.Docs, "")
		p.printf("%s %s `wit:%q`\n", fields.take(exported(m.Name)), p.typ(p.item(d.Name+"."+m.Name), m.Type), m.Name)
	}
	p.printf("}\n\n")
}

// variant declares a sealed interface and its cases. What package component needs
// to know of them, it finds as the parameter of the method that seals it.
func (p *goPackage) variant(d *wit.TypeDef, name string) {
	marker, cases := "is"+name, p.declared.take(unexported(name)+"Cases")
	p.comment(d.Docs, fmt.Sprintf("%s is the variant %s.", name, d.Name))
	p.printf("//\n// It is one of the types that follow, and nil is none.\ntype %s interface{ %s(%s) }\n\n", name, marker, cases)
	var list strings.Builder
	fields := names{}
	for _, m := range d.Members {
		one := p.declared.take(name + exported(m.Name))
		p.comment(m.Docs, fmt.Sprintf("%s is the case %s of %s.", one, m.Name, d.Name))
		if m.Type.Kind == wit.None {
			p.printf("type %s struct{}\n\n", one)
		} else {
			p.printf("type %s struct{ Value %s }\n\n", one, p.typ(p.item(d.Name+"."+m.Name), m.Type))
		}
		p.printf("func (%s) %s(%s) {}\n\n", one, marker, cases)
		fmt.Fprintf(&list, "%s %s `wit:%q`\n", fields.take(exported(m.Name)), one, m.Name)
	}
	p.printf("type %s struct {\n%s}\n\n", cases, &list)
}

// constants declares an enum or flags.
func (p *goPackage) constants(d *wit.TypeDef, name string) {
	integer, first := "uint8", " = iota"
	for _, size := range []int{8, 16, 32} {
		if fits := 1<<min(size, 30) >= len(d.Members); d.Kind == wit.Enum && !fits || d.Kind == wit.Flags && size < len(d.Members) {
			integer = fmt.Sprintf("uint%d", 2*size)
		}
	}
	if d.Kind == wit.Flags {
		first = " = 1 << iota"
	}
	p.comment(d.Docs, fmt.Sprintf("%s is the %s %s.", name, d.Kind, d.Name))
	p.printf("type %s %s\n\n// The values of %s.\nconst (\n", name, integer, name)
	var words []string
	for i, m := range d.Members {
		constant := p.declared.take(name + exported(m.Name))
		p.comment(m.Docs, "")
		if i == 0 {
			constant += " " + name + first
		}
		p.printf("%s\n", constant)
		words = append(words, fmt.Sprintf("%q", m.Name))
	}
	p.printf(")\n\n// String returns the value as WIT has it.\nfunc (v %s) String() string {\n", name)
	p.printf("names := [...]string{%s}\n", strings.Join(words, ", "))
	if d.Kind == wit.Enum {
		p.printf("if int(v) < len(names) {\nreturn names[v]\n}\nreturn %s.Sprintf(\"%s(%%d)\", uint64(v))\n}\n\n", p.use("fmt"), d.Name)
		return
	}
	p.printf("var set []string\nfor i, name := range names {\nif v>>i&1 != 0 {\nset = append(set, name)\n}\n}\n")
	p.printf("return \"{\" + %s.Join(set, \", \") + \"}\"\n}\n\n", p.use("strings"))
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
func (p *goPackage) typ(item string, t wit.Type) string {
	if t.Kind != wit.Defined {
		plain := plainType(t.Kind)
		if plain == "" {
			p.g.fail(item, "%s is not supported yet", t.Kind)
			return "struct{}"
		}
		return plain
	}
	switch d := t.Def; {
	case d.Kind == wit.Own || d.Kind == wit.Borrow:
		return p.handle(item, d.Target)
	case d.Resolved().Kind == wit.Resource:
		return p.handle(item, d)
	case d.Name != "":
		return p.reference(item, d)
	}
	return p.shape(item, t.Def)
}

// reference returns the name of a definition that has one.
func (p *goPackage) reference(item string, d *wit.TypeDef) string {
	owner := p.g.packageOf(d, p)
	if owner == nil || owner.typeNames[d] == "" {
		p.g.fail(item, "type %s is not of this world", d.Name)
		return "struct{}"
	}
	return p.from(owner) + owner.typeNames[d]
}

// handle returns the Go type of handles to a resource: a pointer to what the guest
// has, or the interface that the host implements.
func (p *goPackage) handle(item string, d *wit.TypeDef) string {
	name := p.reference(item, d)
	if p.ownerOf(d).exports {
		return "*" + name
	}
	return name
}

// ownerOf returns the package that defines a resource behind its other names.
func (p *goPackage) ownerOf(d *wit.TypeDef) *goPackage {
	owner := p.g.packageOf(d, p)
	for owner != nil && d.Kind == wit.Alias && d.Types[0].Kind == wit.Defined {
		d = d.Types[0].Def
		owner = p.g.packageOf(d, owner)
	}
	if owner == nil { // which is reported
		return p
	}
	return owner
}

// shape returns the Go type of a definition, spelled out.
func (p *goPackage) shape(item string, d *wit.TypeDef) string {
	of := func(i int) string { return p.typ(item, d.Types[i]) }
	switch d.Kind {
	case wit.Alias:
		return of(0)
	case wit.Option:
		if behindPointer(d.Types[0]) {
			return p.types() + ".Maybe[" + of(0) + "]"
		}
		return "*" + of(0)
	case wit.Result:
		return p.types() + ".Outcome[" + of(0) + ", " + of(1) + "]"
	case wit.List:
		return "[]" + element(of(0))
	case wit.FixedList:
		return fmt.Sprintf("[%d]%s", d.Size, element(of(0)))
	case wit.Map:
		return "[]struct {\nKey " + of(0) + "\nValue " + of(1) + "\n}"
	case wit.Tuple:
		if n := len(d.Types); n <= maxTuple {
			of := make([]string, n)
			for i := range of {
				of[i] = p.typ(item, d.Types[i])
			}
			return fmt.Sprintf("%s.Tuple%d[%s]", p.types(), n, strings.Join(of, ", "))
		}
		fields := make([]string, len(d.Types))
		for i := range d.Types {
			fields[i] = fmt.Sprintf("F%d %s", i, of(i))
		}
		return "struct {\n" + strings.Join(fields, "\n") + "\n}"
	}
	p.g.fail(item, "%s is not supported yet", d.Kind)
	return "struct{}"
}

// maxTuple is how long tuples are that package types has.
const maxTuple = 8

// element returns the type of what is in a list: of bytes they are called so.
func element(typ string) string {
	if typ == "uint8" {
		return "byte"
	}
	return typ
}

// behindPointer reports whether values of the type are pointers, slices or
// interfaces in Go, so that a pointer to one would be a second way to have none.
func behindPointer(t wit.Type) bool {
	if t.Kind != wit.Defined {
		return false
	}
	switch t.Def.Resolved().Kind {
	case wit.Option, wit.List, wit.Map, wit.Variant, wit.Resource, wit.Own, wit.Borrow:
		return true
	}
	return t.Def.Resolved().Kind == wit.Alias && behindPointer(t.Def.Resolved().Types[0])
}
