// Package bindgen writes the Go with which a host talks to components of a WIT
// world: types, clients for what they export, and interfaces to implement for
// what they import.
//
// # Packages
//
// [Generate] writes a Go package for the world, and one for each of its
// interfaces, in the folder of the interface's name: acme:math/ops is in
// acme/math/ops. An interface that the world both imports and exports has two,
// the one for what is exported below exports/, because its resources are another
// thing there. A package that would be called like something of Go is called so
// with wit behind, as in typewit; where the world has two versions of a WIT
// package, their folders have as much of the versions as tells them apart, as in v2.
//
// The package of an interface that is imported has an interface Imports to
// implement, and Define, which offers an implementation through a
// component.Linker. The package of one that is exported has a client Exports, and
// Bind, which makes it of a component.Exporter: a plugin or a worker, whose pool it
// calls then, a session of one, or an instance. The package of the world has both
// for the whole, a struct with each of its interfaces, and New, which makes an
// instance of a component. What stands in the world itself and not in an
// interface, a host implements as Host.
//
// # Resources
//
// A handle to a guest's resource belongs to one instance, and a client of a pool
// refuses calls that pass one, with component.ErrHandles: they need a session of the
// plugin. Resources of the host are Go values, which every instance may be given.
//
// # Types
//
//	bool, numbers, char       bool, uint8 … float64, rune
//	string, list<T>           string, []T; list<u8> is []byte
//	list<T, N>                [N]T
//	map<K, V>                 []struct{ Key K; Value V }
//	tuple<A, B>               types.Tuple2[A, B], with the fields F0 and F1; a struct like it from nine on
//	record                    a struct
//	variant shape             a sealed interface Shape, and a type for each case: ShapeCircle{Value: 1.5}
//	enum, flags               an integer with constants, whose String is as WIT has it
//	option<T>                 *T; types.Maybe[T] where T is a pointer, a slice or an interface in Go
//	result<T, E>              of a function (T, error), and the error is a *component.ResultError[E];
//	                          elsewhere types.Outcome[T, E]
//	resource                  of exports a type *R whose methods call the guest; of imports an interface
//	                          R to implement; both have Drop
//
// # Names
//
// A name is that of WIT as Go writes it: get-user-id is GetUserID. One that
// another item has, or that means something else where it stands, gets a _ at its
// end. Two worlds that are equal give the same names.
//
// What hosts cannot have yet (streams, futures, async functions) is an error that
// names the item.
package bindgen
