package types

// A ResourceType is a type of resources: each pointer is a type of its own,
// equal to no other. What the type's values are is known to who made it; a
// component only moves handles to them.
type ResourceType struct {
	// Name is what messages call it; it says nothing about identity.
	Name string

	// Host is for the layers above: what a resource type that the host or an
	// instance defines needs besides its identity. The types here ignore it.
	Host any
}

// String returns the name, or "resource".
func (r *ResourceType) String() string {
	if r == nil || r.Name == "" {
		return "resource"
	}
	return r.Name
}

// A Handle is the host's hold on a resource: of type own it is the only one, of
// type borrow it ends with the call that it came with. It is a pointer wherever
// it goes, so that what was given away is known to be gone.
type Handle struct {
	// Resource is the type of the resource.
	Resource *ResourceType

	// Rep is the resource's representation: what its definer knows it by.
	Rep uint32

	// Owned says that dropping the handle drops the resource.
	Owned bool

	// Gone says that the handle was given away, was dropped, or has ended.
	Gone bool

	// Lends counts the calls that have it as a borrow now. Until it is zero the
	// handle can be neither given away nor dropped.
	Lends int
}
