package p1

import "io"

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
