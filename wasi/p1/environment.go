package p1

import (
	"context"
	"encoding/binary"
)

// args_get(argv, argv_buf)
func argsGet(_ context.Context, s *System, p []uint64) error {
	return s.putStrings(s.args, uint32(p[0]), uint32(p[1]))
}

// args_sizes_get(argc, argv_buf_size)
func argsSizesGet(_ context.Context, s *System, p []uint64) error {
	return s.putSizes(s.args, uint32(p[0]), uint32(p[1]))
}

// environ_get(environ, environ_buf)
func environGet(_ context.Context, s *System, p []uint64) error {
	return s.putStrings(s.env, uint32(p[0]), uint32(p[1]))
}

// environ_sizes_get(count, environ_buf_size)
func environSizesGet(_ context.Context, s *System, p []uint64) error {
	return s.putSizes(s.env, uint32(p[0]), uint32(p[1]))
}

// size is how many bytes the strings take, each with a NUL after it.
func size(strings []string) uint32 {
	total := 0
	for _, text := range strings {
		total += len(text) + 1
	}
	return uint32(total)
}

func (s *System) putSizes(strings []string, count, total uint32) error {
	if err := s.put32(count, uint32(len(strings))); err != nil {
		return err
	}
	return s.put32(total, size(strings))
}

// putStrings writes the strings to buffer, and where each begins to pointers.
func (s *System) putStrings(strings []string, pointers, buffer uint32) error {
	list, err := s.view(pointers, uint32(len(strings))*4)
	if err != nil {
		return err
	}
	text, err := s.view(buffer, size(strings))
	if err != nil {
		return err
	}
	at := 0
	for i, str := range strings {
		binary.LittleEndian.PutUint32(list[i*4:], buffer+uint32(at))
		at += copy(text[at:], str)
		text[at] = 0
		at++
	}
	return nil
}
