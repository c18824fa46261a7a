package bindgen

import (
	"path"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// layOut decides which packages there are.
func (g *generator) layOut() {
	own := &goPackage{g: g, name: g.options.Package, of: &wit.Interface{Docs: g.world.Docs}}
	g.packages = []*goPackage{own}
	folders := names{}
	for i := range g.world.Imports {
		item := &g.world.Imports[i]
		switch {
		case item.Function != nil:
			own.of.Functions = append(own.of.Functions, item.Function)
		case item.Type != nil:
			own.of.Types = append(own.of.Types, item.Type)
		case item.Interface != nil:
			g.imported = append(g.imported, g.addPackage(item, folders, false))
		}
	}
	for i := range g.world.Exports {
		switch item := &g.world.Exports[i]; {
		case item.Function != nil:
			own.functions = append(own.functions, item.Function)
		case item.Type != nil:
			own.of.Types = append(own.of.Types, item.Type)
		case item.Interface != nil:
			g.exported = append(g.exported, g.addPackage(item, folders, true))
		}
	}
	for _, p := range g.packages {
		p.nameTypes()
	}
}

func (g *generator) addPackage(item *wit.WorldItem, folders names, exports bool) *goPackage {
	folder := g.folder(item)
	for _, p := range g.imported {
		if exports && p.key == item.Key() {
			folder = path.Join("exports", folder)
		}
	}
	p := &goPackage{g: g, of: item.Interface, key: item.Key(), exports: exports, folder: folders.take(folder)}
	p.name = path.Base(p.folder)
	g.packages = append(g.packages, p)
	return p
}

// folder returns where the package of an interface is.
func (g *generator) folder(item *wit.WorldItem) string {
	if item.Name != "" || item.Interface.Package == nil {
		return packageName(item.Name)
	}
	name := item.Interface.Package.Name
	var parts []string
	for part := range strings.FieldsFuncSeq(name.Namespace+":"+name.Name, func(r rune) bool { return r == ':' || r == '/' }) {
		parts = append(parts, packageName(part))
	}
	if version := g.version(name); version != "" {
		parts = append(parts, version)
	}
	return path.Join(append(parts, packageName(item.Interface.Name))...)
}

// versionRune replaces what a folder of a version does not have.
func versionRune(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return '_'
}

// version returns what tells a package from its other versions in the world, as in
// v2 or v0_3; nothing if there are none.
func (g *generator) version(name wit.PackageName) string {
	others := g.otherVersions(name)
	if len(others) == 0 {
		return ""
	}
	parts := versionParts(name.Version)
	for n := 1; n < len(parts); n++ {
		shared := slices.ContainsFunc(others, func(other string) bool {
			have := versionParts(other)
			return len(have) >= n && slices.Equal(have[:n], parts[:n])
		})
		if !shared {
			return "v" + strings.Join(parts[:n], "_")
		}
	}
	return "v" + strings.ToLower(strings.Map(versionRune, name.Version))
}

func versionParts(version string) []string {
	return strings.FieldsFunc(strings.ToLower(version), func(r rune) bool { return versionRune(r) == '_' })
}

// otherVersions returns the other versions of a package of which the world has
// interfaces.
func (g *generator) otherVersions(name wit.PackageName) []string {
	var others []string
	for _, items := range [][]wit.WorldItem{g.world.Imports, g.world.Exports} {
		for i := range items {
			if in := items[i].Interface; in != nil && items[i].Name == "" && in.Package != nil {
				other := in.Package.Name
				if other.Namespace == name.Namespace && other.Name == name.Name && other.Version != name.Version {
					others = append(others, other.Version)
				}
			}
		}
	}
	return others
}
