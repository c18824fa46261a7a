//go:build linux && (amd64 || arm64 || loong64 || mips64 || mips64le || ppc64 || ppc64le || riscv64 || s390x)

package wazero

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// noReserve says that the reservation does not count as memory in use.
const noReserve = unix.MAP_NORESERVE

// A page that is given back to the kernel costs the next user a fault, 1 to 2
// µs; to clear one costs 30 ns, to ask which pages are in RAM 3 ns for each. So
// a small memory is cleared, and of a larger one the pages that were touched.
const (
	clearBytes = 1 << 20  // cleared without asking; also the most that is cleared
	lookBytes  = 16 << 20 // how far from the start pages are asked about
	lookRuns   = 16       // runs of touched pages that are cleared
)

// reset makes the first used bytes zero. It keeps at most clearBytes of them in
// RAM.
func (r *region) reset(used uint64) bool {
	if used <= clearBytes {
		clear(r.bytes[:used])
		r.resident = max(r.resident, used)
		return true
	}
	cleaned := r.clearTouched(min(used, lookBytes))
	r.resident = clearBytes
	return dropPages(r.bytes[cleaned:used])
}

// clearTouched cleans a first part of the region that is at most size bytes
// long, and returns how long that part is. Pages that are in RAM are cleared;
// what is between them is dropped all the same, because it may be swapped out.
func (r *region) clearTouched(size uint64) uint64 {
	var vector [lookBytes / 4096]byte
	page := uint64(unix.Getpagesize())
	pages := (size + page - 1) / page
	if !pagesInRAM(r.bytes[:size], vector[:pages]) {
		return 0
	}
	var cleaned, cleared uint64
	for range lookRuns {
		from, to := nextRun(vector[:pages], cleaned/page)
		if cleared += (to - from) * page; cleared > clearBytes {
			return cleaned
		}
		start, end := from*page, min(to*page, size)
		if !dropPages(r.bytes[cleaned:start]) {
			return cleaned
		}
		clear(r.bytes[start:end])
		cleaned = end
		if cleaned == size {
			break
		}
	}
	return cleaned
}

// nextRun returns the next run of pages in RAM at or after from; the run is
// empty and at the end if there is none.
func nextRun(vector []byte, from uint64) (start, end uint64) {
	n := uint64(len(vector))
	for start = from; start < n && vector[start]&1 == 0; {
		start++
	}
	for end = start; end < n && vector[end]&1 == 1; {
		end++
	}
	return start, end
}

// dropPages gives the pages of b back to the kernel: they read as zero then.
func dropPages(b []byte) bool {
	return len(b) == 0 || unix.Madvise(b, unix.MADV_DONTNEED) == nil
}

// pagesInRAM asks for each page of b whether it is in RAM, as the lowest bit of
// its byte of vector.
func pagesInRAM(b, vector []byte) bool {
	_, _, errno := unix.Syscall(unix.SYS_MINCORE,
		uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)), uintptr(unsafe.Pointer(&vector[0])))
	return errno == 0
}
