// Package valuejson reads and prints values of component types as JSON, and
// describes types as JSON Schema.
//
//	bool                  true
//	integers              -7; those of 64 bits also as "-7"
//	f32, f64              1.5, "NaN", "Infinity", "-Infinity"
//	char, string          "x"
//	list, fixed list      [1, 2]
//	list<u8>              "AQI=" (base64) or [1, 2]
//	tuple                 ["a", 1]
//	record                {"field-name": 1}; fields that are options may be left out
//	variant               {"tag": "circle", "val": 2}, {"tag": "none"}
//	enum                  "red"
//	flags                 ["read", "write"]; also read: {"read": true}
//	option                null or the value
//	option of an option   null, {"some": null}, {"some": 1}
//	result                {"ok": 1}, {"err": "no"}; without a payload {"ok": null}
//	map                   [["key", 1]]; with keys that are strings {"key": 1}
//
// Names are as in WIT. Nothing is lost: what was printed reads as the same
// value. Reading is led by the type that is wanted next and builds no tree (see
// [types.ImageBuilder]); what a value takes is bound by its text: 1 MiB, and 256
// times as much. Text that is no JSON, names that the type does not have, and names
// that stand twice are errors. Handles, streams, futures and error contexts have no
// JSON.
package valuejson
