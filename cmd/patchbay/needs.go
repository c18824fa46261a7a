package main

import (
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
)

// A need is something outside of the module that its imports reach for.
type need struct {
	What    string   `json:"what"`    // such as "files"
	Grant   string   `json:"grant"`   // how it is granted, or why it cannot be
	Imports []string `json:"imports"` // the names of the functions, sorted
}

// needsOf groups the imports of a module by what they reach for, in the order
// of the table in grantOf.
func needsOf(imports []engine.Import) []need {
	byWhat := map[string]*need{}
	for _, imp := range imports {
		what := reachesFor(imp)
		if what == "" {
			continue
		}
		if byWhat[what] == nil {
			byWhat[what] = &need{What: what, Grant: grantOf(what)}
		}
		n := byWhat[what]
		if !slices.Contains(n.Imports, imp.Name) {
			n.Imports = append(n.Imports, imp.Name)
		}
	}
	needs := []need{}
	for _, what := range capabilities() {
		if n := byWhat[what]; n != nil {
			slices.Sort(n.Imports)
			needs = append(needs, *n)
		}
	}
	return needs
}

// The things that imports reach for.
const (
	hostCalls   = "host calls"
	arguments   = "arguments"
	environment = "environment"
	stdio       = "stdio"
	files       = "files"
	clocks      = "clocks"
	random      = "random"
	sockets     = "sockets"
)

// capabilities lists them in the order in which they are shown.
func capabilities() []string {
	return []string{hostCalls, arguments, environment, stdio, files, clocks, random, sockets}
}

// grantOf says how a capability is granted.
func grantOf(what string) string {
	switch what {
	case hostCalls:
		return "--host-call log or echo answers them; by default they are denied"
	case arguments:
		return "patchbay run passes what stands after FILE; a called guest gets none"
	case environment:
		return "--env K=V, once for each variable"
	case stdio:
		return "patchbay run connects it; patchbay call gives empty input and shows output on stderr"
	case files:
		return "--dir " + dirForm + ", once for each folder"
	case clocks, random:
		return "always granted"
	}
	return "no flag grants it in this version"
}

// reachesFor returns what a function of a known contract or system interface
// reaches for: nothing when it needs no grant.
func reachesFor(imp engine.Import) string {
	switch {
	case imp.Type.Kind != engine.KindFunc:
		return ""
	case imp.Module == "wapc" && imp.Name == "__host_call":
		return hostCalls
	case isWASI(imp.Module):
		return wasiCapability(imp.Name)
	case imp.Module == "env" && imp.Name == "seed":
		return random
	}
	return ""
}

// isWASI reports whether a module name stands for WASI preview 1 or its
// predecessor.
func isWASI(module string) bool {
	return module == "wasi_snapshot_preview1" || module == "wasi_unstable" || module == "wasi"
}

// wasiCapability sorts the functions of WASI preview 1. Those on descriptors
// reach for stdio, which every program has; what a program that opens files
// imports besides says so.
func wasiCapability(name string) string {
	family, _, _ := strings.Cut(name, "_")
	switch family {
	case "args":
		return arguments
	case "environ":
		return environment
	case "clock", "poll":
		return clocks
	case "random":
		return random
	case "sock":
		return sockets
	case "path":
		return files
	case "fd":
		return descriptorCapability(name)
	}
	return ""
}

func descriptorCapability(name string) string {
	switch name {
	case "fd_read", "fd_write", "fd_close", "fd_seek", "fd_tell", "fd_fdstat_get", "fd_fdstat_set_flags", "fd_renumber":
		return stdio
	}
	return files
}
