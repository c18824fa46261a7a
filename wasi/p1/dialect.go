package p1

import (
	"encoding/binary"
	"io"
	"math"
	"time"

	"github.com/patchbay-go/patchbay/wasi/internal/tree"
)

// A dialect is what differs between preview 1 and its predecessor.
type dialect struct {
	whence       [3]int // the guest's number of it: Go's
	wideLinks    bool   // a file's count of links is a u64
	clockSkip    int    // bytes before the clock in a subscription to one
	subscription int    // size of a subscription
	accept       bool   // there is sock_accept
}

var (
	snapshotDialect = dialect{
		whence:    [3]int{io.SeekStart, io.SeekCurrent, io.SeekEnd},
		wideLinks: true, subscription: 48, accept: true,
	}
	unstableDialect = dialect{
		whence:    [3]int{io.SeekCurrent, io.SeekEnd, io.SeekStart},
		clockSkip: 8, subscription: 56,
	}
)

// functions is the table of functions. proc_exit is not in it, for it has no
// result.
func (d dialect) functions() []function {
	functions := []function{
		{name: "args_get", params: "ii", call: argsGet},
		{name: "args_sizes_get", params: "ii", call: argsSizesGet},
		{name: "clock_res_get", params: "ii", call: clockResGet},
		{name: "clock_time_get", params: "iIi", call: clockTimeGet},
		{name: "environ_get", params: "ii", call: environGet},
		{name: "environ_sizes_get", params: "ii", call: environSizesGet},
		{name: "fd_advise", params: "iIIi", call: fdAdvise},
		{name: "fd_allocate", params: "iII", call: fdAllocate},
		{name: "fd_close", params: "i", call: fdClose},
		{name: "fd_datasync", params: "i", call: fdDatasync},
		{name: "fd_fdstat_get", params: "ii", call: fdFdstatGet},
		{name: "fd_fdstat_set_flags", params: "ii", call: fdFdstatSetFlags},
		{name: "fd_fdstat_set_rights", params: "iII", call: fdFdstatSetRights},
		{name: "fd_filestat_get", params: "ii", call: d.fdFilestatGet},
		{name: "fd_filestat_set_size", params: "iI", call: fdFilestatSetSize},
		{name: "fd_filestat_set_times", params: "iIIi", call: fdFilestatSetTimes},
		{name: "fd_pread", params: "iiiIi", call: fdPread},
		{name: "fd_prestat_dir_name", params: "iii", call: fdPrestatDirName},
		{name: "fd_prestat_get", params: "ii", call: fdPrestatGet},
		{name: "fd_pwrite", params: "iiiIi", call: fdPwrite},
		{name: "fd_read", params: "iiii", call: fdRead, blocks: true},
		{name: "fd_readdir", params: "iiiIi", call: fdReaddir},
		{name: "fd_renumber", params: "ii", call: fdRenumber},
		{name: "fd_seek", params: "iIii", call: d.fdSeek},
		{name: "fd_sync", params: "i", call: fdSync},
		{name: "fd_tell", params: "ii", call: fdTell},
		{name: "fd_write", params: "iiii", call: fdWrite},
		{name: "path_create_directory", params: "iii", call: pathCreateDirectory},
		{name: "path_filestat_get", params: "iiiii", call: d.pathFilestatGet},
		{name: "path_filestat_set_times", params: "iiiiIIi", call: pathFilestatSetTimes},
		{name: "path_link", params: "iiiiiii", call: pathLink},
		{name: "path_open", params: "iiiiiIIii", call: pathOpen},
		{name: "path_readlink", params: "iiiiii", call: pathReadlink},
		{name: "path_remove_directory", params: "iii", call: pathRemoveDirectory},
		{name: "path_rename", params: "iiiiii", call: pathRename},
		{name: "path_symlink", params: "iiiii", call: pathSymlink},
		{name: "path_unlink_file", params: "iii", call: pathUnlinkFile},
		{name: "poll_oneoff", params: "iiii", call: d.pollOneoff, blocks: true},
		{name: "proc_raise", params: "i", call: procRaise},
		{name: "random_get", params: "ii", call: randomGet},
		{name: "sched_yield", params: "", call: schedYield},
		{name: "sock_recv", params: "iiiiii", call: sockRecv},
		{name: "sock_send", params: "iiiii", call: sockSend},
		{name: "sock_shutdown", params: "ii", call: sockShutdown},
	}
	if d.accept {
		functions = append(functions, function{name: "sock_accept", params: "iii", call: sockAccept})
	}
	return functions
}

// A filestat is what a guest is told about a file.
type filestat struct {
	kind FileType
	tree.Info
}

// filestatSize is how large a filestat is for the guest ($filestat).
func (d dialect) filestatSize() uint32 {
	if d.wideLinks {
		return 64
	}
	return 56
}

// putFilestat writes a filestat:
//
//	offset           0    8      16    20     24     32    40     48     56
//	preview 1        dev  inode  type  -      nlink  size  atime  mtime  ctime
//	wasi_unstable    dev  inode  type  nlink  size   atime mtime  ctime
func (d dialect) putFilestat(s *System, ptr uint32, stat filestat) error {
	view, err := s.view(ptr, d.filestatSize())
	if err != nil {
		return err
	}
	clear(view)
	le := binary.LittleEndian
	le.PutUint64(view, stat.Device)
	le.PutUint64(view[8:], stat.Inode)
	view[16] = byte(stat.kind)
	rest := view[24:]
	if d.wideLinks {
		le.PutUint64(rest, stat.Links)
		rest = view[32:]
	} else {
		le.PutUint32(view[20:], uint32(min(stat.Links, math.MaxUint32)))
	}
	le.PutUint64(rest, uint64(stat.Size))
	le.PutUint64(rest[8:], timestamp(stat.Access))
	le.PutUint64(rest[16:], timestamp(stat.Modify))
	le.PutUint64(rest[24:], timestamp(stat.Change))
	return nil
}

// timestamp is a time as the guest has it: nanoseconds since 1970, not before.
func timestamp(t time.Time) uint64 {
	if t.Unix() < 0 {
		return 0
	}
	return uint64(t.UnixNano())
}
