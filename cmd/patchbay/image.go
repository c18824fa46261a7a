package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube/picture"
)

const imageLong = `Load a tube guest and call a function with a picture.

PICTURE is a file in PNG, JPEG, GIF (its first frame), WebP, BMP or TIFF, or - for
stdin. The guest gets its pixels, packed, and width and height as arguments after
index and length; --arg adds others.

What it answers goes to stdout: a picture as PNG, anything else, such as JSON, as
it is. With -o a picture goes to a file, in the format that its name says: .png,
.jpg, .gif, .bmp or .tiff. Flags may also stand at the end.`

const imageExample = `  patchbay image blur.wasm blur cat.png -o out.png
  patchbay image --size 640x blur.wasm histogram cat.jpg
  patchbay image blur.wasm blur_by cat.png --arg 8 > out.png`

// imageFlags are those of `patchbay image`.
type imageFlags struct {
	guest     guestFlags
	layout    choice
	size      dimensions
	extra     integers
	pixels    bool
	maxPixels int
	output    string
}

func newImage(p *program) *cobra.Command {
	var flags imageFlags
	cmd := verb(&cobra.Command{
		Use:     "image [flags] FILE FUNCTION PICTURE [-o OUT]",
		Short:   "call a function of a guest with a picture",
		Long:    imageLong,
		Example: imageExample,
	})
	cmd.Flags().SetInterspersed(true)
	flags.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := imageArgs(args, flags.output); err != nil {
			return err
		}
		return p.image(cmd.Context(), &flags, args)
	}
	return cmd
}

func (f *imageFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "the `FILE` that a picture is written to")
	choose(cmd, &f.layout, "layout", "rgb", "how pixels lie in the guest's memory, 8 bits for a sample", "rgb", "rgba", "gray")
	cmd.Flags().Var(&f.size, "size", "scale the picture first; without W or H it keeps its proportions")
	cmd.Flags().Var(&f.extra, "arg", "an argument of the function after width and height (repeatable)")
	cmd.Flags().BoolVar(&f.pixels, "pixels", false, "the guest answers with pixels alone, of the layout and size that it got")
	cmd.Flags().IntVar(&f.maxPixels, "max-pixels", 0, "how many pixels a picture may have (default 33554432)")
	f.guest.limits.add(cmd, callTimeout, "a call")
	f.guest.grants.add(cmd)
	cmd.Flags().Var(&f.guest.index, "index", "where the pixels lie (default: the guest's allocator says, else 42)")
	f.guest.engine.add(cmd)
	f.guest.hostCall.value, f.guest.contract.value = "deny", string(plugin.Tube)
}

// imageArgs checks what stands beside the flags: FILE FUNCTION PICTURE.
func imageArgs(args []string, output string) error {
	const hint = "see patchbay image --help"
	switch {
	case len(args) < 3:
		missing := []string{"FILE, FUNCTION and PICTURE are missing", "FUNCTION and PICTURE are missing", "PICTURE is missing"}
		return usagef(hint, "image: %s", missing[len(args)])
	case len(args) > 3:
		return usagef(hint, "image: %q is one argument too many", args[3])
	case output != "" && encoderOf(output) == nil:
		return usagef("the name of a picture ends in .png, .jpg, .jpeg, .gif, .bmp, .tif or .tiff", "image: no format of pictures is known for %s", output)
	}
	return nil
}

// options are those of the call.
func (f *imageFlags) options() picture.Options {
	layouts := map[string]picture.Layout{"rgb": picture.RGB8, "rgba": picture.RGBA8, "gray": picture.Gray8}
	return picture.Options{
		Layout: layouts[f.layout.value],
		Width:  f.size.width,
		Height: f.size.height,
		Extra:  f.extra,
		Pixels: f.pixels,
		Limits: picture.Limits{Pixels: f.maxPixels},
	}
}

func (p *program) image(ctx context.Context, flags *imageFlags, args []string) (err error) {
	encoded, err := p.readPicture(ctx, args[2])
	if err != nil {
		return err
	}
	img, _, err := picture.Decode(encoded, picture.Limits{Pixels: flags.maxPixels})
	if err != nil {
		return pictureFailure(fmt.Errorf("%s: %w", args[2], err))
	}
	guest, err := p.load(ctx, &flags.guest, args[0], 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, guest.close()) }()
	reply, err := picture.Call(ctx, guest.plugin, args[1], img, flags.options())
	if err != nil {
		return flags.failure(args[1], err)
	}
	return p.writePicture(reply, flags.output)
}

// failure adds what to try next to the error of a call.
func (f *imageFlags) failure(function string, err error) error {
	var outer *plugin.Error
	if !errors.As(err, &outer) {
		return pictureFailure(err)
	}
	return f.guest.callFailure(function, nil, err)
}

// pictureFailure is the failure of a picture that cannot be sent.
func pictureFailure(err error) error {
	var limit *picture.LimitError
	hint := "PICTURE is a file in PNG, JPEG, GIF, WebP, BMP or TIFF"
	if errors.As(err, &limit) {
		hint = "raise --max-pixels, or make the picture smaller"
	}
	return &failure{exitHost, err, hint}
}

// largestPicture is the largest file of a picture in bytes.
const largestPicture = 256 << 20

// readPicture reads the picture's file, or stdin.
func (p *program) readPicture(ctx context.Context, name string) ([]byte, error) {
	var encoded []byte
	var err error
	if name == "-" {
		encoded, err = interruptibly(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(p.In, largestPicture+1)) })
	} else {
		encoded, err = readFile(ctx, name, largestPicture+1)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("picture: %w", err)
	case len(encoded) > largestPicture:
		return nil, &failure{exitHost, fmt.Errorf("picture: %s: the file is larger than %s", name, roughly(largestPicture)), ""}
	}
	return encoded, nil
}

// writePicture writes what a guest answered.
func (p *program) writePicture(reply *picture.Reply, output string) error {
	switch {
	case reply.Image == nil && output == "":
		return writeReply(p.Out, reply.Bytes, "text")
	case reply.Image == nil:
		return &failure{exitGuest, fmt.Errorf("the guest answered no picture: %s", sample(reply.Bytes)), "leave out -o to see the whole answer"}
	case output == "" && isTerminal(p.Out):
		return usagef("write it to a file with -o out.png", "the answer is a picture, which no terminal can show")
	}
	format := "-.png"
	if output != "" {
		format = output
	}
	return p.encode(reply.Image, format, output)
}

// encode writes a picture in the format of a name, to the file output or to
// stdout. The file is only touched when all of it can be written.
func (p *program) encode(img image.Image, name, output string) error {
	var encoded bytes.Buffer
	if err := encoderOf(name)(&encoded, img); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if output == "" {
		return writeReply(p.Out, encoded.Bytes(), "raw")
	}
	return os.WriteFile(output, encoded.Bytes(), 0o666)
}
