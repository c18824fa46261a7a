package wit

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
)

// The package and the world that a component's own interface gets, since its
// binary names neither.
var rootPackage = PackageName{Namespace: "root", Name: "component"}

const rootWorld = "root"

// FromComponent returns the world of a component from the types of its imports
// and exports: world root of package root:component, with the packages of the
// interfaces that it names. A binary keeps neither documentation nor gates.
func FromComponent(t *types.ComponentType) (*Resolve, *World, error) {
	d := newDecoder()
	pkg := d.pkg(rootPackage)
	w, err := d.world(pkg, rootWorld, t)
	if err != nil {
		return nil, nil, err
	}
	d.finish()
	return d.r, w, nil
}

// FromPackage returns the package that a component encodes (WIT.md#package-format),
// with what is known of the packages that it refers to. It reports false if the
// component encodes none: if it exports anything but types of components.
func FromPackage(t *types.ComponentType) (*Resolve, *Package, bool, error) {
	if len(t.Imports) > 0 || len(t.Exports) == 0 {
		return nil, nil, false, nil
	}
	for _, x := range t.Exports {
		if x.Kind != types.ExternType || x.Component == nil || len(x.Component.Exports) != 1 {
			return nil, nil, false, nil
		}
	}
	d := newDecoder()
	var pkg *Package
	for _, x := range t.Exports {
		name, err := d.encoded(x.Component)
		if err != nil {
			return nil, nil, true, fmt.Errorf("%q: %w", x.Name, err)
		}
		if p := d.pkg(name); pkg == nil {
			pkg = p
		} else if pkg != p {
			return nil, nil, true, fmt.Errorf("%q: package %s among those of %s", x.Name, p.Name, pkg.Name)
		}
	}
	d.finish()
	return d.r, pkg, true, nil
}

// A decoder makes WIT of component types. Value types are one definition if
// they are one pointer, and resources if they are one resource type.
type decoder struct {
	r          *Resolve
	packages   map[PackageName]*Package
	interfaces map[string]*Interface // by ID

	// defs and resources are the first definition of each type, and named those
	// of each name: a type that an import takes from another interface is not the
	// same pointer, but equal and in most cases of the same name.
	defs      map[*types.Type]*TypeDef
	named     map[string][]definition
	resources map[*types.ResourceType]*TypeDef

	// scope is how types are called in the interface or world that is decoded.
	scope *scope
}

// A definition is a definition with its type.
type definition struct {
	def *TypeDef
	typ *types.Type
}

// A scope is where names are defined.
type scope struct {
	iface     *Interface
	world     *World
	defs      map[*types.Type]*TypeDef
	resources map[*types.ResourceType]*TypeDef
	anonymous map[*types.Type]*TypeDef
}

func newDecoder() *decoder {
	return &decoder{
		r: &Resolve{}, packages: make(map[PackageName]*Package), interfaces: make(map[string]*Interface),
		defs: make(map[*types.Type]*TypeDef), named: make(map[string][]definition),
		resources: make(map[*types.ResourceType]*TypeDef),
	}
}

func newScope(i *Interface, w *World) *scope {
	return &scope{
		iface: i, world: w, defs: make(map[*types.Type]*TypeDef), resources: make(map[*types.ResourceType]*TypeDef),
		anonymous: make(map[*types.Type]*TypeDef),
	}
}

func (d *decoder) pkg(name PackageName) *Package {
	if d.packages[name] == nil {
		d.packages[name] = &Package{Name: name}
	}
	return d.packages[name]
}

// finish lists the packages, each behind those that it refers to.
func (d *decoder) finish() {
	seen := make(map[*Package]bool)
	var visit func(p *Package)
	visit = func(p *Package) {
		if p == nil || seen[p] {
			return
		}
		seen[p] = true
		for _, i := range p.Interfaces {
			for _, dep := range i.dependencies() {
				visit(dep.Package)
			}
		}
		for _, w := range p.Worlds {
			for _, item := range append(w.Imports[:len(w.Imports):len(w.Imports)], w.Exports...) {
				if item.Interface != nil {
					visit(item.Interface.Package)
				}
			}
		}
		d.r.Packages = append(d.r.Packages, p)
	}
	for _, i := range d.r.Interfaces {
		visit(i.Package)
	}
	for _, w := range d.r.Worlds {
		visit(w.Package)
	}
}

// parseID takes namespace:package/name@version apart.
func parseID(id string) (pkg PackageName, name string, ok bool) {
	path, version, _ := strings.Cut(id, "@")
	namespace, rest, ok := cutLast(path, ":")
	slash := strings.IndexByte(rest, '/')
	if !ok || slash < 0 {
		return PackageName{}, "", false
	}
	return PackageName{Namespace: namespace, Name: rest[:slash], Version: version}, rest[slash+1:], true
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// encoded decodes one item of an encoded package and returns the package's
// name. What the item imports are interfaces whose types it uses.
func (d *decoder) encoded(t *types.ComponentType) (PackageName, error) {
	item := t.Exports[0]
	pkg, name, ok := parseID(item.Name)
	if !ok {
		return pkg, fmt.Errorf("%q is no name of an interface", item.Name)
	}
	for _, x := range t.Imports {
		if _, err := d.byID(x); err != nil {
			return pkg, err
		}
	}
	var err error
	switch item.Kind {
	case types.ExternInstance:
		_, err = d.byID(item)
	case types.ExternComponent:
		_, err = d.world(d.pkg(pkg), name, item.Component)
	default:
		err = fmt.Errorf("%q is neither an interface nor a world", item.Name)
	}
	return pkg, err
}

// byID decodes an instance that is known by its ID.
func (d *decoder) byID(x types.NamedExtern) (*Interface, error) {
	pkg, name, ok := parseID(x.Name)
	if !ok || x.Instance == nil {
		return nil, fmt.Errorf("%q is no interface", x.Name)
	}
	i := d.interfaces[x.Name]
	if i == nil {
		p := d.pkg(pkg)
		i = &Interface{Name: name, Package: p}
		p.Interfaces = append(p.Interfaces, i)
		d.interfaces[x.Name] = i
		d.r.Interfaces = append(d.r.Interfaces, i)
	}
	return i, d.fill(i, x.Instance)
}

// fill adds to an interface what an instance has of it. An interface that was
// met before, with other copies of its types, keeps its definitions.
func (d *decoder) fill(i *Interface, t *types.InstanceType) error {
	outer := d.scope
	d.scope = newScope(i, nil)
	defer func() { d.scope = outer }()
	for _, x := range t.Exports {
		switch x.Kind {
		case types.ExternType:
			if known := i.Type(x.Name); known != nil {
				d.learn(known, x.Extern)
				continue
			}
			def, err := d.define(x)
			if err != nil {
				return fmt.Errorf("type %q: %w", x.Name, err)
			}
			i.Types = append(i.Types, def)
		case types.ExternFunc:
			if i.Function(x.Name) != nil {
				continue
			}
			f, err := d.function(x)
			if err != nil {
				return fmt.Errorf("function %q: %w", x.Name, err)
			}
			i.Functions = append(i.Functions, f)
		default:
			return fmt.Errorf("%q is a %s, which WIT has not in interfaces", x.Name, x.Kind)
		}
	}
	return nil
}

// learn ties a known definition to a copy of its type.
func (d *decoder) learn(def *TypeDef, x types.Extern) {
	if x.Resource != nil {
		if d.scope.resources[x.Resource] == nil {
			d.scope.resources[x.Resource] = def
		}
		if d.resources[x.Resource] == nil {
			d.resources[x.Resource] = def
		}
		return
	}
	if x.Value == nil || x.Value.Kind().IsPrimitive() {
		return
	}
	if d.scope.defs[x.Value] == nil {
		d.scope.defs[x.Value] = def
	}
	if d.defs[x.Value] == nil {
		d.defs[x.Value] = def
	}
}

// define makes a definition of an exported type: another name for one that is
// known, or a new one.
func (d *decoder) define(x types.NamedExtern) (*TypeDef, error) {
	def := &TypeDef{Name: x.Name, Interface: d.scope.iface, World: d.scope.world, ExternalID: x.ExternalID}
	switch {
	case x.Resource != nil && d.resources[x.Resource] != nil:
		def.setAlias(Type{Defined, d.known(d.scope.resources[x.Resource], d.resources[x.Resource])})
	case x.Resource != nil:
		def.Kind = Resource
	case x.Value == nil:
		return nil, fmt.Errorf("a type of a function, an instance or a component has no WIT")
	case x.Value.Kind().IsPrimitive():
		def.setAlias(Type{Kind: primitiveKind(x.Value.Kind())})
	case d.defs[x.Value] != nil:
		def.setAlias(Type{Defined, d.known(d.scope.defs[x.Value], d.defs[x.Value])})
	default:
		if taken := d.equal(x); taken != nil {
			def.setAlias(Type{Defined, taken})
			break
		}
		if err := d.shape(def, x.Value); err != nil {
			return nil, err
		}
		d.named[x.Name] = append(d.named[x.Name], definition{def, x.Value})
	}
	d.r.Types = append(d.r.Types, def)
	d.learn(def, x.Extern)
	return def, nil
}

// equal returns the definition of the same name in another interface that has
// an equal type.
func (d *decoder) equal(x types.NamedExtern) *TypeDef {
	for _, other := range d.named[x.Name] {
		if other.typ.Equal(x.Value) {
			return other.def
		}
	}
	return nil
}

// known prefers what is defined here.
func (d *decoder) known(here, elsewhere *TypeDef) *TypeDef {
	if here != nil {
		return here
	}
	return elsewhere
}

func primitiveKind(k types.Kind) Kind {
	for kind, other := range primitiveTypes {
		if other == k {
			return kind
		}
	}
	return None
}

var defKinds = map[types.Kind]DefKind{
	types.Record: Record, types.Own: Own, types.Borrow: Borrow, types.Flags: Flags, types.Tuple: Tuple,
	types.Variant: Variant, types.Enum: Enum, types.Option: Option, types.Result: Result, types.List: List,
	types.Map: Map, types.FixedList: FixedList, types.Future: Future, types.Stream: Stream,
}

// shape sets what a definition is made from.
func (d *decoder) shape(def *TypeDef, t *types.Type) (err error) {
	def.Kind = defKinds[t.Kind()]
	switch t.Kind() {
	case types.Own, types.Borrow:
		def.Target, err = d.resource(t.Resource())
	case types.Record, types.Flags, types.Variant, types.Enum:
		for _, f := range t.Fields() {
			m := Member{Name: f.Name}
			if m.Type, err = d.typ(f.Type); err != nil {
				return err
			}
			def.Members = append(def.Members, m)
		}
	case types.Tuple, types.Result:
		for _, f := range t.Fields() {
			if err = d.part(def, f.Type); err != nil {
				return err
			}
		}
	case types.Map:
		for _, f := range t.Elem().Fields() {
			if err = d.part(def, f.Type); err != nil {
				return err
			}
		}
	default:
		if t.Kind() == types.FixedList {
			def.Size = uint32(t.Len())
		}
		err = d.part(def, t.Elem())
	}
	return err
}

func (d *decoder) part(def *TypeDef, t *types.Type) error {
	part, err := d.typ(t)
	def.Types = append(def.Types, part)
	return err
}

// resource finds what a resource is called here.
func (d *decoder) resource(r *types.ResourceType) (*TypeDef, error) {
	if def := d.scope.resources[r]; def != nil {
		return def, nil
	}
	return nil, fmt.Errorf("resource %s has no name here", r)
}

// typ returns a type where it is used: by its name if it has one here.
func (d *decoder) typ(t *types.Type) (Type, error) {
	switch {
	case t == nil:
		return Type{}, nil
	case t.Kind().IsPrimitive():
		return Type{Kind: primitiveKind(t.Kind())}, nil
	case d.scope.defs[t] != nil:
		return Type{Defined, d.scope.defs[t]}, nil
	case d.scope.anonymous[t] != nil:
		return Type{Defined, d.scope.anonymous[t]}, nil
	}
	switch t.Kind() {
	case types.Record, types.Variant, types.Enum, types.Flags:
		return Type{}, fmt.Errorf("%s has no name here", t)
	}
	def := &TypeDef{}
	if err := d.shape(def, t); err != nil {
		return Type{}, err
	}
	d.r.Types = append(d.r.Types, def)
	d.scope.anonymous[t] = def
	return Type{Defined, def}, nil
}

// function decodes a function; its name says whether it is one of a resource.
func (d *decoder) function(x types.NamedExtern) (*Function, error) {
	f := &Function{Name: x.Name, Async: x.Func.Async, ExternalID: x.ExternalID}
	if annotation, rest, ok := strings.Cut(x.Name, "]"); ok {
		name, _, _ := strings.Cut(rest, ".")
		switch annotation {
		case "[method":
			f.Kind = Method
		case "[static":
			f.Kind = Static
		case "[constructor":
			f.Kind = Constructor
		default:
			return nil, fmt.Errorf("nothing is known of the annotation %q", annotation+"]")
		}
		if f.Resource = d.byName(name); f.Resource == nil {
			return nil, fmt.Errorf("there is no resource %q", name)
		}
	}
	for _, p := range x.Func.Params {
		t, err := d.typ(p.Type)
		if err != nil {
			return nil, fmt.Errorf("parameter %q: %w", p.Name, err)
		}
		f.Params = append(f.Params, Param{Name: p.Name, Type: t})
	}
	result, err := d.typ(x.Func.Result)
	if err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	f.Result = result
	return f, nil
}

// byName finds a resource of the scope.
func (d *decoder) byName(name string) *TypeDef {
	for _, def := range d.scope.resources {
		if def.Name == name {
			return def
		}
	}
	return nil
}

// world decodes a world.
func (d *decoder) world(pkg *Package, name string, t *types.ComponentType) (*World, error) {
	w := &World{Name: name, Package: pkg}
	outer := d.scope
	d.scope = newScope(nil, w)
	defer func() { d.scope = outer }()
	for _, x := range t.Imports {
		item, err := d.item(x)
		if err != nil {
			return nil, fmt.Errorf("import %q: %w", x.Name, err)
		}
		w.Imports = append(w.Imports, item)
	}
	for _, x := range t.Exports {
		item, err := d.item(x)
		if err != nil {
			return nil, fmt.Errorf("export %q: %w", x.Name, err)
		}
		if item.Type == nil { // types that a component exports are those of its functions
			w.Exports = append(w.Exports, item)
		}
	}
	pkg.Worlds = append(pkg.Worlds, w)
	d.r.Worlds = append(d.r.Worlds, w)
	return w, nil
}

// item decodes an import or export.
func (d *decoder) item(x types.NamedExtern) (WorldItem, error) {
	item := WorldItem{Name: x.Name, ExternalID: x.ExternalID}
	var err error
	switch x.Kind {
	case types.ExternFunc:
		item.Function, err = d.function(x)
	case types.ExternType:
		item.Type, err = d.define(x)
	case types.ExternInstance:
		item.Interface, err = d.instance(x)
		if item.Interface != nil && x.Implements == "" && item.Interface.Name != "" {
			item.Name = ""
		}
	default:
		err = fmt.Errorf("a %s has no WIT", x.Kind)
	}
	return item, err
}

// instance decodes an interface that a world has: by its ID, by a name of its
// own and the ID of what it implements, or in place.
func (d *decoder) instance(x types.NamedExtern) (*Interface, error) {
	if x.Implements != "" {
		x.Name = x.Implements
		return d.byID(x)
	}
	if _, _, named := parseID(x.Name); named {
		return d.byID(x)
	}
	i := &Interface{Package: d.scope.world.Package}
	d.r.Interfaces = append(d.r.Interfaces, i)
	return i, d.fill(i, x.Instance)
}
