package wit

import "fmt"

// maxCopies is how many definitions are copied, because they stand where nothing
// can refer to them.
const maxCopies = 10_000

// reachable reports whether the interface or world that is decoded can refer to
// a definition: if it stands in it, or in an interface that has a name.
func (d *decoder) reachable(def *TypeDef) bool {
	return d.isHere(def) || def.Interface != nil && def.Interface.Name != ""
}

func (d *decoder) isHere(def *TypeDef) bool {
	return def.Name == "" || def.Interface == d.scope.iface && def.World == d.scope.world
}

// here returns a definition as it may be referred to in the interface or world
// that is decoded. What another interface defines is used; what stands in an
// interface without a name, or in a world, is copied.
func (d *decoder) here(def *TypeDef, offset uint32) (Type, error) {
	if d.isHere(def) {
		return Type{Defined, def}, nil
	}
	if known := d.scope.copies[def]; known != nil {
		return Type{Defined, known}, nil
	}
	if known := d.scope.names.types[def.Name]; known != nil && known.Resolved() == def.Resolved() {
		return Type{Defined, known}, nil
	}
	name := d.freeName(def.Name)
	local := &TypeDef{Name: name, Interface: d.scope.iface, World: d.scope.world}
	if d.reachable(def) {
		local.setAlias(Type{Defined, def})
	} else if err := d.copyTo(local, def, offset); err != nil {
		return Type{}, err
	}
	d.addLocal(local)
	d.scope.copies[def] = local
	return Type{Defined, local}, nil
}

// freeName returns a name that no type has yet: the one that is wanted, or it with
// a number.
func (d *decoder) freeName(wanted string) string {
	name := wanted
	for d.scope.names.types[name] != nil {
		d.scope.numbers[wanted]++
		name = fmt.Sprintf("%s%d", wanted, d.scope.numbers[wanted]+1)
	}
	return name
}

// addLocal adds a definition that the binary does not have as such.
func (d *decoder) addLocal(def *TypeDef) {
	d.r.Types = append(d.r.Types, def)
	d.scope.names.types[def.Name] = def
	if d.scope.iface != nil {
		d.scope.iface.Types = append(d.scope.iface.Types, def)
	} else {
		d.scope.world.Imports = append(d.scope.world.Imports, WorldItem{Name: def.Name, Type: def})
	}
}

// copyTo makes a definition the same as another: two types of values are the same
// if they have the same form.
func (d *decoder) copyTo(def, from *TypeDef, offset uint32) (err error) {
	if d.copies++; d.copies > maxCopies {
		return at(offset, "more than %d types are referred to where they have no name", maxCopies)
	}
	root := from.stands()
	if root.Kind != Defined {
		def.setAlias(root)
		return nil
	}
	if from = root.Def; from.Kind == Resource {
		return at(offset, "the resource %q stands where WIT cannot refer to it", from.Name)
	}
	def.Kind, def.Size = from.Kind, from.Size
	if from.Target != nil {
		target, err := d.here(from.Target, offset)
		def.Target = target.Def
		return err
	}
	for _, t := range from.Types {
		if t, err = d.copied(t, offset); err != nil {
			return err
		}
		def.Types = append(def.Types, t)
	}
	for _, m := range from.Members {
		if m.Type, err = d.copied(m.Type, offset); err != nil {
			return err
		}
		def.Members = append(def.Members, m)
	}
	return nil
}

// copied returns a part of what is copied.
func (d *decoder) copied(t Type, offset uint32) (Type, error) {
	if t.Kind != Defined {
		return t, nil
	}
	if t.Def.Name != "" {
		return d.here(t.Def, offset)
	}
	def := &TypeDef{}
	err := d.copyTo(def, t.Def, offset)
	d.r.Types = append(d.r.Types, def)
	return Type{Defined, def}, err
}
