package wit

import (
	"bytes"
	"encoding/json"
	"errors"
)

// An encoded package keeps in a custom section what types cannot say:
// documentation and gates, in JSON behind a byte with the version. Nothing but
// wasm-tools specifies it.
const packageDocsSection = "package-docs"

// The versions: in the first one a function has a text only.
const (
	packageDocsFirst   = 0
	packageDocsVersion = 1
)

// packageMarks is what the section says, by names.
type packageMarks struct {
	Docs       string                  `json:"docs,omitempty"`
	Worlds     ordered[worldMarks]     `json:"worlds,omitempty"`
	Interfaces ordered[interfaceMarks] `json:"interfaces,omitempty"`
}

// worldMarks are those of a world. Interfaces and Funcs are the imports, and
// exports that have a name that no import has.
type worldMarks struct {
	Docs             string                  `json:"docs,omitempty"`
	Stability        *gateMarks              `json:"stability,omitempty"`
	Interfaces       ordered[interfaceMarks] `json:"interfaces,omitempty"`
	Types            ordered[typeMarks]      `json:"types,omitempty"`
	Funcs            ordered[functionMarks]  `json:"funcs,omitempty"`
	InterfaceExports ordered[interfaceMarks] `json:"interface_exports,omitempty"`
	FuncExports      ordered[functionMarks]  `json:"func_exports,omitempty"`

	// Those of interfaces that are not defined in the world, by their keys.
	ImportGates ordered[gateMarks] `json:"interface_import_stability,omitempty"`
	ExportGates ordered[gateMarks] `json:"interface_export_stability,omitempty"`
	ImportDocs  ordered[string]    `json:"interface_import_docs,omitempty"`
	ExportDocs  ordered[string]    `json:"interface_export_docs,omitempty"`
}

type interfaceMarks struct {
	Docs      string                 `json:"docs,omitempty"`
	Stability *gateMarks             `json:"stability,omitempty"`
	Funcs     ordered[functionMarks] `json:"funcs,omitempty"`
	Types     ordered[typeMarks]     `json:"types,omitempty"`
}

type typeMarks struct {
	Docs      string          `json:"docs,omitempty"`
	Stability *gateMarks      `json:"stability,omitempty"`
	Items     ordered[string] `json:"items,omitempty"`
}

type functionMarks struct {
	Docs      string     `json:"docs,omitempty"`
	Stability *gateMarks `json:"stability,omitempty"`
}

// gateMarks is one of its fields.
type gateMarks struct {
	Stable   *stableMarks   `json:"stable,omitempty"`
	Unstable *unstableMarks `json:"unstable,omitempty"`
}

type stableMarks struct {
	Since      string `json:"since"`
	Deprecated string `json:"deprecated,omitempty"`
}

type unstableMarks struct {
	Feature    string `json:"feature"`
	Deprecated string `json:"deprecated,omitempty"`
}

// ordered is a JSON object whose keys keep their order.
type ordered[T any] []named[T]

type named[T any] struct {
	name  string
	value T
}

// MarshalJSON writes the object.
func (o ordered[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := plainJSON(&b)
	for i := range o {
		b.WriteByte("{,"[min(i, 1)])
		if err := e.Encode(o[i].name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := e.Encode(&o[i].value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads the object.
func (o *ordered[T]) UnmarshalJSON(text []byte) error {
	r := strictly(text)
	if begin, err := r.Token(); err != nil || begin != json.Delim('{') {
		return errNoObject
	}
	for r.More() {
		key, err := r.Token()
		if err != nil {
			return err
		}
		entry := named[T]{name: key.(string)}
		if err := r.Decode(&entry.value); err != nil {
			return err
		}
		*o = append(*o, entry)
	}
	return nil
}

// strictly reads JSON without fields that nobody knows.
func strictly(text []byte) *json.Decoder {
	r := json.NewDecoder(bytes.NewReader(text))
	r.DisallowUnknownFields()
	return r
}

var errNoObject = errors.New("an object is expected")

// UnmarshalJSON reads an object, or the text of the first version.
func (m *functionMarks) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] != '{' {
		return json.Unmarshal(text, &m.Docs)
	}
	type plain functionMarks
	return strictly(text).Decode((*plain)(m))
}
