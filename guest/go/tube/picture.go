package tube

import (
	"encoding/binary"
	"errors"
)

// A Picture is packed pixels: rows from the top, without gaps.
type Picture struct {
	// Pixels are Width*Height*Channels bytes.
	Pixels []byte

	Width, Height int

	// Channels is 1 for gray, 3 for red, green and blue, 4 with alpha, by which
	// the colors are not multiplied.
	Channels int
}

// errNoPicture is the error of a call whose payload is no picture.
var errNoPicture = errors.New("the length is not width times height times 1, 3 or 4")

// AnswerPicture is [Answer] for a handler of pictures. It may change the pixels
// in place.
func AnswerPicture(index, length, width, height uint32, handler func(Picture) (Picture, error)) uint64 {
	return Answer(index, length, func(payload []byte) ([]byte, error) {
		picture, err := newPicture(payload, width, height)
		if err != nil {
			return nil, err
		}
		if picture, err = handler(picture); err != nil {
			return nil, err
		}
		return picture.reply(), nil
	})
}

// AnswerAbout is [Answer] for a handler that says something about a picture,
// such as JSON.
func AnswerAbout(index, length, width, height uint32, handler func(Picture) ([]byte, error)) uint64 {
	return Answer(index, length, func(payload []byte) ([]byte, error) {
		picture, err := newPicture(payload, width, height)
		if err != nil {
			return nil, err
		}
		return handler(picture)
	})
}

// newPicture tells the channels by the number of bytes.
func newPicture(pixels []byte, width, height uint32) (Picture, error) {
	area, length := uint64(width)*uint64(height), uint64(len(pixels))
	for _, channels := range []uint64{1, 3, 4} {
		if area > 0 && area <= length && area*channels == length {
			return Picture{pixels, int(width), int(height), int(channels)}, nil
		}
	}
	return Picture{}, errNoPicture
}

// reply appends the 16 bytes that stand behind the pixels of a reply. Behind
// those that the host sent there is room for them.
func (p Picture) reply() []byte {
	reply := binary.LittleEndian.AppendUint32(p.Pixels, uint32(p.Width))
	reply = binary.LittleEndian.AppendUint32(reply, uint32(p.Height))
	reply = binary.LittleEndian.AppendUint32(reply, uint32(p.Channels))
	return append(reply, "IMG\xff"...)
}
