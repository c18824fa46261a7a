package wit

import (
	"fmt"
	"slices"

	"golang.org/x/mod/semver"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A Stability says since when an item may be used (WIT.md#feature-gates). The
// zero value says nothing.
type Stability struct {
	// Since is the package's version that first had the item.
	Since string

	// Unstable is the feature that the item is a part of.
	Unstable string

	// Deprecated is the version since which the item should not be used.
	Deprecated string
}

// stability reads the gates of an item.
func (p *resolver) stability(attributes []syntax.Attribute) Stability {
	var s Stability
	seen := make(map[string]syntax.Span)
	for _, a := range attributes {
		if _, twice := seen[a.Name]; twice && a.Name != "external-id" {
			p.report(a.Span, fmt.Sprintf("@%s is said twice", a.Name), "")
		}
		seen[a.Name] = a.Span
		switch a.Name {
		case "since":
			s.Since = a.Value
			p.checkSince(a)
		case "unstable":
			s.Unstable = a.Value
			p.into.addFeature(a.Value)
		case "deprecated":
			s.Deprecated = a.Value
		}
	}
	switch {
	case s.Since != "" && s.Unstable != "":
		p.report(seen["since"], "an item is @since a version or @unstable, not both", "")
	case s.Deprecated != "" && s.Since == "" && s.Unstable == "":
		p.report(seen["deprecated"], "what is @deprecated is @since a version or @unstable, too", "")
	}
	return s
}

func (r *Resolve) addFeature(name string) {
	if i, known := slices.BinarySearch(r.Features, name); !known {
		r.Features = slices.Insert(r.Features, i, name)
	}
}

// checkSince holds a gate against the package's version.
func (p *resolver) checkSince(a syntax.Attribute) {
	switch version := p.pkg.Name.Version; {
	case version == "":
		p.report(a.Span, fmt.Sprintf("package %s has no version", p.pkg.Name), "what has @since needs one")
	case semver.Compare("v"+a.Value, "v"+version) > 0:
		p.report(a.ValueSpan, fmt.Sprintf("version %s of package %s is not released", a.Value, p.pkg.Name), "")
	}
}

func (p *resolver) externalID(attributes []syntax.Attribute) string {
	id := ""
	for _, a := range attributes {
		if a.Name != "external-id" {
			continue
		}
		if id != "" {
			p.report(a.Span, "@external-id is said twice", "")
		}
		id = a.Value
	}
	return id
}

// noExternalID reports the mark where it says nothing.
func (p *resolver) noExternalID(attributes []syntax.Attribute, what string) {
	for _, a := range attributes {
		if a.Name == "external-id" {
			p.report(a.Span, what+" has no @external-id", "it is for imports, exports, types and functions")
		}
	}
}

// included reports whether an item with such gates is wanted.
func (p *resolver) included(s Stability) bool {
	return s.Unstable == "" || p.options.AllFeatures || slices.Contains(p.options.Features, s.Unstable)
}

// merge adds the gates of one import of an interface to those of another.
func (p *resolver) merge(from Stability, into *Stability, span syntax.Span) {
	switch {
	case from == *into || from == (Stability{}):
	case *into == (Stability{}):
		*into = from
	default:
		p.report(span, "the same interface comes in twice with different gates", "")
	}
}
