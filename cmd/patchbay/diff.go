package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// A comparison is what `patchbay inspect --diff` finds out, and what it writes
// with --output json. Fields are only ever added; lists are never null.
type comparison struct {
	Old *report `json:"old"`
	New *report `json:"new"`

	// Compatible says that the new one can take the place of the old one, as far
	// as the bytes tell; Reasons are why it cannot.
	Compatible bool     `json:"compatible"`
	Reasons    []string `json:"reasons"`

	// Changes are what differs, in the order of the report.
	Changes []change `json:"changes"`
}

// A change is one thing that is not in both modules as it is in the other.
type change struct {
	What string `json:"what"` // "contract", "size", "memory", "need", "import", "export", "tool", "feature" or "custom section"
	Name string `json:"name"` // of an import or export "module.name" or "name"; else empty if there is one only
	Old  string `json:"old"`  // empty if it is not in the old module
	New  string `json:"new"`  // empty if it is not in the new one
}

func compare(old, new *report) *comparison {
	c := &comparison{Old: old, New: new, Reasons: []string{}, Changes: []change{}}
	c.add("contract", "", string(old.Contract), string(new.Contract))
	c.add("size", "", count(old.Size, "byte"), count(new.Size, "byte"))
	c.addAll("memory", memoriesByIndex(old), memoriesByIndex(new))
	c.addAll("need", needsByName(old), needsByName(new))
	c.addAll("import", byName(old.Imports), byName(new.Imports))
	c.addAll("export", byName(old.Exports), byName(new.Exports))
	c.addAll("tool", toolsByName(old), toolsByName(new))
	c.addAll("feature", features(old), features(new))
	c.addAll("custom section", sectionsByName(old), sectionsByName(new))
	c.judge()
	c.Compatible = len(c.Reasons) == 0
	return c
}

// judge says why the new module cannot take the place of the old one: it is of
// another contract or cannot be loaded, a function is gone or of another type, or
// it reaches for what the old one did not. Imports that the host provides to
// everybody are no reason.
func (c *comparison) judge() {
	if c.Old.Contract != c.New.Contract {
		c.because("the contract is another")
	}
	if c.Old.Loadable && !c.New.Loadable {
		c.because("this version does not take it: " + c.New.Reason)
	}
	for _, change := range c.Changes {
		switch {
		case change.What == "export" && strings.HasPrefix(change.Old, "func ") && !initializes(change.Name) && change.New == "":
			c.because("it does not export " + change.Name)
		case change.What == "export" && strings.HasPrefix(change.Old, "func ") && change.New != "":
			c.because(change.Name + " is of another type")
		case change.What == "need" && change.Old == "":
			c.because("it reaches for " + change.Name)
		}
	}
}

func (c *comparison) because(reason string) { c.Reasons = append(c.Reasons, reason) }

// initializes reports whether an export is only called by the host on its own
// account, and if it is there.
func initializes(name string) bool {
	return name == "_start" || name == "_initialize" || name == "wapc_init"
}

func (c *comparison) add(what, name, old, new string) {
	if old != new {
		c.Changes = append(c.Changes, change{what, name, old, new})
	}
}

// A pair is a name and what stands under it.
type pair struct{ name, value string }

// addAll compares what has the same name: first the old order, then what is new.
func (c *comparison) addAll(what string, old, new []pair) {
	values := map[string]string{}
	for _, p := range new {
		values[p.name] = p.value
	}
	seen := map[string]bool{}
	for _, p := range old {
		seen[p.name] = true
		c.add(what, p.name, p.value, values[p.name])
	}
	for _, p := range new {
		if !seen[p.name] {
			c.add(what, p.name, "", p.value)
		}
	}
}

// unique gives names that come more than once a number.
func unique(pairs []pair) []pair {
	seen := map[string]int{}
	for i := range pairs {
		name := pairs[i].name
		if seen[name]++; seen[name] > 1 {
			pairs[i].name = fmt.Sprintf("%s (%d)", name, seen[name])
		}
	}
	return pairs
}

func byName(items []item) []pair {
	var pairs []pair
	for _, i := range items {
		name := word(i.Name)
		if i.Module != "" {
			name = word(i.Module) + "." + name
		}
		pairs = append(pairs, pair{name, i.Kind + " " + i.Type})
	}
	return unique(pairs)
}

func memoriesByIndex(r *report) []pair {
	var pairs []pair
	for i, memory := range r.Memories {
		name := ""
		if i > 0 {
			name = strconv.Itoa(i)
		}
		pairs = append(pairs, pair{name, memory.text()})
	}
	return pairs
}

func needsByName(r *report) []pair {
	var pairs []pair
	for _, need := range r.Needs {
		pairs = append(pairs, pair{need.What, need.Grant})
	}
	return pairs
}

func toolsByName(r *report) []pair {
	var pairs []pair
	for _, tool := range r.Tools {
		pairs = append(pairs, pair{word(tool.Name), strings.TrimSpace(tool.Role + " " + tool.Version)})
	}
	return unique(pairs)
}

func features(r *report) []pair {
	var pairs []pair
	for _, feature := range r.Features {
		pairs = append(pairs, pair{word(feature), "used"})
	}
	return unique(pairs)
}

func sectionsByName(r *report) []pair {
	var pairs []pair
	for _, section := range r.Customs {
		pairs = append(pairs, pair{word(section.Name), count(uint64(section.Size), "byte")})
	}
	return unique(pairs)
}

// inspectDiff compares two modules. A difference is no failure.
func inspectDiff(ctx context.Context, w io.Writer, old, new, form string) error {
	before, err := examine(ctx, old)
	if err != nil {
		return err
	}
	after, err := examine(ctx, new)
	if err != nil {
		return err
	}
	c := compare(before, after)
	if form == "json" {
		return writeJSON(w, c)
	}
	_, err = io.WriteString(w, c.text())
	return err
}

// text writes the comparison for people.
func (c *comparison) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s -> %s: %s\n", plain(filepath.Base(c.Old.File)), plain(filepath.Base(c.New.File)), c.verdict())
	what := ""
	for _, change := range c.Changes {
		if change.What != what {
			what = change.What
			fmt.Fprintf(&b, "\n%s\n", what)
		}
		name := plain(change.Name)
		if name != "" {
			name += " "
		}
		switch {
		case change.Old == "":
			fmt.Fprintf(&b, "  + %s%s\n", name, plain(change.New))
		case change.New == "":
			fmt.Fprintf(&b, "  - %s%s\n", name, plain(change.Old))
		default:
			fmt.Fprintf(&b, "  - %s%s\n  + %s%s\n", name, plain(change.Old), name, plain(change.New))
		}
	}
	return b.String()
}

func (c *comparison) verdict() string {
	switch {
	case len(c.Changes) == 0:
		return "no difference in what they say of themselves"
	case c.Compatible:
		return "compatible"
	}
	return "not compatible: " + plain(strings.Join(c.Reasons, "; "))
}
