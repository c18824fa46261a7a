package component

import (
	"slices"
	"strings"
)

// candidates returns the keys under which an import may be found, the best first.
func (l *Linker) candidates(path []string) []string {
	exact := strings.Join(path, "\x00")
	keys := []string{exact}
	want, _, versioned := compatible(path[0])
	if !versioned {
		return keys
	}
	rest := strings.TrimPrefix(exact, path[0])
	for _, name := range l.names {
		first, _, _ := strings.Cut(name, "\x00")
		if have, _, ok := compatible(first); ok && have == want && strings.TrimPrefix(name, first) == rest && name != exact {
			keys = append(keys, name)
		}
	}
	slices.SortFunc(keys[1:], func(a, b string) int { return strings.Compare(b, a) })
	return keys
}

// compatible returns a name with that part of its version which compatible ones
// share, and the whole version.
func compatible(name string) (key, version string, ok bool) {
	base, version, ok := strings.Cut(name, "@")
	if !ok || strings.ContainsAny(version, "-+") {
		return name, version, false
	}
	parts := strings.Split(version, ".")
	switch {
	case len(parts) != 3:
		return name, version, false
	case parts[0] != "0":
		return base + "@" + parts[0], version, true
	case parts[1] != "0":
		return base + "@0." + parts[1], version, true
	}
	return name, version, false
}
