package p1

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// windowsErrnos are the errors that Windows has of its own.
var windowsErrnos = map[syscall.Errno]Errno{
	windows.ERROR_FILE_NOT_FOUND:            ENOENT,
	windows.ERROR_PATH_NOT_FOUND:            ENOENT,
	windows.ERROR_BAD_NETPATH:               ENOENT,
	windows.ERROR_INVALID_NAME:              ENOENT,
	windows.ERROR_TOO_MANY_OPEN_FILES:       EMFILE,
	windows.ERROR_ACCESS_DENIED:             EACCES,
	windows.ERROR_INVALID_HANDLE:            EBADF,
	windows.ERROR_NOT_ENOUGH_MEMORY:         ENOMEM,
	windows.ERROR_OUTOFMEMORY:               ENOMEM,
	windows.ERROR_NOT_SAME_DEVICE:           EXDEV,
	windows.ERROR_WRITE_PROTECT:             EROFS,
	windows.ERROR_SHARING_VIOLATION:         EBUSY,
	windows.ERROR_LOCK_VIOLATION:            EBUSY,
	windows.ERROR_NOT_SUPPORTED:             ENOTSUP,
	windows.ERROR_FILE_EXISTS:               EEXIST,
	windows.ERROR_ALREADY_EXISTS:            EEXIST,
	windows.ERROR_INVALID_PARAMETER:         EINVAL,
	windows.ERROR_NEGATIVE_SEEK:             EINVAL,
	windows.ERROR_BROKEN_PIPE:               EPIPE,
	windows.ERROR_NO_DATA:                   EPIPE,
	windows.ERROR_DISK_FULL:                 ENOSPC,
	windows.ERROR_HANDLE_DISK_FULL:          ENOSPC,
	windows.ERROR_DIR_NOT_EMPTY:             ENOTEMPTY,
	windows.ERROR_FILENAME_EXCED_RANGE:      ENAMETOOLONG,
	windows.ERROR_DIRECTORY:                 ENOTDIR,
	windows.ERROR_PRIVILEGE_NOT_HELD:        EPERM,
	windows.ERROR_CANT_RESOLVE_FILENAME:     ELOOP,
	windows.ERROR_STOPPED_ON_SYMLINK:        ELOOP,
	windows.ERROR_NOT_A_REPARSE_POINT:       EINVAL,
	windows.ERROR_REPARSE_POINT_ENCOUNTERED: ELOOP,
}

func systemErrno(host syscall.Errno) (Errno, bool) {
	if errno, ok := hostErrnos[host]; ok {
		return errno, true
	}
	errno, ok := windowsErrnos[host]
	return errno, ok
}
