package component

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component/types"
)

func offering(paths ...string) *Linker {
	l := new(Linker)
	for _, path := range paths {
		l.Define(func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, nil }, strings.Fields(path)...)
	}
	return l
}

// TestVersions finds interfaces of a host in both spellings.
func TestVersions(t *testing.T) {
	const many = "a:b/c@0.2.3 a:b/c@0.2.10 a:b/c@0.2.9 a:b/c@0.3.0 a:b/c@1.0.0 a:b/c@1.2.0-rc a:b/c@2 a:b/c@2.1.0 a:b/c@0.0.3 a:b/d@0.2.99 a:b/c plain"
	for _, test := range []struct{ host, want, found string }{
		{many, "a:b/c@0.2.3", "a:b/c@0.2.3"},
		{many, "a:b/c@0.2.4", "a:b/c@0.2.10"},
		{many, "a:b/c@0.2.11", "a:b/c@0.2.10"},
		{many, "a:b/c@0.2", "a:b/c@0.2.10"},
		{many, "a:b/c@0.2.4+build", "a:b/c@0.2.10"},
		{many, "a:b/c@0.2.4-rc", ""},
		{many, "a:b/c@0.3.9", "a:b/c@0.3.0"},
		{many, "a:b/c@0.4.0", ""},
		{many, "a:b/c@1.9.9", "a:b/c@1.0.0"},
		{many, "a:b/c@1", "a:b/c@1.0.0"},
		{many, "a:b/c@1.2.0-rc", "a:b/c@1.2.0-rc"},
		{many, "a:b/c@1.2.0-beta", ""},
		{many, "a:b/c@2", "a:b/c@2"},
		{many, "a:b/c@2.0.0", "a:b/c@2.1.0"},
		{many, "a:b/c@3.0.0", ""},
		{many, "a:b/c@0.0.3", "a:b/c@0.0.3"},
		{many, "a:b/c@0.0.4", ""},
		{many, "a:b/c@0.0.0", ""},
		{many, "a:b/c", "a:b/c"},
		{many, "a:b/d@0.2.1", "a:b/d@0.2.99"},
		{many, "a:b/e@0.2.1", ""},
		{many, "plain", "plain"},
		{many, "plain@1.0.0", ""},
		{"a:b/c@0.2", "a:b/c@0.2.7", "a:b/c@0.2"},
		{"a:b/c@0.2 a:b/c@0.2.1", "a:b/c@0.2.7", "a:b/c@0.2.1"},
		{"a:b/c@1", "a:b/c@1.0.0", "a:b/c@1"},
		{"a:b/c@0", "a:b/c@0.0.1", ""},
		{"a:b/c@1.2", "a:b/c@1.2.3", ""},
		{"a:b/c@0.2.1+x a:b/c@0.2.1+y", "a:b/c@0.2.1", "a:b/c@0.2.1+x"},
		{"a:b/c@0.2.18446744073709551616", "a:b/c@0.2.1", ""},
		{"", "a:b/c@0.2.1", ""},
	} {
		if got := offering(strings.Fields(test.host)...).root(test.want); got != test.found {
			t.Errorf("%s of %.40s: got %q, want %q", test.want, test.host, got, test.found)
		}
	}
}

// TestNear holds what errors say that the host has to what may be meant.
func TestNear(t *testing.T) {
	l := offering("wasi:io/poll@0.2.3 poll", "wasi:io/poll@0.2.3 ready", "wasi:io/poll@0.3.0 poll", "wasi:cli/environment@0.2.3 get-arguments",
		"log", "host log", "other log", "third log", "fourth deep log")
	for path, want := range map[string]string{
		"wasi:io/poll@0.1.0 poll":                "wasi:io/poll@0.3.0 poll, wasi:io/poll@0.2.3 poll",
		"wasi:io/poll@0.1.0 ready":               "wasi:io/poll@0.2.3 ready",
		"wasi:io/poll@0.2.9 pol":                 "wasi:io/poll@0.2.3 poll",
		"wasi:io/pol@0.2.3 poll":                 "wasi:io/poll@0.2.3 poll, wasi:io/poll@0.3.0 poll",
		"wasi:cli/enviroment@0.2.3 get-args":     "",
		"wasi:cli/enviroment@0.2.3 get-argument": "wasi:cli/environment@0.2.3 get-arguments",
		"logs":                                   "log",
		"nothing log":                            "host log, other log, third log",
		"four log":                               "host log, other log, third log",
		"fourth deep logg":                       "fourth deep log",
		"unknown":                                "",
	} {
		var got []string
		for _, near := range l.near(strings.Fields(path)) {
			got = append(got, strings.Join(near, " "))
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}
