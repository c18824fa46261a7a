package componentbinary

// Names is what a component's custom section component-name says: names for
// people, which mean nothing (Binary.md, "Name Section").
type Names struct {
	Component string
	Items     map[SortIndex]string
}

// Names reads the first section component-name. Where it is not well formed it
// ends; that is no error.
func (c *Component) Names() Names {
	names := Names{Items: map[SortIndex]string{}}
	for _, custom := range c.Customs {
		if custom.Name != "component-name" {
			continue
		}
		r := newReader(c.binary)
		r.pos, r.end = int(custom.Content.Offset), int(custom.Content.End())
		r.names(&names)
		break
	}
	return names
}

func (r *reader) names(names *Names) {
	end := r.end
	for r.err == nil && r.pos < end {
		r.end = end
		id, size := r.byte(), r.u32()
		if r.err != nil || uint64(size) > uint64(r.left()) {
			return
		}
		r.end = r.pos + int(size)
		next := r.end
		switch id {
		case 0:
			names.Component = r.name()
		case 1:
			r.sortNames(names)
		}
		r.pos = next
	}
}

func (r *reader) sortNames(names *Names) {
	sort := r.sort("sort")
	for n := r.count(2); n > 0; n-- {
		index, name := r.u32(), r.name()
		if r.err != nil {
			return
		}
		names.Items[SortIndex{sort, index}] = name
	}
}
