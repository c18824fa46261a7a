// Package componenttest holds runtimes of components to one another by one set of
// calls, with guests that many toolchains make of one WIT: kinds.wit in
// examples/guests/components, in which there are types of every kind.
//
// A mirror answers each function by itself; a relay asks the import of the same
// name, for which [Host] answers. What they answer is the same, whatever a guest
// is made with and whoever runs it.
package componenttest
