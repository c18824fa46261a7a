package valuejson

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/spelling"
)

// fewFields is how many fields most records have at most.
const fewFields = 32

func (p *parser) record(t *types.Type, at int) {
	p.peek()
	start := p.at
	var few [fewFields]bool
	seen := few[:]
	if t.Len() > fewFields {
		seen = make([]bool, t.Len())
	}
	p.members(func(name string, offset int) {
		i := p.index(t, "field", name, offset)
		if seen[i] {
			p.failAt(offset, "%q stands here for the second time", name)
		}
		seen[i] = true
		p.into(t.Fields()[i].Type, at+int(t.Offset(i)))
	})
	for i, f := range t.Fields() {
		if !seen[i] && f.Type.Kind() != types.Option { // zero is none
			p.failAt(start, "field %q, %s, is missing", f.Name, f.Type)
		}
	}
}

// flags reads an array of names, or an object of bools.
func (p *parser) flags(t *types.Type) uint32 {
	var bits, seen uint32
	set := func(name string, offset int, on bool) {
		bit := uint32(1) << p.index(t, "flag", name, offset)
		if seen&bit != 0 {
			p.failAt(offset, "%q stands here for the second time", name)
		}
		seen |= bit
		if on {
			bits |= bit
		}
	}
	if p.peek() == '{' {
		p.members(func(name string, offset int) { set(name, offset, p.bool() != 0) })
		return bits
	}
	p.elements(func(int) {
		p.peek()
		offset := p.at
		set(p.string("the name of a flag"), offset, true)
	})
	return bits
}

// index finds a field, case or flag by its name.
func (p *parser) index(t *types.Type, what, name string, offset int) int {
	i := t.FieldIndex(name)
	if i < 0 {
		names := make([]string, t.Len())
		for n, f := range t.Fields() {
			names[n] = f.Name
		}
		p.failAt(offset, "there is no %s %q%s", what, name, near(name, names))
	}
	return i
}

// near says which names there are, or which one may be meant.
func near(name string, names []string) string {
	if n := spelling.Nearest(name, names); n != "" {
		return fmt.Sprintf("; did you mean %q?", n)
	}
	if len(names) == 0 || len(names) > 10 {
		return ""
	}
	return fmt.Sprintf("; there are %q", names)
}
