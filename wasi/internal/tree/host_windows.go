package tree

import (
	"io/fs"
	"os"
	"syscall"
	"time"
)

// addSystem takes over what Windows tells without an open file.
func (i *Info) addSystem(sys any) {
	data, ok := sys.(*syscall.Win32FileAttributeData)
	if !ok {
		return
	}
	i.Access = time.Unix(0, data.LastAccessTime.Nanoseconds())
	i.Change = time.Unix(0, data.LastWriteTime.Nanoseconds())
}

func (d *Dir) statRoot(name string, follow bool) (Info, error) {
	fi, err := d.root.Lstat(name)
	if err != nil {
		return Info{}, inside(err)
	}
	if fi.Mode()&fs.ModeSymlink != 0 && !follow {
		return describe(fi, name), nil
	}
	f, err := d.root.Open(name)
	if err != nil {
		return Info{}, inside(err)
	}
	defer f.Close()
	return fileInfo(f)
}

// fileInfo asks the open file, because only that knows its number.
func fileInfo(f *os.File) (Info, error) {
	fi, err := f.Stat()
	if err != nil {
		return Info{}, err
	}
	info := describe(fi, f.Name())
	conn, err := f.SyscallConn()
	if err != nil {
		return Info{}, err
	}
	var data syscall.ByHandleFileInformation
	var result error
	err = conn.Control(func(handle uintptr) {
		result = syscall.GetFileInformationByHandle(syscall.Handle(handle), &data)
	})
	if err == nil && result == nil {
		info.Device = uint64(data.VolumeSerialNumber)
		info.Inode = uint64(data.FileIndexHigh)<<32 | uint64(data.FileIndexLow)
		info.Links = uint64(data.NumberOfLinks)
	}
	return info, nil
}

// setTimes takes a file that was opened for writing.
func setTimes(f *os.File, access, modify time.Time) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = conn.Control(func(handle uintptr) {
		result = syscall.SetFileTime(syscall.Handle(handle), nil, filetime(access), filetime(modify))
	})
	if err != nil {
		return err
	}
	return result
}

// filetime returns nil, which leaves a time as it is, for a zero time.
func filetime(t time.Time) *syscall.Filetime {
	if t.IsZero() {
		return nil
	}
	ft := syscall.NsecToFiletime(t.UnixNano())
	return &ft
}
