package p1

import (
	"context"
	"math"

	"github.com/patchbay-go/patchbay/wasi/internal/tree"
)

// directory returns an open directory that may be used as needed.
func (s *System) directory(fd uint64, need Rights) (*tree.Dir, error) {
	e, err := s.table.get(uint32(fd), need)
	if err != nil {
		return nil, err
	}
	d, ok := e.descriptor.(*directory)
	if !ok {
		return nil, ENOTDIR
	}
	return d.dir, nil
}

// place returns an open directory and a path below it.
func (s *System) place(fd uint64, need Rights, ptr, size uint64) (*tree.Dir, string, error) {
	d, err := s.directory(fd, need)
	if err != nil {
		return nil, "", err
	}
	path, err := s.text(uint32(ptr), uint32(size))
	return d, path, err
}

// follow reads $lookupflags.
func follow(flags uint64) (bool, error) {
	if flags&^lookupFollow != 0 {
		return false, EINVAL
	}
	return flags&lookupFollow != 0, nil
}

// path_create_directory(fd, path, path_len)
func pathCreateDirectory(_ context.Context, s *System, p []uint64) error {
	d, path, err := s.place(p[0], PathCreateDirectory, p[1], p[2])
	if err != nil {
		return err
	}
	return d.Mkdir(path)
}

// path_remove_directory(fd, path, path_len)
func pathRemoveDirectory(_ context.Context, s *System, p []uint64) error {
	d, path, err := s.place(p[0], PathRemoveDirectory, p[1], p[2])
	if err != nil {
		return err
	}
	return d.Rmdir(path)
}

// path_unlink_file(fd, path, path_len)
func pathUnlinkFile(_ context.Context, s *System, p []uint64) error {
	d, path, err := s.place(p[0], PathUnlinkFile, p[1], p[2])
	if err != nil {
		return err
	}
	return d.Unlink(path)
}

// path_filestat_get(fd, flags, path, path_len, stat)
func (d dialect) pathFilestatGet(_ context.Context, s *System, p []uint64) error {
	dir, path, err := s.place(p[0], PathFilestatGet, p[2], p[3])
	if err != nil {
		return err
	}
	followed, err := follow(p[1])
	if err != nil {
		return err
	}
	if _, err := s.view(uint32(p[4]), d.filestatSize()); err != nil {
		return err
	}
	info, err := dir.Stat(path, followed)
	if err != nil {
		return err
	}
	return d.putFilestat(s, uint32(p[4]), filestat{fileType(info.Mode), info})
}

// path_filestat_set_times(fd, flags, path, path_len, atim, mtim, fst_flags)
func pathFilestatSetTimes(_ context.Context, s *System, p []uint64) error {
	dir, path, err := s.place(p[0], PathFilestatSetTimes, p[2], p[3])
	if err != nil {
		return err
	}
	followed, err := follow(p[1])
	if err != nil {
		return err
	}
	access, modify, err := s.times(p[4], p[5], p[6])
	if err != nil {
		return err
	}
	return dir.SetTimes(path, followed, access, modify)
}

// path_link(old_fd, old_flags, old_path, old_path_len, new_fd, new_path,
// new_path_len). Symbolic links are not followed: the new name is one of the
// link's.
func pathLink(_ context.Context, s *System, p []uint64) error {
	from, oldPath, err := s.place(p[0], PathLinkSource, p[2], p[3])
	if err != nil {
		return err
	}
	to, newPath, err := s.place(p[4], PathLinkTarget, p[5], p[6])
	if err != nil {
		return err
	}
	if p[1] != 0 {
		return EINVAL
	}
	return from.Link(oldPath, to, newPath)
}

// path_rename(fd, old_path, old_path_len, new_fd, new_path, new_path_len)
func pathRename(_ context.Context, s *System, p []uint64) error {
	from, oldPath, err := s.place(p[0], PathRenameSource, p[1], p[2])
	if err != nil {
		return err
	}
	to, newPath, err := s.place(p[3], PathRenameTarget, p[4], p[5])
	if err != nil {
		return err
	}
	return from.Rename(oldPath, to, newPath)
}

// path_symlink(old_path, old_path_len, fd, new_path, new_path_len)
func pathSymlink(_ context.Context, s *System, p []uint64) error {
	d, path, err := s.place(p[2], PathSymlink, p[3], p[4])
	if err != nil {
		return err
	}
	target, err := s.text(uint32(p[0]), uint32(p[1]))
	if err != nil {
		return err
	}
	return d.Symlink(target, path)
}

// path_readlink(fd, path, path_len, buf, buf_len, bufused). A target that is
// longer than the buffer is cut.
func pathReadlink(_ context.Context, s *System, p []uint64) error {
	d, path, err := s.place(p[0], PathReadlink, p[1], p[2])
	if err != nil {
		return err
	}
	buffer, err := s.view(uint32(p[3]), uint32(p[4]))
	if err != nil {
		return err
	}
	if _, err := s.view(uint32(p[5]), 4); err != nil {
		return err
	}
	target, err := d.Readlink(path)
	if err != nil {
		return err
	}
	return s.put32(uint32(p[5]), uint32(copy(buffer, target)))
}

// path_open(fd, dirflags, path, path_len, oflags, rights, inheriting, fdflags,
// opened)
func pathOpen(_ context.Context, s *System, p []uint64) error {
	e, err := s.table.get(uint32(p[0]), openingRights(p[4]))
	if err != nil {
		return err
	}
	d, ok := e.descriptor.(*directory)
	if !ok {
		return ENOTDIR
	}
	path, err := s.text(uint32(p[2]), uint32(p[3]))
	if err != nil {
		return err
	}
	how, err := e.how(p)
	if err != nil {
		return err
	}
	if _, err := s.view(uint32(p[8]), 4); err != nil {
		return err
	}
	if s.table.full() {
		return EMFILE // before a file is made or emptied
	}
	child := &entry{
		rights:   Rights(p[5]) & e.inherits,
		inherits: Rights(p[6]) & e.inherits,
		flags:    uint16(p[7]),
		readOnly: e.readOnly,
	}
	if err := child.open(d.dir, path, how); err != nil {
		return err
	}
	fd, err := s.table.insert(child)
	if err != nil {
		return err
	}
	return s.put32(uint32(p[8]), fd)
}

// openingRights are what path_open takes of the directory.
func openingRights(oflags uint64) Rights {
	need := PathOpen
	if oflags&openCreate != 0 {
		need |= PathCreateFile
	}
	if oflags&openTruncate != 0 {
		need |= PathFilestatSetSize
	}
	return need
}

// how says how to open what the parameters of path_open name in directory e.
func (e *entry) how(p []uint64) (tree.How, error) {
	followed, err := follow(p[1])
	if err != nil {
		return tree.How{}, err
	}
	oflags, rights, flags := p[4], Rights(p[5]), p[7]
	if oflags&^openKnown != 0 || flags > math.MaxUint16 || flags&^flagsKnown != 0 {
		return tree.How{}, EINVAL
	}
	if missing := rights & (FDRead | FDWrite) &^ e.inherits; missing != 0 {
		if e.readOnly && missing&FDWrite != 0 {
			return tree.How{}, EROFS
		}
		return tree.How{}, ENOTCAPABLE
	}
	return tree.How{
		Read:      rights&FDRead != 0,
		Write:     rights&FDWrite != 0,
		Append:    flags&flagAppend != 0 && rights&FDWrite != 0,
		Create:    oflags&openCreate != 0,
		Exclusive: oflags&openExclusive != 0,
		Truncate:  oflags&openTruncate != 0,
		Directory: oflags&openDirectory != 0,
		Follow:    followed,
	}, nil
}

// open opens what is at path and leaves e the rights that make sense for it.
func (e *entry) open(d *tree.Dir, path string, how tree.How) error {
	f, dir, err := d.Open(path, how)
	if err != nil {
		return err
	}
	if dir != nil {
		e.descriptor = &directory{dir: dir}
		e.rights &= directoryRights
		return nil
	}
	descriptor, sensible, err := opened(f)
	if err != nil {
		return err
	}
	e.descriptor = descriptor
	e.rights &= sensible
	if !how.Write {
		e.rights &^= FDAllocate | FDFilestatSetSize
	}
	return nil
}
