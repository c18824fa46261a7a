package abi

import "github.com/patchbay-go/patchbay/component/types"

// A crossing is a transfer that is under way.
type crossing struct{ from, to *Context }

// get returns a number: what is in memory, or in a slot, of which the width may
// be only a part.
func (c *crossing) get(s *move, at *guestPlace) uint64 {
	if at.slots != nil {
		return at.slots[s.slot]
	}
	return c.from.loadInt(at.ptr+s.mem, uint32(s.width))
}

func (c *crossing) getPair(s *move, at *guestPlace) (uint32, uint32) {
	if at.slots != nil {
		return uint32(at.slots[s.slot]), uint32(at.slots[s.slot+1])
	}
	ptr := at.ptr + s.mem
	return uint32(c.from.loadInt(ptr, 4)), uint32(c.from.loadInt(ptr+4, 4))
}

func (c *crossing) put(s *move, at *guestPlace, v uint64) {
	if at.slots != nil {
		at.slots[s.slot] = v
		return
	}
	c.to.storeInt(at.ptr+s.mem, uint32(s.width), v)
}

func (c *crossing) putPair(s *move, at *guestPlace, ptr, length uint32, err error) error {
	if err != nil {
		return err
	}
	if at.slots != nil {
		at.slots[s.slot], at.slots[s.slot+1] = uint64(ptr), uint64(length)
		return nil
	}
	return c.to.storePair(at.ptr+s.mem, ptr, length, nil)
}

// move runs the steps of m. Both places are on stacks, or both in memory.
func (c *crossing) move(m *moves, from, to guestPlace) error {
	steps := m.memory
	if from.slots != nil {
		steps = m.flat
	}
	for i := range steps {
		s := &steps[i]
		switch s.code {
		case moveBlock:
			copy(c.to.memory[to.ptr+s.mem:][:s.count], c.from.memory[from.ptr+s.mem:])
		case moveNumber:
			c.put(s, &to, extend(s.from.Kind(), c.get(s, &from)))
		default:
			if err := c.moveComposite(s, &from, &to); err != nil {
				return err
			}
		}
	}
	return nil
}

// extend returns a number as lowering leaves it in a slot: what is above its
// width is gone, and a sign extends to 32 bits.
func extend(kind types.Kind, bits uint64) uint64 {
	switch kind {
	case types.U8:
		return uint64(uint8(bits))
	case types.S8:
		return uint64(uint32(int8(bits)))
	case types.U16:
		return uint64(uint16(bits))
	case types.S16:
		return uint64(uint32(int16(bits)))
	case types.S64, types.U64, types.F64:
		return bits
	}
	return uint64(uint32(bits))
}

func (c *crossing) moveComposite(s *move, from, to *guestPlace) error {
	switch s.code {
	case moveNormal:
		bits, err := c.from.normal(s.from, uint64(uint32(c.get(s, from))))
		c.put(s, to, bits)
		return err
	case moveString:
		ptr, tagged := c.getPair(s, from)
		return c.moveString(s, to, ptr, tagged)
	case moveList:
		ptr, count := c.getPair(s, from)
		target, err := c.moveList(s, ptr, count)
		return c.putPair(s, to, target, count, err)
	case moveArray:
		return c.moveArray(s, from, to)
	case moveCase:
		return c.moveCase(s, from, to)
	}
	rep, err := c.from.Handles.LiftHandle(s.from, uint32(c.get(s, from)))
	if err != nil {
		return err
	}
	index, err := c.to.Handles.LowerHandle(s.to, rep)
	if err != nil && s.from.Kind() == types.Own {
		c.from.Handles.Unlift(s.from, rep)
	}
	c.put(s, to, uint64(index))
	return err
}

func (c *crossing) moveString(s *move, to *guestPlace, ptr, tagged uint32) error {
	text, err := c.from.locate(ptr, tagged)
	if err != nil {
		return err
	}
	if err := c.spend(text.size()); err != nil {
		return err
	}
	target, tagged, err := c.to.storeString(&text)
	c.from.Begin()
	return c.putPair(s, to, target, tagged, err)
}

func (c *crossing) moveList(s *move, ptr, count uint32) (uint32, error) {
	elem := s.parts[0]
	if err := c.from.listBounds(elem.typ, ptr, count); err != nil {
		return 0, err
	}
	size := count * uint32(elem.typ.Size())
	if err := c.spend(size); err != nil {
		return 0, err
	}
	target, err := c.to.allocate(elem.typ.Align(), size)
	if err != nil {
		return 0, err
	}
	c.from.Begin()
	return target, c.moveElements(elem, ptr, target, count)
}

// spend counts what is about to move. Who moves much looks whether the call is to
// end first, because no guest's code does meanwhile: its realloc may be all that
// runs in a second.
func (c *crossing) spend(size uint32) error {
	if err := c.from.spend(uint64(size)); err != nil || size < muchToMove {
		return err
	}
	return c.pause()
}

// muchToMove is how many bytes, or elements that are looked at one by one, move
// without a look at the call: they take some milliseconds.
const muchToMove = 1 << 20

// pause returns an error if the call is to end, whose deadline is armed by that.
func (c *crossing) pause() error {
	c.from.Ctx.Deadline()
	return c.from.Ctx.Err()
}

// moveElements moves what lies in memory one after the other.
func (c *crossing) moveElements(elem *moves, from, to, count uint32) error {
	size := uint32(elem.typ.Size())
	if elem.plain {
		copy(c.to.memory[to:][:count*size], c.from.memory[from:])
		return nil
	}
	for i := range count {
		if i%muchToMove == muchToMove-1 {
			if err := c.pause(); err != nil {
				return err
			}
		}
		if err := c.move(elem, guestPlace{ptr: from}, guestPlace{ptr: to}); err != nil {
			return err
		}
		from += size
		to += size
	}
	return nil
}

func (c *crossing) moveArray(s *move, from, to *guestPlace) error {
	elem := s.parts[0]
	if from.slots == nil {
		return c.moveElements(elem, from.ptr+s.mem, to.ptr+s.mem, s.count)
	}
	slots := elem.typ.FlatCount()
	for i := range s.count {
		at := s.slot + i*slots
		if err := c.move(elem, guestPlace{slots: from.slots[at:]}, guestPlace{slots: to.slots[at:]}); err != nil {
			return err
		}
	}
	return nil
}

func (c *crossing) moveCase(s *move, from, to *guestPlace) error {
	index := uint32(c.get(s, from))
	if index >= uint32(len(s.parts)) {
		return noCase(uint64(index), len(s.parts))
	}
	if to.slots != nil {
		clear(to.slots[s.slot+1:][:s.from.FlatCount()-1])
	}
	c.put(s, to, uint64(index))
	if s.parts[index] == nil {
		return nil
	}
	return c.move(s.parts[index], s.payload(from), s.payload(to))
}

// payload returns where the payload of a variant at that place is.
func (s *move) payload(at *guestPlace) guestPlace {
	if at.slots != nil {
		return guestPlace{slots: at.slots[s.slot+1:]}
	}
	return guestPlace{ptr: at.ptr + s.mem + s.from.PayloadOffset()}
}
