package validate

import "strings"

// parseName reads a name.
func parseName(text string, features Features) (name, error) {
	p := nameParser{rest: text, features: features}
	n := name{text: text}
	err := p.name(&n)
	if err == nil && p.rest != "" {
		err = bad("trailing characters found: `%s`", p.rest)
	}
	return n, err
}

type nameParser struct {
	rest     string
	features Features
}

func (p *nameParser) name(n *name) (err error) {
	switch {
	case p.accept("[constructor]"):
		n.kind = constructorName
		n.resource, err = p.label()
	case p.accept("[method]"):
		n.kind = methodName
		err = p.member(n)
	case p.accept("[static]"):
		n.kind = staticName
		err = p.member(n)
	case p.accept("unlocked-dep="):
		n.kind = dependencyName
		err = p.brackets(p.query)
	case p.accept("locked-dep="):
		n.kind = dependencyName
		if err = p.brackets(p.locked); err == nil {
			err = p.optionalHash()
		}
	case p.accept("url="):
		n.kind = urlName
		if err = p.brackets(p.url); err == nil {
			err = p.optionalHash()
		}
	case p.accept("integrity="):
		n.kind = hashName
		err = p.brackets(p.hashes)
	case strings.Contains(p.rest, ":"):
		n.kind = interfaceName
		err = p.interfaceName(n)
	default:
		_, err = p.label()
	}
	return err
}

// accept takes prefix away if it is there.
func (p *nameParser) accept(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return ok
}

func (p *nameParser) expect(prefix string) error {
	if p.accept(prefix) {
		return nil
	}
	return bad("expected `%s` at `%s`", prefix, p.rest)
}

// brackets reads what stands in angle brackets.
func (p *nameParser) brackets(read func() error) error {
	if err := p.expect("<"); err != nil {
		return err
	}
	if err := read(); err != nil {
		return err
	}
	return p.expect(">")
}

// upTo takes what stands before one of the characters, or all.
func (p *nameParser) upTo(chars string) string {
	end := strings.IndexAny(p.rest, chars)
	if end < 0 {
		end = len(p.rest)
	}
	taken := p.rest[:end]
	p.rest = p.rest[end:]
	return taken
}

// before takes what stands before a character that must be there.
func (p *nameParser) before(c string) (string, error) {
	if !strings.Contains(p.rest, c) {
		return "", bad("no `%s` character in `%s`", c, p.rest)
	}
	return p.upTo(c), nil
}

// label takes all that is left.
func (p *nameParser) label() (string, error) {
	label := p.rest
	p.rest = ""
	return label, wantLabel(label)
}

// member reads the resource and the name of a method or static function.
func (p *nameParser) member(n *name) error {
	resource, err := p.before(".")
	if err != nil {
		return err
	}
	if err := wantLabel(resource); err != nil {
		return err
	}
	p.accept(".")
	n.resource = resource
	n.field, err = p.label()
	return err
}

// interfaceName reads a name as in "wasi:http/types@0.2.0"; the version is checked
// later, with its suffix.
func (p *nameParser) interfaceName(n *name) error {
	if err := p.packagePath(true); err != nil {
		return err
	}
	if p.accept("@") {
		n.version, n.versions = p.rest, true
		p.rest = ""
	}
	return nil
}

// packagePath reads namespaces, a package and interfaces.
func (p *nameParser) packagePath(projection bool) error {
	if err := p.words(); err != nil {
		return err
	}
	if err := p.expect(":"); err != nil {
		return err
	}
	if err := p.words(); err != nil {
		return err
	}
	for p.features.NestedNames && p.accept(":") {
		if err := p.words(); err != nil {
			return err
		}
	}
	if !p.accept("/") {
		if projection {
			return bad("expected `/` after package name")
		}
		return nil
	}
	return p.projections()
}

func (p *nameParser) projections() error {
	for {
		end := "@>"
		if p.features.NestedNames {
			end = "/@>"
		}
		if err := wantLabel(p.upToProjection(end)); err != nil {
			return err
		}
		if !p.features.NestedNames || !p.accept("/") {
			return nil
		}
	}
}

// upToProjection takes a label up to the end of a projection; a second projection
// is left over where names are not nested.
func (p *nameParser) upToProjection(end string) string {
	if !p.features.NestedNames {
		end += "/"
	}
	return p.upTo(end)
}

// words reads a namespace or package: words in lower case.
func (p *nameParser) words() error {
	words := p.upTo(":/@>")
	if err := wantLabel(words); err != nil {
		return err
	}
	if i := strings.IndexFunc(words, func(c rune) bool { return c >= 'A' && c <= 'Z' }); i >= 0 {
		return bad("character `%c` is not lowercase in package name/namespace", words[i])
	}
	return nil
}

// query reads a package with a range of versions.
func (p *nameParser) query() error {
	if err := p.packagePath(false); err != nil {
		return err
	}
	if !p.accept("@") || p.accept("*") {
		return nil
	}
	if err := p.expect("{"); err != nil {
		return err
	}
	versions, err := p.before("}")
	if err != nil {
		return err
	}
	p.accept("}")
	return checkRange(versions)
}

func checkRange(versions string) error {
	if lower, ok := strings.CutPrefix(versions, ">="); ok {
		lower, upper, both := strings.Cut(lower, " ")
		if err := wantVersion(lower); err != nil || !both {
			return err
		}
		upper, ok := strings.CutPrefix(upper, "<")
		if !ok {
			return bad("expected `<` at start of version range upper bounds")
		}
		return wantVersion(upper)
	}
	if upper, ok := strings.CutPrefix(versions, "<"); ok {
		return wantVersion(upper)
	}
	return bad("expected `>=` or `<` at start of version range")
}

// locked reads a package with a version.
func (p *nameParser) locked() error {
	if err := p.packagePath(false); err != nil {
		return err
	}
	if !p.accept("@") {
		return nil
	}
	return wantVersion(p.upTo(">"))
}

func (p *nameParser) url() error {
	url, err := p.before(">")
	if err == nil && strings.Contains(url, "<") {
		err = bad("url cannot contain `<`")
	}
	return err
}

func (p *nameParser) optionalHash() error {
	if !p.accept(",") {
		return nil
	}
	if err := p.expect("integrity=<"); err != nil {
		return err
	}
	if err := p.hashes(); err != nil {
		return err
	}
	return p.expect(">")
}

// hashes reads integrity metadata: hashes with white space between them.
func (p *nameParser) hashes() error {
	text, err := p.before(">")
	if err != nil {
		return err
	}
	hashes := strings.Fields(text)
	if len(hashes) == 0 {
		return bad("integrity hash cannot be empty")
	}
	for _, hash := range hashes {
		if err := checkHash(hash); err != nil {
			return err
		}
	}
	return nil
}

func checkHash(hash string) error {
	for _, algorithm := range []string{"sha256", "sha384", "sha512"} {
		digest, ok := strings.CutPrefix(hash, algorithm)
		if !ok {
			continue
		}
		if digest, ok = strings.CutPrefix(digest, "-"); !ok {
			return bad("expected `-` after hash algorithm: %s", hash)
		}
		digest, _, _ = strings.Cut(digest, "?")
		if !isBase64(digest) {
			return bad("not valid base64: `%s`", digest)
		}
		return nil
	}
	return bad("unrecognized hash algorithm: `%s`", hash)
}

func isBase64(text string) bool {
	digits := strings.TrimRight(text, "=")
	return digits != "" && len(text)-len(digits) <= 2 && strings.IndexFunc(digits, isNoBase64) < 0
}

func isNoBase64(c rune) bool {
	return c != '+' && c != '/' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}
