package abi

import (
	"strconv"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
)

// parseType reads what types.Type.String writes.
func parseType(t testing.TB, text string) *types.Type {
	p := typeParser{t: t, rest: text}
	typ := p.typ()
	if p.rest != "" || typ.String() != text {
		t.Fatalf("%q: %q is left of the type; it is %v", text, p.rest, typ)
	}
	return typ
}

type typeParser struct {
	t    testing.TB
	rest string
}

func (p *typeParser) word() string {
	n := strings.IndexAny(p.rest+",", "<>,(){}: ")
	word := p.rest[:n]
	p.rest = p.rest[n:]
	return word
}

func (p *typeParser) take(token string) bool {
	rest, ok := strings.CutPrefix(p.rest, token)
	p.rest = rest
	return ok
}

func (p *typeParser) typ() *types.Type {
	word := p.word()
	switch word {
	case "_":
		return nil
	case "record":
		return types.RecordOf(p.fields()...)
	case "variant":
		return types.VariantOf(p.fields()...)
	case "enum":
		return types.EnumOf(names(p.fields())...)
	case "flags":
		return types.FlagsOf(names(p.fields())...)
	}
	for k := types.Bool; k <= types.ErrorContext; k++ {
		if k.String() == word {
			return k.Type()
		}
	}
	args, length := p.arguments()
	args = append(args, nil, nil)
	switch word {
	case "list":
		if length > 0 {
			return types.FixedListOf(args[0], length)
		}
		return types.ListOf(args[0])
	case "map":
		return types.MapOf(args[0], args[1])
	case "tuple":
		return types.TupleOf(args[:len(args)-2]...)
	case "option":
		return types.OptionOf(args[0])
	case "result":
		return types.ResultOf(args[0], args[1])
	}
	p.t.Fatalf("type %q", word)
	return nil
}

func (p *typeParser) arguments() (args []*types.Type, length uint32) {
	if !p.take("<") {
		return nil, 0
	}
	for !p.take(">") {
		p.take(", ")
		if p.rest[0] >= '0' && p.rest[0] <= '9' {
			n, err := strconv.Atoi(p.word())
			if err != nil {
				p.t.Fatal(err)
			}
			length = uint32(n)
			continue
		}
		args = append(args, p.typ())
	}
	return args, length
}

func (p *typeParser) fields() (fields []types.Field) {
	p.take(" { ")
	for !p.take(" }") {
		p.take(", ")
		f := types.Field{Name: p.word()}
		if p.take(": ") {
			f.Type = p.typ()
		} else if p.take("(") {
			f.Type = p.typ()
			p.take(")")
		}
		fields = append(fields, f)
	}
	return fields
}

func names(fields []types.Field) []string {
	labels := make([]string, len(fields))
	for i, f := range fields {
		labels[i] = f.Name
	}
	return labels
}
