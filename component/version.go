package component

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// An interfaceName is the name of an interface with a version, as in
// wasi:io/poll@0.2.3, or in its canonical spelling wasi:io/poll@0.2.
type interfaceName struct {
	name  string
	base  string // what stands before the version
	track string // of the version, what compatible ones share
	whole bool   // the version is there as a whole
	parts [3]uint64
}

// parseInterface returns the parts of a name, or false if it has no version or one
// that is compatible with no other.
func parseInterface(name string) (n interfaceName, ok bool) {
	base, version, ok := strings.Cut(name, "@")
	version, _, _ = strings.Cut(version, "+") // builds are not told apart
	n = interfaceName{name: name, base: base}
	numbers := strings.Split(version, ".")
	if !ok || len(numbers) > len(n.parts) {
		return n, false
	}
	n.whole = len(numbers) == len(n.parts)
	for i, text := range numbers {
		number, err := strconv.ParseUint(text, 10, 64)
		if err != nil { // of a version before another, such as 1.0.0-rc, too
			return n, false
		}
		n.parts[i] = number
	}
	return n, n.findTrack(numbers)
}

// findTrack sets the track, which ends with the first number that is not zero, and
// returns false if there is none or the name is in neither spelling.
func (n *interfaceName) findTrack(numbers []string) bool {
	first := slices.IndexFunc(numbers, func(text string) bool { return text != "0" })
	if first < 0 || !n.whole && first != len(numbers)-1 {
		return false
	}
	n.track = strings.Join(numbers[:first+1], ".")
	return true
}

// compatible reports whether one does where the other is wanted.
func (n *interfaceName) compatible(other *interfaceName) bool {
	return n.base == other.base && n.track == other.track
}

// compareVersions orders interfaces, the latest first and those of which only the
// track is known last.
func compareVersions(a, b interfaceName) int {
	if a.whole != b.whole {
		if a.whole {
			return -1
		}
		return 1
	}
	return cmp.Or(slices.Compare(b.parts[:], a.parts[:]), strings.Compare(a.name, b.name))
}

// root returns under which name the host has what an import's path begins with:
// itself, else the latest that is compatible, else "".
func (l *Linker) root(first string) string {
	if _, known := l.children[""][first]; known {
		return first
	}
	return latest(first, maps.Keys(l.children[""]))
}

// Find returns where an import with a path is looked for, which is the path with
// the version of the interface that there is if that is compatible, and whether
// something is offered there.
func (l *Linker) Find(path ...string) (at []string, offered bool) {
	root := l.root(path[0])
	if root == "" {
		return path, false
	}
	at = append([]string{root}, path[1:]...)
	return at, l.has(at)
}

// latest returns the latest of the names that is compatible with one, or "".
func latest(wanted string, names iter.Seq[string]) string {
	want, versioned := parseInterface(wanted)
	if !versioned {
		return ""
	}
	var found []interfaceName
	for name := range names {
		if have, ok := parseInterface(name); ok && have.compatible(&want) {
			found = append(found, have)
		}
	}
	if found == nil {
		return ""
	}
	return slices.MinFunc(found, compareVersions).name
}
