package p1

import "fmt"

// An Errno is what a function of preview 1 returns to the guest. It is an error,
// and what a [Descriptor] returns as an error to be returned to the guest as it
// is.
type Errno uint16

// The error numbers, as the specification names them (typenames.witx, $errno).
const (
	ESUCCESS        Errno = iota // success
	E2BIG                        // argument list too long
	EACCES                       // permission denied
	EADDRINUSE                   // address in use
	EADDRNOTAVAIL                // address not available
	EAFNOSUPPORT                 // address family not supported
	EAGAIN                       // resource unavailable, try again
	EALREADY                     // connection already in progress
	EBADF                        // bad file descriptor
	EBADMSG                      // bad message
	EBUSY                        // resource busy
	ECANCELED                    // operation canceled
	ECHILD                       // no child processes
	ECONNABORTED                 // connection aborted
	ECONNREFUSED                 // connection refused
	ECONNRESET                   // connection reset
	EDEADLK                      // deadlock would occur
	EDESTADDRREQ                 // destination address required
	EDOM                         // argument out of the domain of the function
	EDQUOT                       // quota exceeded
	EEXIST                       // file exists
	EFAULT                       // bad address
	EFBIG                        // file too large
	EHOSTUNREACH                 // host is unreachable
	EIDRM                        // identifier removed
	EILSEQ                       // illegal byte sequence
	EINPROGRESS                  // operation in progress
	EINTR                        // interrupted
	EINVAL                       // invalid argument
	EIO                          // input/output error
	EISCONN                      // socket is connected
	EISDIR                       // is a directory
	ELOOP                        // too many levels of symbolic links
	EMFILE                       // too many open files
	EMLINK                       // too many links
	EMSGSIZE                     // message too large
	EMULTIHOP                    // multihop attempted
	ENAMETOOLONG                 // file name too long
	ENETDOWN                     // network is down
	ENETRESET                    // connection aborted by network
	ENETUNREACH                  // network unreachable
	ENFILE                       // too many files open in system
	ENOBUFS                      // no buffer space available
	ENODEV                       // no such device
	ENOENT                       // no such file or directory
	ENOEXEC                      // executable file format error
	ENOLCK                       // no locks available
	ENOLINK                      // link has been severed
	ENOMEM                       // not enough memory
	ENOMSG                       // no message of the desired type
	ENOPROTOOPT                  // protocol not available
	ENOSPC                       // no space left on device
	ENOSYS                       // function not supported
	ENOTCONN                     // socket is not connected
	ENOTDIR                      // not a directory
	ENOTEMPTY                    // directory not empty
	ENOTRECOVERABLE              // state not recoverable
	ENOTSOCK                     // not a socket
	ENOTSUP                      // not supported
	ENOTTY                       // inappropriate I/O control operation
	ENXIO                        // no such device or address
	EOVERFLOW                    // value too large
	EOWNERDEAD                   // previous owner died
	EPERM                        // operation not permitted
	EPIPE                        // broken pipe
	EPROTO                       // protocol error
	EPROTONOSUPPORT              // protocol not supported
	EPROTOTYPE                   // protocol wrong type for socket
	ERANGE                       // result too large
	EROFS                        // read-only file system
	ESPIPE                       // invalid seek
	ESRCH                        // no such process
	ESTALE                       // stale file handle
	ETIMEDOUT                    // timed out
	ETXTBSY                      // text file busy
	EXDEV                        // cross-device link
	ENOTCAPABLE                  // capabilities insufficient
)

var errnoTexts = [...]string{
	ESUCCESS:        "success",
	E2BIG:           "argument list too long",
	EACCES:          "permission denied",
	EADDRINUSE:      "address in use",
	EADDRNOTAVAIL:   "address not available",
	EAFNOSUPPORT:    "address family not supported",
	EAGAIN:          "resource unavailable, try again",
	EALREADY:        "connection already in progress",
	EBADF:           "bad file descriptor",
	EBADMSG:         "bad message",
	EBUSY:           "resource busy",
	ECANCELED:       "operation canceled",
	ECHILD:          "no child processes",
	ECONNABORTED:    "connection aborted",
	ECONNREFUSED:    "connection refused",
	ECONNRESET:      "connection reset",
	EDEADLK:         "deadlock would occur",
	EDESTADDRREQ:    "destination address required",
	EDOM:            "argument out of the domain of the function",
	EDQUOT:          "quota exceeded",
	EEXIST:          "file exists",
	EFAULT:          "bad address",
	EFBIG:           "file too large",
	EHOSTUNREACH:    "host is unreachable",
	EIDRM:           "identifier removed",
	EILSEQ:          "illegal byte sequence",
	EINPROGRESS:     "operation in progress",
	EINTR:           "interrupted",
	EINVAL:          "invalid argument",
	EIO:             "input/output error",
	EISCONN:         "socket is connected",
	EISDIR:          "is a directory",
	ELOOP:           "too many levels of symbolic links",
	EMFILE:          "too many open files",
	EMLINK:          "too many links",
	EMSGSIZE:        "message too large",
	EMULTIHOP:       "multihop attempted",
	ENAMETOOLONG:    "file name too long",
	ENETDOWN:        "network is down",
	ENETRESET:       "connection aborted by network",
	ENETUNREACH:     "network unreachable",
	ENFILE:          "too many files open in system",
	ENOBUFS:         "no buffer space available",
	ENODEV:          "no such device",
	ENOENT:          "no such file or directory",
	ENOEXEC:         "executable file format error",
	ENOLCK:          "no locks available",
	ENOLINK:         "link has been severed",
	ENOMEM:          "not enough memory",
	ENOMSG:          "no message of the desired type",
	ENOPROTOOPT:     "protocol not available",
	ENOSPC:          "no space left on device",
	ENOSYS:          "function not supported",
	ENOTCONN:        "socket is not connected",
	ENOTDIR:         "not a directory",
	ENOTEMPTY:       "directory not empty",
	ENOTRECOVERABLE: "state not recoverable",
	ENOTSOCK:        "not a socket",
	ENOTSUP:         "not supported",
	ENOTTY:          "inappropriate I/O control operation",
	ENXIO:           "no such device or address",
	EOVERFLOW:       "value too large",
	EOWNERDEAD:      "previous owner died",
	EPERM:           "operation not permitted",
	EPIPE:           "broken pipe",
	EPROTO:          "protocol error",
	EPROTONOSUPPORT: "protocol not supported",
	EPROTOTYPE:      "protocol wrong type for socket",
	ERANGE:          "result too large",
	EROFS:           "read-only file system",
	ESPIPE:          "invalid seek",
	ESRCH:           "no such process",
	ESTALE:          "stale file handle",
	ETIMEDOUT:       "timed out",
	ETXTBSY:         "text file busy",
	EXDEV:           "cross-device link",
	ENOTCAPABLE:     "capabilities insufficient",
}

// Error returns the error in words.
func (e Errno) Error() string {
	if int(e) < len(errnoTexts) {
		return errnoTexts[e]
	}
	return fmt.Sprintf("errno %d", uint16(e))
}
