package component

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/component/types"
)

// A HostFunc is a function of the host that components import. The arguments are
// of the types that the component says, and so must the result be; the zero Value
// if there is none. The slice of the arguments is the function's until it returns;
// the values in it may be kept. Handles of type borrow among them end with the call.
// An error ends the guest's call.
type HostFunc func(ctx context.Context, args []types.Value) (types.Value, error)

// A Resource is a resource type of the host. Each pointer is a type of its own.
type Resource struct {
	// Name is what messages call it.
	Name string

	// Drop is called when a guest drops the last handle of the resource; it may be
	// nil.
	Drop func(ctx context.Context, rep uint32) error

	typ types.ResourceType
}

// Type returns the resource type, as handles have it.
func (r *Resource) Type() *types.ResourceType { return &r.typ }

// New returns an own handle to a resource that the host knows by rep.
func (r *Resource) New(rep uint32) *types.Handle {
	return &types.Handle{Resource: &r.typ, Rep: rep, Owned: true}
}

// A Linker is what a host offers to components. The zero value offers nothing; it
// is not safe for concurrent use.
type Linker struct {
	functions map[string]hostFunction
	resources map[string]*Resource
	names     []string
}

// Define offers a function under a path: its name, or the name of an instance and
// its own.
func (l *Linker) Define(f HostFunc, path ...string) { l.define(f, path) }

func (l *Linker) define(f hostFunction, path []string) {
	if l.functions == nil {
		l.functions = map[string]hostFunction{}
	}
	l.functions[l.key(path)] = f
}

// DefineResource offers a resource type under a path.
func (l *Linker) DefineResource(r *Resource, path ...string) {
	if l.resources == nil {
		l.resources = map[string]*Resource{}
	}
	l.resources[l.key(path)] = r
}

// key makes one text of a path, and remembers the path.
func (l *Linker) key(path []string) string {
	key := strings.Join(path, "\x00")
	if !slices.Contains(l.names, key) {
		l.names = append(l.names, key)
	}
	return key
}

// A LinkError says what a component imports and the host does not offer.
type LinkError struct {
	Unmet []UnmetImport
}

// An UnmetImport is an import that nothing satisfies.
type UnmetImport struct {
	Path   []string
	Type   string // the function's type, or "resource"
	Reason string
}

// Error lists all of them.
func (e *LinkError) Error() string {
	lines := make([]string, len(e.Unmet))
	for i, u := range e.Unmet {
		lines[i] = fmt.Sprintf("import %s of type %s: %s", strings.Join(u.Path, " "), u.Type, u.Reason)
	}
	return strings.Join(lines, "; ")
}

// A Pre is a component whose imports are found. It is safe for concurrent use.
type Pre struct {
	component *Component
	servers   []canon.Server // by import; nil for a resource type
	resources []*Resource    // by import; nil for a function
}

// Link finds what c imports. An instance of another version is taken if it is
// compatible: of 0.2.x for 0.2.y, and of 1.x for 1.y. What is missing is reported
// at once, as a [*LinkError].
func (l *Linker) Link(c *Component) (*Pre, error) {
	p := &Pre{component: c}
	var unmet []UnmetImport
	for i := range c.program.imports {
		imp := &c.program.imports[i]
		found, reason := l.find(imp)
		if imp.kind == sameResource && found.resource != nil && found.resource != p.resources[imp.index] {
			reason = "mismatched resource types"
		}
		if reason != "" {
			unmet = append(unmet, UnmetImport{Path: imp.path, Type: imp.typeText(), Reason: reason})
		}
		p.servers, p.resources = append(p.servers, found.server), append(p.resources, found.resource)
	}
	if unmet != nil {
		return nil, &LinkError{Unmet: unmet}
	}
	return p, nil
}

func (i *importPlan) typeText() string {
	if i.kind == importFunction {
		return i.signature.Type.String()
	}
	return i.kind.String()
}

// String returns what the import is.
func (k importKind) String() string {
	return [...]string{importFunction: "function", importResource: "resource", importInstance: "instance", sameResource: "resource"}[k]
}

// An offer is what the host has at a path.
type offer struct {
	server   canon.Server
	resource *Resource
}

// find returns what the host has for an import, or why that is not it.
func (l *Linker) find(imp *importPlan) (found offer, reason string) {
	for _, key := range l.candidates(imp.path) {
		f, r := l.functions[key], l.resources[key]
		switch have := l.kind(key); {
		case have == "":
		case imp.kind == importFunction && f != nil:
			server, err := f.server(imp.signature)
			if err != nil {
				return offer{}, err.Error()
			}
			return offer{server: server}, ""
		case (imp.kind == importResource || imp.kind == sameResource) && r != nil:
			return offer{resource: r}, ""
		case have != imp.kind.String():
			return offer{}, fmt.Sprintf("expected %v found %s", imp.kind, have)
		}
	}
	if imp.kind == importInstance || imp.kind == sameResource {
		return offer{}, ""
	}
	return offer{}, "it was not found on the host"
}

// kind returns what the host has under a key, or "".
func (l *Linker) kind(key string) string {
	switch {
	case l.functions[key] != nil:
		return "func"
	case l.resources[key] != nil:
		return "resource"
	case slices.ContainsFunc(l.names, func(name string) bool { return strings.HasPrefix(name, key+"\x00") }):
		return "instance"
	}
	return ""
}

// candidates returns the keys under which an import may be found, the best first.
func (l *Linker) candidates(path []string) []string {
	exact := strings.Join(path, "\x00")
	keys := []string{exact}
	want, _, versioned := compatible(path[0])
	if !versioned {
		return keys
	}
	rest := strings.TrimPrefix(exact, path[0])
	for _, name := range l.names {
		first, _, _ := strings.Cut(name, "\x00")
		if have, _, ok := compatible(first); ok && have == want && strings.TrimPrefix(name, first) == rest && name != exact {
			keys = append(keys, name)
		}
	}
	slices.SortFunc(keys[1:], func(a, b string) int { return strings.Compare(b, a) })
	return keys
}

// compatible returns a name with that part of its version which compatible ones
// share, and the whole version.
func compatible(name string) (key, version string, ok bool) {
	base, version, ok := strings.Cut(name, "@")
	if !ok || strings.ContainsAny(version, "-+") {
		return name, version, false
	}
	parts := strings.Split(version, ".")
	switch {
	case len(parts) != 3:
		return name, version, false
	case parts[0] != "0":
		return base + "@" + parts[0], version, true
	case parts[1] != "0":
		return base + "@0." + parts[1], version, true
	}
	return name, version, false
}
