package tree

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// omitTime leaves a time as it is (UTIME_OMIT of sys/stat.h).
const omitTime = -2

// addSystem takes over what macOS knows.
func (i *Info) addSystem(sys any) {
	stat, ok := sys.(*syscall.Stat_t)
	if !ok {
		return
	}
	i.Device, i.Inode, i.Links = uint64(stat.Dev), stat.Ino, uint64(stat.Nlink)
	i.Access = time.Unix(stat.Atimespec.Unix())
	i.Change = time.Unix(stat.Ctimespec.Unix())
}

// timespecs are the arguments of utimensat; a zero time is one not to change.
func timespecs(times ...time.Time) ([2]unix.Timespec, error) {
	var specs [2]unix.Timespec
	for i, t := range times {
		if t.IsZero() {
			specs[i].Nsec = omitTime
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

// setTimes counts in microseconds: there is nothing finer for an open file.
func setTimes(f *os.File, access, modify time.Time) error {
	info, err := fileInfo(f)
	if err != nil {
		return err
	}
	if access.IsZero() {
		access = info.Access
	}
	if modify.IsZero() {
		modify = info.Modify
	}
	times := []unix.Timeval{unix.NsecToTimeval(access.UnixNano()), unix.NsecToTimeval(modify.UnixNano())}
	return control(f, func(fd int) error { return unix.Futimes(fd, times) })
}

func allocate(*os.File, int64, int64) error {
	return syscall.ENOTSUP
}

func dataSync(f *os.File) error {
	return f.Sync()
}
