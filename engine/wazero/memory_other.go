//go:build !((linux || darwin || freebsd || netbsd || openbsd || dragonfly) && (amd64 || arm64 || loong64 || mips64 || mips64le || ppc64 || ppc64le || riscv64 || s390x))

package wazero

// reserve reserves nothing: here a memory is a slice.
func reserve(uint64) (region, bool) { return region{}, false }

func (r *region) commit(uint64) bool { return false }

func (r *region) reset(uint64) bool { return false }

func (r *region) release() {}
