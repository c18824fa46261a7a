package syntax

import "strings"

// versionProblem says why a text is no semantic version (semver.org), or
// nothing.
func versionProblem(v string) string {
	rest, build, hasBuild := strings.Cut(v, "+")
	numbers, pre, hasPre := strings.Cut(rest, "-")
	parts := strings.Split(numbers, ".")
	if len(parts) != 3 {
		return "it has three numbers with points between them"
	}
	for _, n := range parts {
		switch {
		case n == "" || strings.Trim(n, "0123456789") != "":
			return "it has three numbers with points between them"
		case len(n) > 1 && n[0] == '0':
			return "a number begins with 0"
		case len(n) > 19:
			return "a number is too large"
		}
	}
	if hasPre && !identifiers(pre, true) || hasBuild && !identifiers(build, false) {
		return "what follows the numbers is not letters, digits and hyphens between points"
	}
	return ""
}

// identifiers reports whether s is made of identifiers between points.
func identifiers(s string, pre bool) bool {
	for id := range strings.SplitSeq(s, ".") {
		if id == "" {
			return false
		}
		number := true
		for i := range len(id) {
			if !isVersionByte(id[i]) {
				return false
			}
			number = number && isDigit(id[i])
		}
		if pre && number && len(id) > 1 && id[0] == '0' {
			return false
		}
	}
	return true
}

// IsVersion reports whether a text is a semantic version, as packages have it.
func IsVersion(text string) bool { return versionProblem(text) == "" }
