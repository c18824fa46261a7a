//go:build linux && (amd64 || arm64 || loong64 || mips64 || mips64le || ppc64 || ppc64le || riscv64 || s390x)

package wazero

import "golang.org/x/sys/unix"

// noReserve says that the reservation does not count as memory in use.
const noReserve = unix.MAP_NORESERVE

// clearBytes is how much of a memory is cleared when it is given back and stays
// in RAM; the kernel takes back the rest. To clear 1 MiB takes 7 µs, which is
// less than four page faults.
const clearBytes = 1 << 20

// reset makes the first used bytes zero.
func (r *region) reset(used uint64) bool {
	kept := min(used, clearBytes)
	clear(r.bytes[:kept])
	r.resident = max(r.resident, kept)
	if used == kept {
		return true
	}
	return unix.Madvise(r.bytes[kept:used], unix.MADV_DONTNEED) == nil
}
