package component

import (
	"maps"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/internal/spelling"
)

// maxNear is how many things that are near an error has at most.
const maxNear = 3

// near returns the paths of what the host has that may be meant by one that it has
// not: under other versions of the interface, under names that are spelled alike,
// or under another interface.
func (l *Linker) near(path []string) [][]string {
	var found [][]string
	add := func(path []string) {
		if len(found) < maxNear && l.has(path) && !slices.ContainsFunc(found, func(p []string) bool { return slices.Equal(p, path) }) {
			found = append(found, path)
		}
	}
	for _, root := range l.sisters(path[0]) {
		add(append([]string{root}, path[1:]...))
	}
	add(l.alike(path))
	last := path[len(path)-1]
	for _, root := range slices.Sorted(maps.Keys(l.children[""])) {
		add([]string{root, last})
	}
	if len(path) > 1 {
		add([]string{last})
	}
	return found
}

// sisters returns the other versions of an interface, the latest first.
func (l *Linker) sisters(name string) []string {
	base, _, _ := strings.Cut(name, "@")
	var found []interfaceName
	for other := range l.children[""] {
		if n, _ := parseInterface(other); n.base == base && other != name {
			found = append(found, n)
		}
	}
	slices.SortFunc(found, compareVersions)
	names := make([]string, len(found))
	for i, n := range found {
		names[i] = n.name
	}
	return names
}

// alike returns the path with names that the host has instead of those that are
// spelled like them.
func (l *Linker) alike(path []string) []string {
	alike := make([]string, 0, len(path))
	for i, name := range path {
		if root := l.root(name); i == 0 && root != "" {
			name = root
		}
		there := l.children[strings.Join(alike, separator)]
		if _, known := there[name]; !known {
			name = spelling.Nearest(name, slices.Sorted(maps.Keys(there)))
		}
		if name == "" {
			return nil
		}
		alike = append(alike, name)
	}
	return alike
}

// has reports whether the host has something at a path.
func (l *Linker) has(path []string) bool {
	return len(path) > 0 && l.kind(strings.Join(path, separator)) != ""
}
