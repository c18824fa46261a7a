// Package validate decides whether a component is valid, and resolves it: what
// every index means, with its type (Component Model, design/mvp/Explainer.md and
// Binary.md; the rules of canonical definitions are in CanonicalABI.md).
//
// [Validate] takes what componentbinary decoded and returns a [Component], a
// tree that mirrors the nesting of the binary. Each index space of it is a list
// with an entry for every index; an entry has a type and an [Origin], which says
// from which definition it comes. Steps has the definitions in the order in which
// instantiation must perform them. So a component can be flattened without
// looking at names or types again, except where an origin is an export of an
// instance that was imported or whose component was.
//
// Types are those of package types. Two type definitions in a binary are two
// pointers, whatever their structure; resource types are equal if they are the
// same pointer. Each instantiation of a component in the tree has resource types
// of its own for those that the component defines.
//
// Validation takes bounded time and memory whatever the binary says: the sizes
// of types, their nesting, and the steps spent on comparing and substituting
// types are limited. It does not validate the code of core modules, which is left
// to the engine that compiles them; it does check them ([engine.CheckModule]).
package validate
