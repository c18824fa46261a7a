// Package syntax reads and prints WIT, the interface language of the Component
// Model: text to nodes and nodes to text, without knowing what a name means.
//
// [Parse] reads one file. It goes on after an error, where it is clear as if what
// was meant stood there, and else at the next element or item, so that one pass
// reports what is wrong in the whole file, each mistake once. [File.Format] prints
// nodes in the usual layout, comments included; formatting what was formatted
// changes nothing.
//
// The grammar is that of WIT.md in the Component Model's repository, "Lexical
// structure" and what follows it, and of what wasm-tools reads beyond it: the
// shorthand own<T>, and semicolons after closing braces.
package syntax
