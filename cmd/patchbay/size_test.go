package main

import "testing"

func TestSize(t *testing.T) {
	for flag, want := range map[string]uint64{
		"1": 1, "65536": 65536, "64KiB": 64 << 10, "64K": 64 << 10, "64kb": 64 << 10, "1 MiB": 1 << 20, "16m": 16 << 20,
		"2GiB": 2 << 30, "17179869183G": 17179869183 << 30, "100B": 100,
	} {
		var s size
		if err := s.Set(flag); err != nil || uint64(s) != want {
			t.Errorf("%q: %d, %v; want %d", flag, s, err, want)
		}
	}
	for _, flag := range []string{"", "0", "0MiB", "-1", "1.5MiB", "MiB", "1TiB", "1iB", "1i", "1KK", "17179869184G", "99999999999999999999", "1M1"} {
		var s size
		if err := s.Set(flag); err == nil {
			t.Errorf("%q: %d; want an error", flag, s)
		}
	}
}

func TestSizeText(t *testing.T) {
	for n, want := range map[uint64]string{0: "", 1: "1", 1000: "1000", 4096: "4KiB", 3 << 20: "3MiB", 1 << 30: "1GiB", 1<<30 + 1024: "1048577KiB"} {
		s := size(n)
		if got := s.String(); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestRoughly(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0 bytes", 1: "1 byte", 1023: "1,023 bytes", 1024: "1 KiB", 65536: "64 KiB", 17 << 16: "1.06 MiB", 4 << 30: "4 GiB",
	} {
		if got := roughly(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
