package syntax

import (
	"fmt"
	"slices"
	"strings"
)

var topWords = []string{"interface", "world", "use", "package"}

func (p *parser) parseFile() *File {
	f := &File{Source: p.source}
	for {
		if p.at(endOfFile) || len(p.errors) >= maxErrors {
			f.Tail = p.comments()
			return f
		}
		begin := p.token.span.Start
		if p.strayEnd() {
			continue
		}
		p.addTo(f, p.item(p.topItem))
		if p.stuck(begin) {
			p.recover(begin)
		}
	}
}

// stuck reports whether an item that began at an offset was given up, as it is if
// nothing of it was read.
func (p *parser) stuck(begin int) bool {
	if p.token.span.Start == begin && !p.at(endOfFile) {
		p.fail("something else")
	}
	return p.panicking
}

// strayEnd passes a token that ends what is not there.
func (p *parser) strayEnd() bool {
	switch p.token.kind {
	case '}':
		p.report(p.token.span, "this closes nothing", `leave the "}" out, or look for one too many above`)
		p.gaps = true
	case ';':
		p.report(p.token.span, "this ends nothing", `leave the ";" out`)
	default:
		return false
	}
	p.advance()
	return true
}

func (p *parser) addTo(f *File, item Item) {
	pkg, ok := item.(*Package)
	switch {
	case item == nil:
	case !ok || pkg.Nested:
		f.Items = append(f.Items, item)
	case f.Package != nil || len(f.Items) > 0:
		p.report(pkg.Name.Span, "a file has one package of its own, and says so first", "give this one braces around its items")
		p.gaps = true
	default:
		f.Package = pkg
	}
}

// topItem reads an item of a file or of a package in it.
func (p *parser) topItem(h Head) Item {
	p.markers()
	p.respell(topWords)
	switch {
	case p.atWord("interface"):
		return p.parseInterface(h)
	case p.atWord("world"):
		return p.parseWorld(h)
	case p.atWord("use"):
		return p.parseUse(h, false)
	case p.atWord("package"):
		return p.parsePackage(h)
	case p.at(endOfFile):
		p.failHint("an item", "an attribute stands before what it is about")
	case p.misplaced(h, "at the top of a file"):
	default:
		p.failHint(`"interface", "world", "use" or "package"`, p.meantWord(topWords))
	}
	return nil
}

// markers passes words before an item that other languages have, and old WIT.
func (p *parser) markers() {
	for p.at(identifier) && slices.Contains(foreignMarkers, strings.ToLower(p.token.span.Text())) {
		if next := p.peekToken(); next.kind != keyword && next.kind != identifier {
			return
		}
		p.report(p.token.span, fmt.Sprintf("there is no keyword %q", p.token.span.Text()), "leave it out")
		p.advance()
	}
}

// meantWord hints at the keyword of which the name in hand may be a wrong
// spelling.
func (p *parser) meantWord(words []string) string {
	if !p.at(identifier) {
		return ""
	}
	return Meant(p.token.span.Text(), words)
}

// misplaced reads an item that cannot stand where it does, and reports that.
func (p *parser) misplaced(h Head, where string) bool {
	start, known := p.token.span, len(p.errors)
	report := func(what, place string) {
		if len(p.errors) == known { // it is not misspelt, too
			p.report(start, fmt.Sprintf("%s does not stand %s", what, where), place)
		}
		p.gaps = true
	}
	switch next := p.peekToken(); {
	case p.at(identifier) && next.kind == '(', (p.at(identifier) || p.at(keyword)) && next.kind == ':':
		report("a function", "put it into an interface, or import or export it in a world")
		p.namedFunc(h, Freestanding)
	case p.atWord("import"), p.atWord("export"):
		report(fmt.Sprintf("an %s", p.token.word()), "put it into a world")
		p.parseExtern(h)
	case p.atWord("include"):
		report("an include", "put it into a world")
		p.parseInclude(h)
	case p.atWord("interface"):
		report("an interface", "put it beside")
		p.parseInterface(h)
	case p.atWord("world"):
		report("a world", "put it at the top of the file")
		p.parseWorld(h)
	case p.atWord("package"):
		report("a package", "put it at the top of the file")
		p.parsePackage(h)
	default:
		return p.misplacedType(h, report)
	}
	return true
}

// misplacedType is misplaced for definitions of types.
func (p *parser) misplacedType(h Head, report func(what, place string)) bool {
	word := p.token.word()
	if !p.atItem() || !slices.Contains(typeDefWords, word) {
		return false
	}
	report(article(word), "put it into an interface or a world")
	p.typeDef(h)
	return true
}

func article(word string) string {
	switch word {
	case "flags":
		return word
	case "enum":
		return "an enum"
	}
	return "a " + word
}
