package bindgen_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// words are what names of random WIT are made of: what means something in Go, and
// what becomes the same there.
var words = []string{
	"id", "ID", "i", "d", "a1", "a", "type", "func", "string", "error", "imports", "exports", "new", "bind", "host", "define", "close",
	"drop", "handle", "self", "c", "ctx", "err", "o", "types", "component", "context", "fmt", "params", "cases", "is", "value", "main", "nil",
	"instance", "v",
}

// A writer writes random WIT that resolves, mostly.
type writer struct {
	*rand.Rand
	strings.Builder
	types     []string // that can be used here
	resources []string
}

// name returns a name that is not in taken, and takes it.
func (w *writer) name(taken map[string]bool) string {
	for {
		name := words[w.IntN(len(words))]
		if w.IntN(3) == 0 {
			name += "-" + words[w.IntN(len(words))]
		}
		if !taken[strings.ToLower(name)] {
			taken[strings.ToLower(name)] = true
			return "%" + name
		}
	}
}

// typ returns a type; where a borrow may stand, perhaps one.
func (w *writer) typ(depth int, borrows bool) string {
	plain := []string{"bool", "u8", "s64", "f32", "char", "string"}
	if depth == 0 {
		return plain[w.IntN(len(plain))]
	}
	inner := func() string { return w.typ(depth-1, borrows) }
	switch w.IntN(11) {
	case 0:
		return "list<" + inner() + ">"
	case 1, 2:
		return "option<" + inner() + ">"
	case 3:
		return "result<" + inner() + ", " + inner() + ">"
	case 4:
		return "result<_, " + inner() + ">"
	case 5:
		return "tuple<" + inner() + ", " + inner() + ">"
	case 6:
		if borrows && len(w.resources) > 0 {
			return "borrow<" + w.resources[w.IntN(len(w.resources))] + ">"
		}
	case 7, 8, 9:
		if len(w.types) > 0 {
			return w.types[w.IntN(len(w.types))]
		}
	}
	return plain[w.IntN(len(plain))]
}

// members returns fields or cases.
func (w *writer) members(format string, typed bool) string {
	var b strings.Builder
	taken := map[string]bool{}
	for range 1 + w.IntN(5) {
		name := w.name(taken)
		if typed && (w.IntN(3) > 0 || strings.Contains(format, ":")) {
			name = fmt.Sprintf(format, name, w.typ(2, false))
		}
		b.WriteString(name + ", ")
	}
	return b.String()
}

func (w *writer) function(name string) string {
	taken, params := map[string]bool{"self": true}, ""
	for range w.IntN(4) {
		params += w.name(taken) + ": " + w.typ(2, true) + ", "
	}
	result := ""
	if w.IntN(3) > 0 {
		result = " -> " + w.typ(2, false)
	}
	return fmt.Sprintf("%s: %sfunc(%s)%s;\n", name, "", params, result)
}

// iface writes an interface that may use types of those before it, and returns
// the names of its types.
func (w *writer) iface(name string, before map[string][]string) []string {
	taken := map[string]bool{}
	var defined []string
	w.types, w.resources = nil, nil
	fmt.Fprintf(w, "interface %s {\n", name)
	for _, from := range slices.Sorted(func(yield func(string) bool) {
		for from := range before {
			if !yield(from) {
				return
			}
		}
	}) {
		for _, typ := range before[from] {
			if w.IntN(3) == 0 {
				as := w.name(taken)
				fmt.Fprintf(w, "use %s.{%s as %s};\n", from, typ, as)
				w.types, defined = append(w.types, as), append(defined, as)
			}
		}
	}
	for range w.IntN(6) {
		typ := w.name(taken)
		switch w.IntN(6) {
		case 0:
			fmt.Fprintf(w, "record %s { %s }\n", typ, w.members("%s: %s", true))
		case 1:
			fmt.Fprintf(w, "variant %s { %s }\n", typ, w.members("%s(%s)", true))
		case 2:
			fmt.Fprintf(w, "enum %s { %s }\n", typ, w.members("", false))
		case 3:
			fmt.Fprintf(w, "flags %s { %s }\n", typ, w.members("", false))
		case 4:
			fmt.Fprintf(w, "type %s = %s;\n", typ, w.typ(2, false))
		default:
			w.resources = append(w.resources, typ)
			methods := map[string]bool{}
			fmt.Fprintf(w, "resource %s { constructor(%s: u8);\n%s%s}\n", typ, w.name(map[string]bool{}),
				w.function(w.name(methods)), strings.Replace(w.function(w.name(methods)), ": func", ": static func", 1))
		}
		w.types, defined = append(w.types, typ), append(defined, typ)
	}
	for range 1 + w.IntN(5) {
		w.WriteString(w.function(w.name(taken)))
	}
	w.WriteString("}\n")
	return defined
}

// randomWIT returns a package with interfaces, and worlds that import and export
// them.
func randomWIT(seed uint64) string {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 1))}
	w.WriteString("package a:b@0.1.0;\n")
	taken, before := map[string]bool{}, map[string][]string{}
	var names []string
	for range 1 + w.IntN(4) {
		name := w.name(taken)
		before[name] = w.iface(name, before)
		names = append(names, name)
	}
	for range 3 {
		fmt.Fprintf(w, "world %s {\n", w.name(taken))
		w.types, w.resources = nil, nil
		items := map[string]bool{}
		for _, name := range names {
			switch w.IntN(5) {
			case 0:
				fmt.Fprintf(w, "import %s;\n", name)
			case 1, 2:
				fmt.Fprintf(w, "export %s;\n", name)
			case 3:
				fmt.Fprintf(w, "import %s;\nexport %s;\n", name, name)
			}
			for _, typ := range before[name] {
				if w.IntN(6) == 0 {
					as := w.name(items)
					fmt.Fprintf(w, "use %s.{%s as %s};\n", name, typ, as)
					w.types = append(w.types, as)
				}
			}
		}
		fmt.Fprintf(w, "import %sexport %s", w.function(w.name(items)), w.function(w.name(items)))
		fmt.Fprintf(w, "import %s: interface { %s }\n}\n", w.name(items), "f: func();")
	}
	return w.String()
}

// checkRandom generates from random WIT, and reports whether it is any.
func checkRandom(t *testing.T, seed uint64) bool {
	t.Helper()
	text := randomWIT(seed)
	_, main, err := wit.Parse([]*syntax.Source{{Name: "random.wit", Text: text}}, wit.Options{})
	if err != nil {
		return false
	}
	if checkWorlds(t, main) > 0 {
		t.Error("refused")
	}
	if t.Failed() {
		t.Fatalf("seed %d:\n%s", seed, text)
	}
	return true
}

// TestRandom compiles what is generated from random WIT.
func TestRandom(t *testing.T) {
	right := 0
	const all = 60
	for seed := range uint64(all) {
		if checkRandom(t, seed) {
			right++
		}
	}
	if right < all/3 {
		t.Errorf("%d of %d texts are right", right, all)
	}
}

// FuzzRandom goes on where TestRandom ends.
func FuzzRandom(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkRandom(t, seed) })
}
