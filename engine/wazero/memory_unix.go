//go:build (linux || darwin || freebsd || netbsd || openbsd || dragonfly) && (amd64 || arm64 || loong64 || mips64 || mips64le || ppc64 || ppc64le || riscv64 || s390x)

package wazero

import "golang.org/x/sys/unix"

// usable is the protection of committed memory.
const usable = unix.PROT_READ | unix.PROT_WRITE

// largestStep is the most that is committed ahead of need.
const largestStep = 16 << 20

// reserve takes address space that nothing may touch yet. It costs no memory.
func reserve(size uint64) (region, bool) {
	bytes, err := unix.Mmap(-1, 0, int(size), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|noReserve)
	if err != nil {
		return region{}, false
	}
	return region{bytes: bytes}, true
}

// commit makes the first size bytes usable. It doubles what is committed, so
// that a guest that grows page by page does not come back for each.
func (r *region) commit(size uint64) bool {
	if size <= r.committed {
		return true
	}
	ahead := min(2*r.committed, r.committed+largestStep, uint64(len(r.bytes)))
	for _, want := range []uint64{max(size, ahead), size} {
		if unix.Mprotect(r.bytes[:want], usable) == nil {
			r.committed = want
			return true
		}
	}
	return false
}

// release gives the reservation back.
func (r *region) release() {
	// Munmap of a mapping of ours has no way to fail that can be mended.
	_ = unix.Munmap(r.bytes)
	*r = region{}
}
