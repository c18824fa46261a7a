package picture

import (
	"cmp"
	"context"
	"fmt"
	"image"

	"golang.org/x/image/draw"

	"github.com/patchbay-go/patchbay/tube"
)

// A Caller calls a tube guest. A plugin is one, and so is a *tube.Instance.
type Caller interface {
	CallWith(ctx context.Context, dst []byte, request *tube.Request) ([]byte, error)
}

// Options say how a guest gets a picture. The zero value sends it as it is, in
// the layout RGB8.
type Options struct {
	// Layout is how the pixels lie.
	Layout Layout

	// Width and Height are the size to which the picture is scaled before it is
	// sent, with a bilinear kernel. If one of them is 0 the picture keeps its
	// proportions, and its size if both are.
	Width, Height int

	// Extra are the guest's arguments after width and height.
	Extra []int64

	// Index is where the pixels lie in the guest's memory: see [tube.Request].
	Index uint32

	// Pixels says that the guest answers with pixels alone, of the layout and
	// size that it was given. A reply of another length is no picture.
	Pixels bool

	// Limits bound the pictures that are decoded and those that are sent.
	Limits Limits
}

// CallEncoded is [Call] with a picture in one of the formats that [Decode]
// knows.
func CallEncoded(ctx context.Context, to Caller, function string, encoded []byte, options Options) (*Reply, error) {
	img, _, err := Decode(encoded, options.Limits)
	if err != nil {
		return nil, fmt.Errorf("%s: picture: %w", function, err)
	}
	return Call(ctx, to, function, img, options)
}

// Call calls a function of a guest with a picture, and returns what it answers.
// The pixels are copied once when they are packed, and once at each crossing.
func Call(ctx context.Context, to Caller, function string, img image.Image, options Options) (*Reply, error) {
	img, err := scale(img, options)
	if err != nil {
		return nil, fmt.Errorf("%s: picture: %w", function, err)
	}
	size := img.Bounds().Size()
	bytes, err := to.CallWith(ctx, nil, &tube.Request{
		Function: function,
		Payload:  Pack(nil, img, options.Layout),
		Extra:    append([]int64{int64(size.X), int64(size.Y)}, options.Extra...),
		Index:    options.Index,
	})
	if err != nil {
		return nil, err
	}
	if options.Pixels {
		return pixelsAlone(bytes, size, options.Layout), nil
	}
	return ParseReply(bytes), nil
}

// scale returns img in the size that the options ask for.
func scale(img image.Image, options Options) (image.Image, error) {
	size := img.Bounds().Size()
	if size.X <= 0 || size.Y <= 0 {
		return nil, fmt.Errorf("it has %d by %d pixels", size.X, size.Y)
	}
	wanted, err := options.size(size)
	if err != nil {
		return nil, err
	}
	if err := options.Limits.check(wanted.X, wanted.Y); err != nil || wanted == size {
		return img, err
	}
	scaled := image.NewRGBA(image.Rectangle{Max: wanted})
	draw.BiLinear.Scale(scaled, scaled.Rect, img, img.Bounds(), draw.Src, nil)
	return scaled, nil
}

// size returns the size to which a picture of size has is scaled.
func (o Options) size(has image.Point) (image.Point, error) {
	if o.Width < 0 || o.Height < 0 {
		return has, fmt.Errorf("it cannot be scaled to %d by %d pixels", o.Width, o.Height)
	}
	proportional := func(side, by, of int) int {
		scaled := (int64(side)*int64(by) + int64(of)/2) / int64(of)
		return int(min(max(scaled, 1), 1<<31-1))
	}
	switch {
	case o.Width == 0 && o.Height > 0:
		return image.Pt(proportional(has.X, o.Height, has.Y), o.Height), nil
	case o.Height == 0 && o.Width > 0:
		return image.Pt(o.Width, proportional(has.Y, o.Width, has.X)), nil
	}
	return image.Pt(cmp.Or(o.Width, has.X), cmp.Or(o.Height, has.Y)), nil
}
