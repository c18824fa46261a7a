package validate

import (
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
)

// A nameKind is the form of a name of an import or export (Explainer.md, "Import
// and Export Definitions").
type nameKind byte

const (
	labelName nameKind = iota
	constructorName
	methodName
	staticName
	interfaceName
	dependencyName // unlocked-dep=<…>, locked-dep=<…>
	urlName
	hashName
)

// A name is what a name of an import or export says.
type name struct {
	kind     nameKind
	text     string
	resource string // of a constructor, method or static function
	field    string // of a method or static function
	version  string // of an interface, with its "@" not
	versions bool   // it has one
}

// uniqueNames are names by what must be unique in them.
type uniqueNames struct {
	few  []uniqueName
	many map[string]string
}

type uniqueName struct{ key, name string }

// add adds a name unless there is one of that key, which it returns then.
func (n *uniqueNames) add(key, name string) (before string, ok bool) {
	if n.many == nil && len(n.few) == fewMembers {
		n.many = make(map[string]string, 2*fewMembers)
		for _, x := range n.few {
			n.many[x.key] = x.name
		}
	}
	if n.many != nil {
		before, known := n.many[key]
		if !known {
			n.many[key] = name
		}
		return before, !known
	}
	for _, x := range n.few {
		if x.key == key {
			return x.name, false
		}
	}
	n.few = append(n.few, uniqueName{key, name})
	return "", true
}

// key returns what must be unique among imports, or exports: names with the same
// key would be the same in a language that spells them in its own way
// (Explainer.md, "Name Uniqueness").
func (n name) key() string {
	switch n.kind {
	case constructorName, labelName:
		return strings.ToLower(n.text)
	case methodName, staticName:
		if strings.EqualFold(n.resource, n.field) {
			return strings.ToLower(n.resource)
		}
		return strings.ToLower(n.text[strings.IndexByte(n.text, ']')+1:])
	case interfaceName:
		path := strings.TrimSuffix(n.text, n.version)
		if lower := strings.ToLower(path); lower != path {
			return lower + n.version
		}
	}
	return n.text
}

// checkName wants a type that goes with a name of that form.
func (n name) checkName(v *validator, e entity, names *resourceNames, suffix *string) error {
	switch n.kind {
	case interfaceName:
		return n.checkVersion(suffix, v.Features)
	case constructorName, methodName, staticName:
		if e.kind != types.ExternFunc {
			return bad("item is not a func")
		}
	}
	switch n.kind {
	case constructorName:
		return n.checkConstructor(v, e.fn, names)
	case methodName:
		return n.checkMethod(v, e.fn, names)
	case staticName:
		if !names.known[n.resource] {
			return bad("static resource name is not known in this context")
		}
	}
	return nil
}

func (n name) checkConstructor(v *validator, f *types.FuncType, names *resourceNames) error {
	switch {
	case f.Async:
		return bad("constructor function cannot be async")
	case f.Result == nil:
		return bad("function should return one value")
	}
	t := f.Result
	if t.Kind() == types.Result {
		t = t.Fields()[0].Type
	}
	if t.Kind() != types.Own {
		return bad("function should return `(own $T)` or `(result (own $T))`")
	}
	return n.checkResource(v.handles[t], names)
}

func (n name) checkMethod(v *validator, f *types.FuncType, names *resourceNames) error {
	switch {
	case len(f.Params) == 0:
		return bad("function should have at least one argument")
	case f.Params[0].Name != "self":
		return bad("function should have a first argument called `self`")
	case f.Params[0].Type.Kind() != types.Borrow:
		return bad("function should take a first argument of `(borrow $T)`")
	}
	return n.checkResource(v.handles[f.Params[0].Type], names)
}

func (n name) checkResource(r *resourceName, names *resourceNames) error {
	expected, ok := names.byName[r]
	switch {
	case !ok:
		return bad("resource used in function does not have a name in this context")
	case n.resource != expected:
		return bad("function does not match expected resource name `%s`", expected)
	}
	return nil
}
