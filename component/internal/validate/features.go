package validate

import "github.com/patchbay-go/patchbay/internal/componentbinary"

// Features are the parts of the Component Model that are accepted besides what
// every component may have (that of WASI 0.2). The zero value accepts none of
// them.
type Features struct {
	// Async is async functions, streams, futures, tasks and waitables: what WASI
	// 0.3 needs.
	Async bool

	// Stackful is async lifts without a callback.
	Stackful bool

	// MoreAsyncBuiltins is the option async where built-ins are otherwise
	// synchronous, and its absence where they are otherwise async.
	MoreAsyncBuiltins bool

	// Threads is the built-ins of cooperative threads.
	Threads bool

	// SharedThreads is the built-ins that spawn threads in shared memory.
	SharedThreads bool

	// ErrorContext is the type error-context and its built-ins.
	ErrorContext bool

	// FixedLengthLists is lists of a fixed length.
	FixedLengthLists bool

	// Map is the type map.
	Map bool

	// Values is imports, exports and definitions of values, and start functions.
	Values bool

	// Attributes is the attributes implements and external-id of names.
	Attributes bool

	// VersionSuffix is the attribute versionsuffix of names, with interface
	// names whose versions are canonical.
	VersionSuffix bool

	// NestedNames is namespaces and packages within each other in names.
	NestedNames bool

	// Memory64 is resources, built-ins and options with 64-bit addresses.
	Memory64 bool

	// GC is lifting and lowering to garbage-collected types. It is only named:
	// there is nothing that accepts it yet.
	GC bool
}

// The names of features in errors.
const (
	FeatureAsync    = "async"
	FeatureValues   = componentbinary.FeatureValues
	FeatureMemory64 = "memory64"

	featureStackful      = "stackful async"
	featureMoreAsync     = "more async built-ins"
	featureThreads       = "threads"
	featureSharedThreads = "shared threads"
	featureErrorContext  = "error-context"
	featureFixedLists    = "fixed-length lists"
	featureMap           = "map"
	featureAttributes    = "name attributes"
	featureVersionSuffix = "version suffixes"
	featureGC            = "GC types"
)

// All returns all features.
func All() Features {
	return Features{
		Async: true, Stackful: true, MoreAsyncBuiltins: true, Threads: true, SharedThreads: true,
		ErrorContext: true, FixedLengthLists: true, Map: true, Values: true, Attributes: true,
		VersionSuffix: true, NestedNames: true, Memory64: true, GC: true,
	}
}
