// Package types is the Component Model's types and values: what the functions,
// instances and components of a component look like, and values of any such
// type.
//
// A value type is a [*Type]: immutable, compared by structure with [Type.Equal],
// with its layout in memory computed when it is made. Primitive types come from
// their kind, the others from functions:
//
//	point := types.RecordOf(
//		types.Field{Name: "x", Type: types.S32.Type()},
//		types.Field{Name: "y", Type: types.S32.Type()},
//	)
//	points := types.ListOf(point)
//
// The functions take what they are given; [Type.Check] says whether a type is
// one that a component may have. Resource types have no structure: each
// [*ResourceType] is its own, and equal to no other.
//
// A [Value] is a value of any type, for callers that know no Go type for it. It
// holds no interfaces, so that numbers cost no allocation.
//
// Types are those of the Component Model's specification (Explainer.md, "Type
// Definitions"; CanonicalABI.md, "Alignment" and "Element Size"), including those
// behind its gates: map, lists of fixed length, stream, future and
// error-context.
package types
