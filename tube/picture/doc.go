// Package picture calls tube guests with pictures. A guest sees packed pixels
// and two more arguments, width and height:
//
//	function(index i32, length i32, width i32, height i32, extra…) -> i32 or i64
//
// [Call] takes an [image.Image] and [CallEncoded] a file in PNG, JPEG, GIF
// (its first frame), WebP, BMP or TIFF. Pixels are rows from the top, without
// gaps, in one of three layouts: [RGB8], which is wasmtube's, [RGBA8] and
// [Gray8]; a guest that takes several of them divides length by width times
// height.
//
// # Replies
//
// A reply is whatever the guest answers: JSON, as in wasmtube (WT-04), or a
// picture. A picture is packed pixels and 16 bytes behind them, each number
// little-endian:
//
//	width     4 bytes
//	height    4 bytes
//	channels  4 bytes: 1, 3 or 4, in the layouts Gray8, RGB8, RGBA8
//	mark      4 bytes: "IMG" and 0xff
//
// No JSON ends so, and a guest that changes pixels in place has only to write
// behind them: there is room (see [tube.Room]). A guest that knows nothing of
// this and answers with pixels alone, of the layout and size that it was given,
// is called with Pixels of [Options].
//
// # Limits
//
// A file's header is read and held against [Limits] before any pixel of it is
// decoded. What a guest answers is bounded by its memory.
//
// wasmtube sends the bytes of a file and calls them pixels (WT-05). Who needs
// that, or has packed pixels already, makes a [tube.Request] by hand.
package picture
