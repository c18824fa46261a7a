package spelling_test

import (
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/internal/spelling"
)

func TestDistance(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"echo", "echo", 0}, {"echo", "ecko", 1},
		{"echo", "eco", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"fucn", "func", 1}, {"impotr", "import", 1}, {"nothing", "string", 3}, {long, "x", 128}, {"x", long, 128},
	} {
		if got := spelling.Distance(test.a, test.b); got != test.want {
			t.Errorf("Distance(%.10q, %.10q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"echo", "image_size", "blur", "blue"}
	for name, want := range map[string]string{
		"ecko": "echo", "image-size": "image_size", "imagesize": "image_size", "blurr": "blur", "blu": "blur",
		"bulr": "blur", "bl": "", "eho": "echo", "": "", "x": "", "sharpen": "", "bear": "",
	} {
		if got := spelling.Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}
