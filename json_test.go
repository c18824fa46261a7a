package patchbay_test

import (
	"errors"
	"testing"

	"github.com/patchbay-go/patchbay"
	"github.com/patchbay-go/patchbay/plugin"
)

func TestJSON(t *testing.T) {
	host := patchbay.Host{Logger: quiet()}
	closeHost(t, &host)
	greet, err := host.Load(t.Context(), greetFile)
	if err != nil {
		t.Fatal(err)
	}
	type args struct {
		Name string `json:"name"`
	}
	reply, err := patchbay.JSON[args](t.Context(), greet, "echo", args{"Ada"})
	if err != nil || reply.Name != "Ada" {
		t.Errorf("%+v, %v", reply, err)
	}
	raw, err := patchbay.JSONAppend(t.Context(), greet, nil, "echo", args{"Ada"})
	if err != nil || string(raw) != string(ada) {
		t.Errorf("%s, %v", raw, err)
	}
	var failed *plugin.JSONError
	if _, err := patchbay.JSON[any](t.Context(), greet, "echo", []byte("x")); !errors.As(err, &failed) {
		t.Errorf("not JSON: %v", err)
	}
}
