package validate

import "strings"

// checkVersion wants the version of an interface name to be one of Semantic
// Versioning 2.0, with the suffix if there is one: then what stands in the name
// is the part that says what is compatible (Explainer.md, "Canonical Interface
// Name").
func (n name) checkVersion(suffix *string, features Features) error {
	switch {
	case suffix != nil && !n.versions:
		return bad("invalid interface version: a version suffix without a version")
	case suffix != nil && !isCanonical(n.version):
		return bad("invalid interface version: `%s` is not a canonical version", n.version)
	case suffix != nil:
		return n.within(wantVersion(n.version + *suffix))
	case !n.versions || features.VersionSuffix && isCanonical(n.version):
		return nil
	}
	return n.within(wantVersion(n.version))
}

func (n name) within(err error) error {
	return within(err, "invalid interface version")
}

// isCanonical reports whether a version is what all compatible versions share.
func isCanonical(version string) bool {
	parts := strings.Split(version, ".")
	for i, part := range parts {
		last := i == len(parts)-1
		switch {
		case !isNumber(part), !last && part != "0":
			return false
		case last && part == "0" && i != 2:
			return false
		}
	}
	return len(parts) <= 3
}

// isNumber reports whether text is a number without leading zeros.
func isNumber(text string) bool {
	return isDigits(text) && (text == "0" || text[0] != '0') && len(text) < 20
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// wantVersion wants a version of Semantic Versioning 2.0.
func wantVersion(version string) error {
	reason := versionFault(version)
	if reason == "" {
		return nil
	}
	return bad("`%s` is not a valid semver: %s", version, reason)
}

func versionFault(version string) string {
	if version == "" {
		return "empty string, expected a semver version"
	}
	rest, build, hasBuild := strings.Cut(version, "+")
	numbers, pre, hasPre := strings.Cut(rest, "-")
	parts := strings.Split(numbers, ".")
	for i, part := range parts {
		if fault := numberFault(part, i, i == len(parts)-1); fault != "" {
			return fault
		}
	}
	switch {
	case len(parts) > 3:
		return "unexpected character '.' after patch version number"
	case len(parts) < 3:
		return "unexpected end of input while parsing version number"
	case hasPre:
		if fault := identifiersFault(pre, true); fault != "" {
			return fault
		}
	}
	if hasBuild {
		return identifiersFault(build, false)
	}
	return ""
}

func numberFault(part string, i int, last bool) string {
	which := []string{"major", "minor", "patch"}[min(i, 2)]
	switch {
	case part == "" && last:
		return "unexpected end of input while parsing " + which + " version number"
	case part == "":
		return "unexpected character '.' while parsing " + which + " version number"
	}
	for _, c := range part {
		if c < '0' || c > '9' {
			return "unexpected character '" + string(c) + "' in " + which + " version number"
		}
	}
	if !isNumber(part) {
		return "invalid " + which + " version number: leading zero or too large"
	}
	return ""
}

// identifiersFault looks at a pre-release, in which numbers have no leading
// zeros, or at build metadata.
func identifiersFault(text string, pre bool) string {
	for identifier := range strings.SplitSeq(text, ".") {
		switch {
		case identifier == "":
			return "empty identifier segment"
		case strings.IndexFunc(identifier, isNoIdentifier) >= 0:
			return "unexpected character in an identifier"
		case pre && isDigits(identifier) && !isNumber(identifier) && identifier != "0":
			return "invalid leading zero in pre-release identifier"
		}
	}
	return ""
}

func isNoIdentifier(c rune) bool {
	return c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}
