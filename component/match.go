package component

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A match is a linking that is under way: imports are matched with offers in their
// order.
type match struct {
	linker     *Linker
	roots      map[string]string
	engine     engine.Engine
	found      Pre
	parameters []offer // by import: modules and components
	unmet      []UnmetImport
	more       int // that are unmet, too

	// bound leads from the resource types that are imported to those that were
	// found. While one is missing, types that may mention it are not compared.
	bound   types.Substitution
	missing bool

	matcher *validate.Matcher
}

// add finds what the host has for the next import.
func (m *match) add(imp *importPlan) {
	o, reason := m.find(imp)
	var server canon.Server
	if reason == "" {
		server, reason = m.accept(imp, o)
	}
	if reason != "" {
		m.lacks(imp, reason)
	}
	m.found.servers = append(m.found.servers, server)
	m.found.resources = append(m.found.resources, o.resource)
	m.found.functions = append(m.found.functions, o.function)
	m.parameters = append(m.parameters, offer{module: o.module, component: o.component})
}

// lacks notes that an import is not met.
func (m *match) lacks(imp *importPlan, reason string) {
	m.missing = m.missing || imp.kind == importResource
	if len(m.unmet) == maxUnmet {
		m.more++
		return
	}
	u := UnmetImport{Path: imp.path, Type: imp.typeText(), Reason: reason}
	if reason == notFound {
		u.Near = m.linker.near(imp.path)
	}
	m.unmet = append(m.unmet, u)
}

// accept looks at the types of what was found, or returns why that is not it.
func (m *match) accept(imp *importPlan, o offer) (server canon.Server, reason string) {
	var err error
	switch {
	case o.function != nil:
		return m.serve(imp, o.function)
	case o.resource != nil:
		known := m.bound[imp.extern.Resource]
		if known != nil && known != o.resource.Type() {
			return nil, "mismatched resource types"
		}
		m.bound[imp.extern.Resource] = o.resource.Type()
	case o.module != nil:
		err = m.compare(o.module.engine, types.Extern{Kind: types.ExternModule, Module: o.module.embedded.Type}, imp)
	case o.component != nil:
		err = m.compare(o.component.code.engine, types.Extern{Kind: types.ExternComponent, Component: o.component.def.Type}, imp)
	}
	if err != nil {
		return nil, err.Error()
	}
	return nil, ""
}

// compare holds a module or component against what is imported.
func (m *match) compare(compiledBy engine.Engine, given types.Extern, imp *importPlan) error {
	if compiledBy != m.engine {
		return fmt.Errorf("the %s on the host was compiled by another engine", imp.kind)
	}
	if m.missing {
		return nil
	}
	return m.matcher.Match(given, imp.extern, m.bound)
}

// serve returns what calls of the import go to.
func (m *match) serve(imp *importPlan, f hostFunction) (server canon.Server, reason string) {
	if typed, ok := f.(typedFunction); ok && !m.missing {
		t := typed.types()
		if err := m.matcher.Match(types.Extern{Kind: types.ExternFunc, Func: t.actual}, imp.extern, m.bound); err != nil {
			return nil, fmt.Sprintf("on the host it is %v: %v", t.shown, err)
		}
	}
	if m.missing {
		return nil, ""
	}
	server, err := f.server(imp.signature)
	if err != nil {
		return nil, err.Error()
	}
	return server, ""
}

// typeText returns what messages say that an import is.
func (i *importPlan) typeText() string {
	switch i.kind {
	case importFunction:
		return i.signature.Type.String()
	case importModule:
		return i.extern.Module.String()
	case importComponent:
		return i.extern.Component.String()
	}
	return i.kind.String()
}

// String returns what the import is.
func (k importKind) String() string {
	return [...]string{
		importFunction: "function", importResource: "resource", importInstance: "instance", sameResource: "resource",
		importModule: "module", importComponent: "component",
	}[k]
}

// notFound is why most imports are not met.
const notFound = "it was not found on the host"

// find returns what the host has for an import, or why that is not it.
func (m *match) find(imp *importPlan) (found offer, reason string) {
	root := m.root(imp.path[0])
	key := strings.Join(append([]string{root}, imp.path[1:]...), separator)
	switch o, have := m.linker.offers[key], m.linker.kind(key); {
	case root != "" && have != "" && o.satisfies(imp.kind):
		return o, ""
	case root != "" && have != "":
		return offer{}, fmt.Sprintf("expected %v found %s", imp.kind, have)
	case imp.kind == importInstance || imp.kind == sameResource:
		return offer{}, ""
	}
	return offer{}, notFound
}

// root returns under which name the host has an interface, as it was found first,
// or "".
func (m *match) root(first string) string {
	root, known := m.roots[first]
	if !known {
		root = m.linker.root(first)
		m.roots[first] = root
	}
	return root
}

// satisfies reports whether an offer is what such imports are of.
func (o offer) satisfies(kind importKind) bool {
	switch kind {
	case importFunction:
		return o.function != nil
	case importResource, sameResource:
		return o.resource != nil
	case importModule:
		return o.module != nil
	case importComponent:
		return o.component != nil
	}
	return o.function == nil && o.resource == nil && o.module == nil && o.component == nil
}

// kind returns what the host has under a key, or "".
func (l *Linker) kind(key string) string {
	o, known := l.offers[key]
	switch {
	case o.function != nil:
		return "func"
	case o.resource != nil:
		return "resource"
	case o.module != nil:
		return "module"
	case o.component != nil:
		return "component"
	case known, l.children[key] != nil && key != "":
		return "instance"
	}
	return ""
}
