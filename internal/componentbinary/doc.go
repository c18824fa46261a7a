// Package componentbinary decodes the binary format of components (Component
// Model, design/mvp/Binary.md). [Parse] turns a binary into a [Component]: every
// definition of every section, in order and with its offset, and indices as they
// stand there. What the indices mean, and whether they mean anything, is left to
// validation.
//
// Nested components are decoded with the component around them; core modules
// are found, and kept as ranges of the binary. Features that are not standard
// yet are decoded as well: whoever validates decides on them.
//
// The bytes are not trusted. No count is believed before it was compared with
// the bytes that are left, nesting is bounded, memory stays a small multiple of
// the input, and every error is an [*Error] that says component, section, item
// and offset.
package componentbinary
