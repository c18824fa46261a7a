package tree

import (
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// addSystem takes over what Linux knows.
func (i *Info) addSystem(sys any) {
	stat, ok := sys.(*syscall.Stat_t)
	if !ok {
		return
	}
	i.Device, i.Inode, i.Links = uint64(stat.Dev), stat.Ino, uint64(stat.Nlink)
	i.Access = time.Unix(stat.Atim.Unix())
	i.Change = time.Unix(stat.Ctim.Unix())
}

// timespecs are the arguments of utimensat; a zero time is one not to change.
func timespecs(times ...time.Time) ([2]unix.Timespec, error) {
	var specs [2]unix.Timespec
	for i, t := range times {
		if t.IsZero() {
			specs[i].Nsec = unix.UTIME_OMIT
			continue
		}
		spec, err := unix.TimeToTimespec(t)
		if err != nil {
			return specs, err
		}
		specs[i] = spec
	}
	return specs, nil
}

// setTimes is utimensat without a name, which is how Linux has futimens.
func setTimes(f *os.File, access, modify time.Time) error {
	specs, err := timespecs(access, modify)
	if err != nil {
		return err
	}
	return control(f, func(fd int) error {
		_, _, errno := unix.Syscall6(unix.SYS_UTIMENSAT, uintptr(fd), 0, uintptr(unsafe.Pointer(&specs)), 0, 0, 0)
		if errno != 0 {
			return errno
		}
		return nil
	})
}

func allocate(f *os.File, offset, size int64) error {
	return control(f, func(fd int) error { return unix.Fallocate(fd, 0, offset, size) })
}

func dataSync(f *os.File) error {
	return control(f, unix.Fdatasync)
}
