// Package msgpack writes Go values as MessagePack in the way that waPC guests
// written in Rust read it, and reads what they write (WP-90). waPC itself never
// looks into a payload.
//
// Structs are maps from field names to values. A field's name is that of its
// `msgpack` tag, or else of its `json` tag, or else its name in Go; serde wants
// first_name:
//
//	type Person struct {
//		FirstName string `msgpack:"first_name"`
//	}
//
// Integers take as few bytes as they can, nil pointers are nil (serde's None),
// []byte is binary, and maps with string keys are written in the order of their
// keys. When reading, fields that the struct does not have are skipped, structs
// may also be arrays of their fields, and an any becomes nil, bool, int64, uint64,
// float64, string, []byte, []any, map[string]any or a time.
//
// The bytes may come from a guest and are not trusted: [Unmarshal] checks them
// as a whole first, so that no length in them makes it allocate more than a
// multiple of their own, and nesting is bounded by [MaxDepth].
package msgpack

import (
	"bytes"
	"fmt"

	vmihailenco "github.com/vmihailenco/msgpack/v5"
)

// Marshal returns v as MessagePack.
func Marshal(v any) ([]byte, error) {
	return Append(nil, v)
}

// Append appends v as MessagePack to dst. After an error it returns dst as it
// was.
func Append(dst []byte, v any) ([]byte, error) {
	out := bytes.NewBuffer(dst)
	encoder := vmihailenco.GetEncoder()
	defer vmihailenco.PutEncoder(encoder)
	encoder.Reset(out)
	encoder.SetCustomStructTag("json")
	encoder.UseCompactInts(true)
	encoder.SetSortMapKeys(true)
	if err := encoder.Encode(v); err != nil {
		return dst, fmt.Errorf("encode %T: %w", v, err)
	}
	return out.Bytes(), nil
}

// Unmarshal reads one value into what v points to. Bytes that are not one
// well-formed value are a [*FormatError], and leave v as it was; a value that
// does not fit v is another error.
func Unmarshal(data []byte, v any) (err error) {
	if err := check(data); err != nil {
		return err
	}
	decoder := vmihailenco.GetDecoder()
	defer vmihailenco.PutDecoder(decoder)
	decoder.Reset(bytes.NewReader(data))
	decoder.SetCustomStructTag("json")
	decoder.UseLooseInterfaceDecoding(true)
	if err := decoder.Decode(v); err != nil {
		return fmt.Errorf("decode into %T: %w", v, err)
	}
	return nil
}
