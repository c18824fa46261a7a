package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kept is a version whose bytes are kept.
type Kept struct {
	// Digest is its SHA-256 in hexadecimal.
	Digest string `json:"digest"`

	// File is where it was from; empty if it was from no file.
	File string `json:"file,omitempty"`

	// Size is that of the binary in bytes.
	Size int `json:"size"`

	// Used is when it last came into use.
	Used time.Time `json:"used"`
}

// A record is what is remembered of versions.
type record struct {
	Current  string   `json:"current,omitempty"`  // came into use last
	Pinned   string   `json:"pinned,omitempty"`   // is to stay in use
	Rejected []string `json:"rejected,omitempty"` // were rolled back, the last one at the end
	Versions []Kept   `json:"versions,omitempty"` // in the order of their use
}

// parseRecord reads a record and believes no digest that is none: they become
// names of files.
func parseRecord(text []byte) (record, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return record{}, err
	}
	digests := append(slices.Clone(r.Rejected), r.Current, r.Pinned)
	for _, k := range r.Versions {
		if k.Digest == "" {
			return record{}, errNoDigest
		}
		digests = append(digests, k.Digest)
	}
	for _, digest := range digests {
		if !isDigest(digest) {
			return record{}, fmt.Errorf("%w: %.80q", errNoDigest, digest)
		}
	}
	return r, nil
}

var errNoDigest = errors.New("not a SHA-256 in hexadecimal")

// isDigest reports whether text is a digest, or empty.
func isDigest(text string) bool {
	return text == "" || len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}

func (r record) clone() record {
	r.Rejected, r.Versions = slices.Clone(r.Rejected), slices.Clone(r.Versions)
	return r
}

// use notes that a version comes into use.
func (r *record) use(k Kept) {
	r.Current = k.Digest
	r.Versions = append(slices.DeleteFunc(r.Versions, func(other Kept) bool { return other.Digest == k.Digest }), k)
	r.Rejected = slices.DeleteFunc(r.Rejected, func(digest string) bool { return digest == k.Digest })
}

// reject notes that a version was rolled back.
func (r *record) reject(digest string) {
	const most = 64
	r.Rejected = append(slices.DeleteFunc(r.Rejected, func(other string) bool { return other == digest }), digest)
	r.Rejected = r.Rejected[max(0, len(r.Rejected)-most):]
	if r.Current == digest {
		r.Current = r.before(digest)
	}
}

// before returns the version that was in use before that of a digest and was not
// rejected; empty if there is none.
func (r *record) before(digest string) string {
	i := slices.IndexFunc(r.Versions, func(k Kept) bool { return k.Digest == digest })
	for _, k := range slices.Backward(r.Versions[:max(0, i)]) {
		if !slices.Contains(r.Rejected, k.Digest) {
			return k.Digest
		}
	}
	return ""
}

// prune forgets the versions that were used the longest ago, until there are so
// many, and returns them.
func (r *record) prune(most int) (gone []string) {
	for i := 0; len(r.Versions) > most && i < len(r.Versions); {
		digest := r.Versions[i].Digest
		if digest == r.Current || digest == r.Pinned {
			i++
			continue
		}
		gone = append(gone, digest)
		r.Versions = slices.Delete(r.Versions, i, i+1)
	}
	return gone
}
