package types

// Equal reports whether t and u are the same type: of the same structure, names
// included, and with the same resource types. Types made by one [Interner] are
// the same if they are the same pointer; others take time by their weight.
func (t *Type) Equal(u *Type) bool { return t.equal(u, true) }

// SameShape is Equal, but for the resource types of handles: those tell
// themselves apart.
func (t *Type) SameShape(u *Type) bool { return t.equal(u, false) }

func (t *Type) equal(u *Type, resources bool) bool {
	switch {
	case t == u:
		return true
	case t == nil || u == nil || !t.similar(u) || resources && t.resource != u.resource || !t.elem.equal(u.elem, resources):
		return false
	case t.kind == Option:
		return true
	}
	for i := range t.fields {
		if t.fields[i].Name != u.fields[i].Name || !t.fields[i].Type.equal(u.fields[i].Type, resources) {
			return false
		}
	}
	return true
}

// similar compares what takes no recursion.
func (t *Type) similar(u *Type) bool {
	return t.kind == u.kind && t.length == u.length && len(t.fields) == len(u.fields) &&
		t.size == u.size && t.flat == u.flat && t.weight == u.weight && t.depth == u.depth
}

// An Interner makes types of the same structure the same pointer. The zero value
// is empty and ready; it is not safe for concurrent use.
type Interner struct {
	types     map[string]*Type
	known     map[*Type]*Type // what stands for each type that was ever seen
	ids       map[*Type]uint32
	resources map[*ResourceType]uint32
}

// Intern returns the type that stands for all that are equal to t: t itself if
// it is the first. It takes time by how many types there are in t that it has
// not seen.
func (in *Interner) Intern(t *Type) *Type {
	if t == nil || t.kind.IsPrimitive() {
		return t
	}
	if in.ids == nil {
		in.ids, in.types = make(map[*Type]uint32), make(map[string]*Type)
		in.resources, in.known = make(map[*ResourceType]uint32), make(map[*Type]*Type)
	}
	if known := in.known[t]; known != nil {
		return known
	}
	interned := in.add(t.replaceParts(in.Intern))
	in.known[t] = interned
	return interned
}

// add returns the type that stands for t, whose parts are interned.
func (in *Interner) add(t *Type) *Type {
	key := string(in.key(t))
	if known := in.types[key]; known != nil {
		return known
	}
	in.types[key], in.known[t] = t, t
	in.ids[t] = uint32(len(in.ids)) + uint32(kinds)
	return t
}

// key writes down t, whose parts are interned, so that other types have other
// keys.
func (in *Interner) key(t *Type) []byte {
	key := append(make([]byte, 0, 16+16*len(t.fields)), byte(t.kind))
	key = append32(key, t.length)
	key = append32(key, in.resource(t.resource))
	key = append32(key, in.id(t.elem))
	for _, f := range t.fields {
		key = append32(key, in.id(f.Type))
		key = append32(key, uint32(len(f.Name)))
		key = append(key, f.Name...)
	}
	return key
}

func (in *Interner) id(t *Type) uint32 {
	if t == nil || t.kind.IsPrimitive() {
		return uint32(t.Kind())
	}
	return in.ids[t]
}

func (in *Interner) resource(r *ResourceType) uint32 {
	if r == nil {
		return 0
	}
	id, known := in.resources[r]
	if !known {
		id = uint32(len(in.resources)) + 1
		in.resources[r] = id
	}
	return id
}

func append32(b []byte, n uint32) []byte {
	return append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
}
