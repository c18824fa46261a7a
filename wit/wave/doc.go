// Package wave reads and prints values of component types as text, in the form
// that WIT people know: {x: 1, y: 2}, some("a"), [1, 2], add(1, 2).
//
//	bool                  true
//	integers              -7
//	f32, f64              1.5, 6e+23, nan, inf, -inf
//	char                  'x', '\'', '\u{1f600}'
//	string                "a\tb", or lines between """ and """
//	list, fixed list      [1, 2]
//	map                   [("key", 1)]
//	tuple                 ("a", 1)
//	record                {field-name: 1}; fields that are options may be left out,
//	                      and if that leaves none it is {:}
//	variant               circle(2), empty
//	enum                  red
//	flags                 {read, write}
//	option                some(1), none; 1 unless that is an option or result
//	result                ok(1), err("no"); 1 as for options
//
// The form is WAVE, as wasm-tools and wasmtime have it (crates/wasm-wave, README).
// Names may begin with %, and must if a case is called like one of the words true,
// false, some, none, ok, err, inf and nan. Commas may stand behind the last of
// several things, and comments go from // to the end of the line.
//
// Reading is led by the type that is wanted next and builds no tree: what has parts
// is read into an image of a guest's memory ([types.ImageBuilder]), which a call
// gives to the guest as it is, and the image that a call returns is printed as it
// lies there. What a value takes is bound by its text: 1 MiB, and 256 times as much.
// Errors are [syntax.Error]s and say what was expected and where, and what may have
// been meant. Values of handles, streams, futures and error contexts have no text
// that can be read.
package wave
