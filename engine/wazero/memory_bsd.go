//go:build (darwin || freebsd || netbsd || openbsd || dragonfly) && (amd64 || arm64 || loong64 || mips64 || mips64le || ppc64 || ppc64le || riscv64 || s390x)

package wazero

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// noReserve is empty: these systems do not count what nothing touched.
const noReserve = 0

// clearBytes is how much of a memory is cleared when it is given back; the rest
// is mapped anew.
const clearBytes = 1 << 20

// reset makes the first used bytes zero. There is no advice that promises zeros
// here, so what is not cleared is replaced by a new mapping in its place.
func (r *region) reset(used uint64) bool {
	kept := min(used, clearBytes)
	clear(r.bytes[:kept])
	r.resident = max(r.resident, kept)
	if used == kept {
		return true
	}
	at := unsafe.Pointer(&r.bytes[kept])
	_, err := unix.MmapPtr(-1, 0, at, uintptr(r.committed-kept), usable, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_FIXED)
	return err == nil
}
