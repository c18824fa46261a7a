//go:build !windows

package p1

import "syscall"

func systemErrno(host syscall.Errno) (Errno, bool) {
	errno, ok := hostErrnos[host]
	return errno, ok
}
