// Command image is the guest "image" in Go: the functions of ../blur/blur.c, with
// the same answers. Standard Go and TinyGo both compile it, from the same files.
package main

import (
	"errors"
	"strconv"

	"github.com/patchbay-go/patchbay/guest/go/tube"
)

func main() {}

//go:wasmexport echo
func echo(index, length uint32) uint64 {
	return tube.Answer(index, length, func(payload []byte) ([]byte, error) { return payload, nil })
}

// identity answers with pixels alone: those that it got.
//
//go:wasmexport identity
func identity(index, length, _, _ uint32) uint64 { return echo(index, length) }

//go:wasmexport image_size
func imageSize(index, length, width, height uint32) uint64 {
	return tube.Answer(index, length, func([]byte) ([]byte, error) {
		size := strconv.AppendUint([]byte(`{"width":`), uint64(width), 10)
		size = strconv.AppendUint(append(size, `,"height":`...), uint64(height), 10)
		return append(size, '}'), nil
	})
}

//go:wasmexport grayscale
func grayscale(index, length, width, height uint32) uint64 {
	return tube.AnswerPicture(index, length, width, height, func(p tube.Picture) (tube.Picture, error) {
		return toGray(p), nil
	})
}

//go:wasmexport blur
func blur(index, length, width, height uint32) uint64 {
	return blurBy(index, length, width, height, 2)
}

//go:wasmexport blur_by
func blurBy(index, length, width, height, radius uint32) uint64 {
	return tube.AnswerPicture(index, length, width, height, func(p tube.Picture) (tube.Picture, error) {
		if radius > 255 {
			return p, errors.New("the radius is not from 0 to 255")
		}
		return blurred(p, int(radius)), nil
	})
}

//go:wasmexport resize
func resize(index, length, width, height, newWidth, newHeight uint32) uint64 {
	return tube.AnswerPicture(index, length, width, height, func(p tube.Picture) (tube.Picture, error) {
		if newWidth-1 >= 32768 || newHeight-1 >= 32768 {
			return p, errors.New("a new side is not from 1 to 32768")
		}
		return resized(p, int(newWidth), int(newHeight)), nil
	})
}

//go:wasmexport histogram
func histogram(index, length, width, height uint32) uint64 {
	return tube.AnswerAbout(index, length, width, height, func(p tube.Picture) ([]byte, error) {
		return counted(p), nil
	})
}
