package validate

import (
	"fmt"
	"testing"
)

func TestParseName(t *testing.T) {
	tests := []struct {
		text string
		want name
		key  string
	}{
		{"a", name{kind: labelName}, "a"},
		{"foo-BAR-1", name{kind: labelName}, "foo-bar-1"},
		{"[constructor]R-x", name{kind: constructorName, resource: "R-x"}, "[constructor]r-x"},
		{"[method]r.GET", name{kind: methodName, resource: "r", field: "GET"}, "r.get"},
		{"[method]r.R", name{kind: methodName, resource: "r", field: "R"}, "r"},
		{"[static]r.new", name{kind: staticName, resource: "r", field: "new"}, "r.new"},
		{"a:b/C", name{kind: interfaceName}, "a:b/c"},
		{"a:b/c@1.0.0-RC", name{kind: interfaceName, version: "1.0.0-RC", versions: true}, "a:b/c@1.0.0-RC"},
		{"unlocked-dep=<a:b>", name{kind: dependencyName}, "unlocked-dep=<a:b>"},
		{"unlocked-dep=<a:b/c@{<1.0.0}>", name{kind: dependencyName}, "unlocked-dep=<a:b/c@{<1.0.0}>"},
		{"locked-dep=<a:b>,integrity=<sha256-aGk=>", name{kind: dependencyName}, "locked-dep=<a:b>,integrity=<sha256-aGk=>"},
		{"url=<>", name{kind: urlName}, "url=<>"},
		{"integrity=<sha512-+/=>", name{kind: hashName}, "integrity=<sha512-+/=>"},
	}
	for _, test := range tests {
		test.want.text = test.text
		got, err := parseName(test.text, Features{})
		if err != nil || got != test.want || got.key() != test.key {
			t.Errorf("%s: %+v with key %q, %v", test.text, got, got.key(), err)
		}
	}
}

func TestLabels(t *testing.T) {
	for _, n := range []int{2, fewLabels, fewLabels + 1, 100} {
		var l labels
		l.begin("field", "field")
		for i := range n {
			if err := l.add(fmt.Sprintf("a%d", i)); err != nil {
				t.Fatal(err)
			}
		}
		for i := range n {
			want := fmt.Sprintf("field name `A%d` conflicts with previous field name `a%d`", i, i)
			if err := l.add(fmt.Sprintf("A%d", i)); err == nil || err.Error() != want {
				t.Errorf("%d of %d: %v", i, n, err)
			}
		}
	}
}

func TestNestedNames(t *testing.T) {
	for text, nested := range map[string]bool{
		"a:b/c": false, "a:b:c/d": true, "a:b/c/d": true, "a:b:c:d/e/f@1.0.0": true,
	} {
		if _, err := parseName(text, Features{NestedNames: true}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if _, err := parseName(text, Features{}); (err != nil) != nested {
			t.Errorf("%s without nested names: %v", text, err)
		}
	}
	for _, text := range []string{"a:b:c", "a:b/", "a:b//c", "a::b/c", ":a/b", "a:b/c@1.0.0/d@1"} {
		if n, err := parseName(text, Features{NestedNames: true}); err == nil && n.checkVersion(nil, Features{}) == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

func TestVersions(t *testing.T) {
	for version, want := range map[string]bool{
		"0.0.0": true, "1.2.3": true, "1.2.3-a.b.1": true, "1.2.3+b.01": true, "1.2.3-0a": true, "1.2.3--": true,
		"10.20.30-alpha-x.7.z.92+exp.sha-5114f85": true, "1.2.3-0": true, "1.2.3+a-b": true,
		"": false, "1": false, "1.2": false, "1.2.": false, "1..3": false, "1.2.3-": false, "1.2.3+": false,
		"1.2.3-01": false, "01.2.3": false, "1.2.3.4": false, "v1.2.3": false, "1.2.3-a+b+c": false, "-1.2.3": false,
		"1.2.99999999999999999999": false, "1.2.3-ä": false,
	} {
		if fault := versionFault(version); (fault == "") != want {
			t.Errorf("%q: %q", version, fault)
		}
	}
	for version, want := range map[string]bool{
		"1": true, "12": true, "0.1": true, "0.0.1": true, "0.0.0": true,
		"0": false, "0.0": false, "1.0": false, "0.1.0": false, "01": false, "": false, "0.0.0.1": false, "0.0.01": false,
	} {
		if isCanonical(version) != want {
			t.Errorf("%q is canonical: %v", version, !want)
		}
	}
}
