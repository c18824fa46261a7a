package p1

import (
	"encoding/binary"
	"errors"

	"github.com/patchbay-go/patchbay/engine"
)

// memoryName is the export that the guest's memory must have (preview 1,
// application ABI).
const memoryName = "memory"

var errNoMemory = errors.New("the guest exports no memory of the name \"memory\"")

// enter makes caller the instance whose memory pointers are of.
func (s *System) enter(caller engine.Instance) {
	if s.caller != caller {
		s.caller, s.memory = caller, nil
	}
}

// view returns size bytes of the guest's memory. They are good until the guest
// runs again.
func (s *System) view(ptr, size uint32) ([]byte, error) {
	if s.memory == nil {
		if s.memory = s.caller.Memory(memoryName); s.memory == nil {
			return nil, errNoMemory
		}
	}
	view, ok := engine.View(s.memory, ptr, size)
	if !ok {
		return nil, EFAULT
	}
	return view, nil
}

// maxText is the longest text that a guest can hand over: a path longer than
// that is none.
const maxText = 64 << 10

// text copies a string of the guest's.
func (s *System) text(ptr, size uint32) (string, error) {
	if size > maxText {
		return "", ENAMETOOLONG
	}
	view, err := s.view(ptr, size)
	return string(view), err
}

// put32 writes a u32, such as a size or a descriptor.
func (s *System) put32(ptr uint32, value uint32) error {
	view, err := s.view(ptr, 4)
	if err != nil {
		return err
	}
	binary.LittleEndian.PutUint32(view, value)
	return nil
}

// put64 writes a u64, such as a timestamp or a position.
func (s *System) put64(ptr uint32, value uint64) error {
	view, err := s.view(ptr, 8)
	if err != nil {
		return err
	}
	binary.LittleEndian.PutUint64(view, value)
	return nil
}

// maxVectors is how many buffers one call can have, as in POSIX (IOV_MAX).
const maxVectors = 1024

// vectors are the buffers of a read or a write as they are in the guest's
// memory: a pointer and a size each ($iovec). All of them are in the memory.
type vectors []byte

// vectors returns the buffers that a guest names, and how many bytes they have
// together.
func (s *System) vectors(ptr, count uint32) (vectors, uint64, error) {
	if count > maxVectors {
		return nil, 0, EINVAL
	}
	list, err := s.view(ptr, count*8)
	if err != nil {
		return nil, 0, err
	}
	v := vectors(list)
	var total uint64
	for i := range v.count() {
		buffer, err := s.buffer(v, i)
		if err != nil {
			return nil, 0, err
		}
		total += uint64(len(buffer))
	}
	return v, total, nil
}

func (v vectors) count() int { return len(v) / 8 }

// buffer returns the i-th buffer.
func (s *System) buffer(v vectors, i int) ([]byte, error) {
	at := v[i*8:]
	return s.view(binary.LittleEndian.Uint32(at), binary.LittleEndian.Uint32(at[4:]))
}
