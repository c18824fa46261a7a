package main

import (
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// An encoder writes a picture.
type encoder func(io.Writer, image.Image) error

// encoderOf returns the encoder for a file of that name, or nil.
func encoderOf(name string) encoder {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png":
		return png.Encode
	case ".jpg", ".jpeg":
		return func(w io.Writer, img image.Image) error { return jpeg.Encode(w, img, &jpeg.Options{Quality: 90}) }
	case ".gif":
		return func(w io.Writer, img image.Image) error { return gif.Encode(w, img, nil) }
	case ".bmp":
		return bmp.Encode
	case ".tif", ".tiff":
		return func(w io.Writer, img image.Image) error {
			return tiff.Encode(w, img, &tiff.Options{Compression: tiff.Deflate, Predictor: true})
		}
	}
	return nil
}

// dimensions are a size in pixels; 0 is a side that follows the other.
type dimensions struct{ width, height int }

// Set reads 640x480, 640x or x480.
func (d *dimensions) Set(text string) error {
	width, height, ok := strings.Cut(text, "x")
	var sides [2]int
	for i, side := range []string{width, height} {
		if side == "" {
			continue
		}
		n, err := strconv.ParseUint(side, 10, 31)
		if err != nil || n == 0 {
			ok = false
		}
		sides[i] = int(n)
	}
	if !ok || sides == [2]int{} {
		return fmt.Errorf("%q is no size such as 640x480, 640x or x480", text)
	}
	d.width, d.height = sides[0], sides[1]
	return nil
}

// String writes the size as it is read.
func (d *dimensions) String() string {
	side := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	if *d == (dimensions{}) {
		return ""
	}
	return side(d.width) + "x" + side(d.height)
}

// Type is the placeholder in the help.
func (d *dimensions) Type() string { return "WxH" }
