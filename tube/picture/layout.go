package picture

import "fmt"

// A Layout is how the pixels of a picture lie in memory.
type Layout int

// The layouts. Samples are bytes; rows follow one another without gaps, the
// uppermost first.
const (
	// RGB8 is red, green and blue. What is transparent is on black.
	RGB8 Layout = iota

	// RGBA8 is red, green, blue and alpha; the colors are not multiplied by it.
	RGBA8

	// Gray8 is the luma of ITU-R BT.601, as color.GrayModel has it. What is
	// transparent is on black.
	Gray8
)

// Channels returns how many bytes a pixel has: 3, 4 or 1.
func (l Layout) Channels() int {
	switch l {
	case RGBA8:
		return 4
	case Gray8:
		return 1
	}
	return 3
}

// String returns the layout's name: rgb, rgba or gray.
func (l Layout) String() string {
	switch l {
	case RGB8:
		return "rgb"
	case RGBA8:
		return "rgba"
	case Gray8:
		return "gray"
	}
	return fmt.Sprintf("layout(%d)", int(l))
}

// layoutOf returns the layout with so many channels.
func layoutOf(channels uint32) (Layout, bool) {
	switch channels {
	case 1:
		return Gray8, true
	case 3:
		return RGB8, true
	case 4:
		return RGBA8, true
	}
	return 0, false
}
