package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseDir(t *testing.T) {
	for _, test := range []struct {
		flag string
		want dir
	}{
		{".", dir{".", ".", false}},
		{"./data", dir{"./data", "./data", false}},
		{"./data:rw", dir{"./data", "./data", true}},
		{"./data:ro", dir{"./data", "./data", false}},
		{"./data::/in", dir{"./data", "/in", false}},
		{"./data::/in:rw", dir{"./data", "/in", true}},
		{`C:\data::/in:rw`, dir{`C:\data`, "/in", true}},
		{"a:b", dir{"a:b", "a:b", false}},
		{"a:b::c:d", dir{"a:b", "c:d", false}},
		{"a::b::c", dir{"a", "b::c", false}},
	} {
		got, err := parseDir(test.flag)
		if err != nil {
			t.Errorf("%q: %v", test.flag, err)
		}
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(dir{})); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", test.flag, diff)
		}
	}
}

func TestParseDirErrors(t *testing.T) {
	for flag, want := range map[string]string{
		"":          `"" names no folder of the host`,
		":rw":       `":rw" names no folder of the host`,
		"::/in":     `"::/in" names no folder of the host`,
		"data::":    `"data::" names, after the ::, no folder of the guest`,
		"data:::rw": `"data:::rw" names, after the ::, no folder of the guest`,
		"a\x00":     `"a\x00" has a zero byte`,
	} {
		if got, err := parseDir(flag); err == nil || err.Error() != want {
			t.Errorf("%q: %v, %v; want the error %s", flag, got, err, want)
		}
	}
}

func TestRepeatedFlags(t *testing.T) {
	var d dirs
	if err := d.Set("a::/x"); err != nil {
		t.Fatal(err)
	}
	if err := d.Set("b::/x"); err == nil {
		t.Error("two folders of the host under one name of the guest: no error")
	}
	var v vars
	for flag, ok := range map[string]bool{"A=": true, "A=b=c": true, "A": false, "=b": false, "A=\x00": false} {
		if err := v.Set(flag); (err == nil) != ok {
			t.Errorf("--env %q: %v", flag, err)
		}
	}
}
