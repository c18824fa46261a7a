package worker_test

import (
	"bytes"
	"image"
	"sync"
	"testing"

	"github.com/patchbay-go/patchbay/tube/picture"
)

// TestPicturesDuringSwaps swaps a guest in C for one in Rust and back while
// pictures go through them, which come out the same.
func TestPicturesDuringSwaps(t *testing.T) {
	w, _ := run(t, newLoader(t), quick(example(t, "blur.wasm")))
	img := image.NewNRGBA(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 13)
	}
	blur := func() []byte {
		reply, err := picture.Call(t.Context(), w, "blur", img, picture.Options{Layout: picture.RGBA8})
		if err != nil || reply.Image == nil {
			t.Errorf("blur: %+v, %v", reply, err)
			return nil
		}
		return picture.Pack(nil, reply.Image, picture.RGBA8)
	}
	want, done := blur(), make(chan struct{})
	var callers sync.WaitGroup
	for range 3 {
		callers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if !bytes.Equal(blur(), want) {
					t.Error("another picture came out")
					return
				}
			}
		})
	}
	for _, name := range []string{"image-rust.wasm", "blur.wasm", "image-tinygo.wasm"} {
		if err := w.Swap(t.Context(), example(t, name)); err != nil {
			t.Error(err)
		}
	}
	close(done)
	callers.Wait()
	if bytes.Equal(want, img.Pix) {
		t.Error("nothing was blurred")
	}
}
