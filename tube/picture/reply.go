package picture

import (
	"encoding/binary"
	"encoding/json"
	"image"
)

// A Reply is what a guest answers to a picture.
type Reply struct {
	// Image is the picture that it answers with; nil if it is none.
	Image image.Image

	// Bytes is the reply if it is no picture: JSON as a rule.
	Bytes []byte
}

// JSON reads a reply that is JSON into to, a pointer.
func (r *Reply) JSON(to any) error { return json.Unmarshal(r.Bytes, to) }

// The 16 bytes behind the pixels of a reply.
const (
	trailerSize = 16
	mark        = "IMG\xff"
)

// AppendTrailer appends what stands behind the pixels of a reply that is a
// picture.
func AppendTrailer(dst []byte, width, height uint32, layout Layout) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, width)
	dst = binary.LittleEndian.AppendUint32(dst, height)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(layout.Channels()))
	return append(dst, mark...)
}

// ParseReply tells whether a reply is a picture. Bytes are not kept then, and
// are the reply's otherwise.
func ParseReply(bytes []byte) *Reply {
	if img := parsePicture(bytes); img != nil {
		return &Reply{Image: img}
	}
	return &Reply{Bytes: bytes}
}

// parsePicture returns the picture that a reply is, or nil.
func parsePicture(bytes []byte) image.Image {
	size := len(bytes) - trailerSize
	if size < 0 || string(bytes[size+12:]) != mark {
		return nil
	}
	pixels, trailer := bytes[:size], bytes[size:]
	width, height := binary.LittleEndian.Uint32(trailer), binary.LittleEndian.Uint32(trailer[4:])
	layout, ok := layoutOf(binary.LittleEndian.Uint32(trailer[8:]))
	area := uint64(width) * uint64(height)
	if !ok || area == 0 || area > uint64(size) || area*uint64(layout.Channels()) != uint64(size) {
		return nil
	}
	return Unpack(pixels, int(width), int(height), layout)
}

// pixelsAlone takes a reply for pixels of that size and layout, if they are as
// many.
func pixelsAlone(bytes []byte, size image.Point, layout Layout) *Reply {
	if len(bytes) != size.X*size.Y*layout.Channels() {
		return &Reply{Bytes: bytes}
	}
	return &Reply{Image: Unpack(bytes, size.X, size.Y, layout)}
}
