package worker

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func keepIn(t *testing.T, s *store, text string) string {
	t.Helper()
	digest := digestOf([]byte(text))
	if err := s.put(digest, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := s.update(func(r *record) { r.use(Kept{Digest: digest, Size: len(text), Used: time.Now()}) }); err != nil {
		t.Fatal(err)
	}
	return digest
}

func open(t *testing.T, dir string, keep int) *store {
	t.Helper()
	s, err := openStore(dir, "some/worker", keep)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func files(t *testing.T, s *store) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestStore(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		s := open(t, dir, 3)
		var digests []string
		for n := range 6 {
			digests = append(digests, keepIn(t, s, fmt.Sprint("version ", n)))
			if n == 0 {
				if err := s.update(func(r *record) { r.Pinned = digests[0] }); err != nil {
					t.Fatal(err)
				}
			}
		}
		if dir != "" {
			if len(files(t, s)) != 4 {
				t.Errorf("files: %v", files(t, s))
			}
			s = open(t, dir, 3) // as after a restart
		}
		for n, digest := range digests {
			binary, err := s.get(digest)
			if kept := n == 0 || n >= 4; kept != (err == nil) || kept && string(binary) != fmt.Sprint("version ", n) || !kept && !errors.Is(err, ErrUnknown) {
				t.Errorf("version %d: %q, %v", n, binary, err)
			}
		}
		r := s.read()
		if r.Current != digests[5] || r.Pinned != digests[0] || len(r.Versions) != 3 {
			t.Errorf("%+v", r)
		}
	}
}

// TestStoreAfterCrash finds what a process leaves that was killed while it wrote.
func TestStoreAfterCrash(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 3)
	digest := keepIn(t, s, "version")
	for _, name := range []string{stagePrefix + "1234", digestOf([]byte("orphan")) + binarySuffix} {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, dir, 3)
	if got, want := files(t, s), []string{digest + binarySuffix, recordName}; !slices.Equal(got, want) {
		t.Errorf("files: %v, want %v", got, want)
	}
}

func TestStoreIsVerified(t *testing.T) {
	s := open(t, t.TempDir(), 3)
	digest := keepIn(t, s, "version")
	if err := os.WriteFile(s.path(digest), []byte("verSion"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.get(digest); !errors.Is(err, ErrDigest) {
		t.Errorf("changed: %v", err)
	}
	keepIn(t, s, "version") // mends it
	if binary, err := s.get(digest); err != nil || string(binary) != "version" {
		t.Errorf("mended: %q, %v", binary, err)
	}
	if err := os.Remove(s.path(digest)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.get(digest); !errors.Is(err, ErrUnknown) {
		t.Errorf("removed: %v", err)
	}
}

func TestStoreRecordIsBroken(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 3)
	name := filepath.Join(s.folder, recordName)
	for _, text := range []string{"", "{", `{"current":"../../x"}`, `{"versions":[{"digest":"ab"}]}`, `{"versions":[{}]}`, `{"rejected":["` + strings.Repeat("G", 64) + `"]}`} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openStore(dir, "some/worker", 3); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// FuzzRecord holds every record that is believed to names of files that stay in
// their folder, and to be what is written again.
func FuzzRecord(f *testing.F) {
	var r record
	r.use(Kept{Digest: digestOf(nil), File: "guest.wasm", Size: 1, Used: time.Unix(1, 2)})
	r.reject(digestOf([]byte{1}))
	r.Pinned = digestOf(nil)
	good, err := json.Marshal(r)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"current":"../x"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := parseRecord(text)
		if err != nil {
			return
		}
		for _, k := range r.Versions {
			if filepath.Base(k.Digest+binarySuffix) != k.Digest+binarySuffix || k.Digest == "" {
				t.Errorf("believed %q", k.Digest)
			}
		}
		before := r.before(r.Current)
		if before != "" && (before == r.Current && len(r.Versions) < 2 || slices.Contains(r.Rejected, before)) {
			t.Errorf("before %q is %q in %+v", r.Current, before, r)
		}
		r.prune(1)
		if _, err := json.Marshal(r); err != nil {
			t.Error(err)
		}
	})
}

// TestStoreChangesNothing when it cannot write.
func TestStoreChangesNothing(t *testing.T) {
	s := open(t, t.TempDir(), 1)
	digest := keepIn(t, s, "version")
	folder := s.folder
	s.folder = filepath.Join(folder, "gone")
	if err := s.put("00", []byte("x")); err == nil {
		t.Error("put: no error")
	}
	if err := s.update(func(r *record) { r.use(Kept{Digest: "00"}) }); err == nil {
		t.Error("update: no error")
	}
	s.folder = folder
	if binary, err := s.get(digest); err != nil || !bytes.Equal(binary, []byte("version")) || s.read().Current != digest {
		t.Errorf("%q, %v, %+v", binary, err, s.read())
	}
}

func TestFolderNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"a", "A b", "a/b", "a\\b", "..", ".", "", "*", "a%2Fb", "ü", "con"} {
		folder := folderName(name)
		if other, taken := seen[folder]; taken {
			t.Errorf("%q and %q are both %q", name, other, folder)
		}
		seen[folder] = name
		if folder == "" || strings.ContainsAny(folder, "./\\:*?\"<>|") {
			t.Errorf("%q is %q", name, folder)
		}
	}
}

func TestRecord(t *testing.T) {
	var r record
	for _, digest := range []string{"aa", "ab", "cc", "dd"} {
		r.use(Kept{Digest: digest})
	}
	r.reject("dd")
	if r.Current != "cc" || r.before("cc") != "ab" {
		t.Errorf("%+v", r)
	}
	r.reject("ab")
	if r.before("cc") != "aa" || r.before("aa") != "" || r.before("xx") != "" {
		t.Errorf("%+v", r)
	}
	r.use(Kept{Digest: "dd"}) // somebody asked for it
	if r.Current != "dd" || slices.Contains(r.Rejected, "dd") || r.before("dd") != "cc" {
		t.Errorf("%+v", r)
	}
	for beginning, want := range map[string]string{"c": "cc", "CC": "cc", "aa": "aa", "a": "", "x": "", "": ""} {
		if got, err := r.find(beginning); got != want || (err == nil) != (want != "") {
			t.Errorf("find(%q) = %q, %v", beginning, got, err)
		}
	}
	for n := range 100 {
		r.reject(fmt.Sprint("no ", n))
	}
	if len(r.Rejected) != 64 || r.Rejected[63] != "no 99" {
		t.Errorf("%d rejected", len(r.Rejected))
	}
}
