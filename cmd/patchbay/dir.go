package main

import (
	"errors"
	"fmt"
	"strings"
)

// A dir is one --dir flag: a folder of the host that the guest may use.
type dir struct {
	host     string
	guest    string
	writable bool
}

// dirForm is how the flag is written.
const dirForm = "HOST[::GUEST][:rw]"

// parseDir reads HOST[::GUEST][:rw]. Without GUEST the guest sees the folder
// under the name HOST. ":ro" says what is so anyway.
func parseDir(text string) (dir, error) {
	d := dir{host: text}
	if host, ok := strings.CutSuffix(d.host, ":rw"); ok {
		d.host, d.writable = host, true
	} else {
		d.host = strings.TrimSuffix(d.host, ":ro")
	}
	host, guest, named := strings.Cut(d.host, "::")
	d.host, d.guest = host, guest
	if !named {
		d.guest = host
	}
	switch {
	case d.host == "":
		return dir{}, fmt.Errorf("%q names no folder of the host", text)
	case d.guest == "":
		return dir{}, fmt.Errorf("%q names, after the ::, no folder of the guest", text)
	case strings.ContainsRune(text, 0):
		return dir{}, fmt.Errorf("%q has a zero byte", text)
	}
	return d, nil
}

// dirs is the value of all --dir flags.
type dirs []dir

// Set reads one more flag.
func (d *dirs) Set(text string) error {
	one, err := parseDir(text)
	if err != nil {
		return err
	}
	for _, other := range *d {
		if other.guest == one.guest {
			return fmt.Errorf("the guest's folder %q is given twice", one.guest)
		}
	}
	*d = append(*d, one)
	return nil
}

// String is what the help shows as the default: nothing.
func (d *dirs) String() string { return "" }

// Type is the placeholder in the help.
func (d *dirs) Type() string { return dirForm }

// vars is the value of all --env flags.
type vars []string

// Set reads one more flag.
func (v *vars) Set(text string) error {
	name, _, ok := strings.Cut(text, "=")
	switch {
	case !ok || name == "":
		return fmt.Errorf("%q is not NAME=VALUE", text)
	case strings.ContainsRune(text, 0):
		return errors.New("a zero byte cannot be in a variable")
	}
	*v = append(*v, text)
	return nil
}

// String is what the help shows as the default: nothing.
func (v *vars) String() string { return "" }

// Type is the placeholder in the help.
func (v *vars) Type() string { return "K=V" }
