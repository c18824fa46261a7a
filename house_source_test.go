package patchbay_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A tree is the Go source of this module, as text: whatever a file's build
// constraints, it counts.
type tree struct {
	all []*file
}

// A file is one Go file of the module.
type file struct {
	name   string // slash-separated, from the root of the module
	dir    string // the package, as floors has it
	test   bool
	syntax *ast.File
	fset   *token.FileSet
}

// source parses the module once for all tests.
func source(t *testing.T) *tree {
	t.Helper()
	parsed, err := parseOnce()
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

var parseOnce = sync.OnceValues(parseTree)

func parseTree() (*tree, error) {
	parsed, fset := new(tree), token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return skipDir(name)
		case !strings.HasSuffix(name, ".go"):
			return nil
		}
		syntax, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		name = filepath.ToSlash(name)
		parsed.all = append(parsed.all, &file{
			name: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), syntax: syntax, fset: fset,
		})
		return err
	})
	if len(parsed.all) == 0 {
		err = errors.Join(err, errors.New("no Go files: the test must run in the root of the module"))
	}
	return parsed, err
}

// skipDir keeps the walk in this module and in what the go command sees of it.
func skipDir(name string) error {
	if name == "." {
		return nil
	}
	base := filepath.Base(name)
	if base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// product returns the files that are not tests.
func (s *tree) product() []*file {
	return slices.DeleteFunc(slices.Clone(s.all), func(f *file) bool { return f.test })
}

// packages returns the files of product by package.
func (s *tree) packages() map[string][]*file {
	byDir := make(map[string][]*file)
	for _, f := range s.product() {
		byDir[f.dir] = append(byDir[f.dir], f)
	}
	return byDir
}

func (f *file) line(pos token.Pos) int { return f.fset.Position(pos).Line }

// at returns where n is, as file:line.
func (f *file) at(n ast.Node) string { return fmt.Sprintf("%s:%d", f.name, f.line(n.Pos())) }

// variables yields the package's variables that f declares, with what they are
// made of; nil if that is not said, or said by one call for several.
func (f *file) variables() iter.Seq2[*ast.Ident, ast.Expr] {
	return func(yield func(*ast.Ident, ast.Expr) bool) {
		for _, d := range f.syntax.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR || embedded(decl) {
				continue
			}
			for _, s := range decl.Specs {
				spec := s.(*ast.ValueSpec)
				for i, name := range spec.Names {
					var value ast.Expr
					if len(spec.Values) == len(spec.Names) {
						value = spec.Values[i]
					}
					if name.Name != "_" && !yield(name, value) {
						return
					}
				}
			}
		}
	}
}

// embedded reports whether the go command fills the variable from a file.
func embedded(decl *ast.GenDecl) bool {
	return decl.Doc != nil && slices.ContainsFunc(decl.Doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// immutable reports whether a variable of that value is one in name only, as
// long as nothing assigns to it: a sentinel error, a table, something compiled.
func (f *file) immutable(name *ast.Ident, value ast.Expr) bool {
	switch value := value.(type) {
	case *ast.CompositeLit:
		return !name.IsExported() && !slices.Contains([]string{"sync", "atomic"}, qualifier(value.Type))
	case *ast.UnaryExpr: // &T{…}
		return isErrorName(name.Name)
	case *ast.CallExpr:
		switch called := value.Fun.(type) {
		case *ast.SelectorExpr:
			return slices.Contains([]string{"errors.New", "fmt.Errorf", "regexp.MustCompile", "crc32.MakeTable"},
				qualifier(called)+"."+called.Sel.Name)
		case *ast.ArrayType, *ast.FuncLit: // []byte("…"), func() table { … }()
			return !name.IsExported()
		}
	}
	return false
}

func isErrorName(name string) bool {
	return strings.HasPrefix(name, "Err") || strings.HasPrefix(name, "err")
}

// qualifier returns p of p.Name, or "".
func qualifier(n ast.Expr) string {
	if selector, ok := n.(*ast.SelectorExpr); ok {
		if x, ok := selector.X.(*ast.Ident); ok {
			return x.Name
		}
	}
	return ""
}

// changes returns where f assigns to one of the variables, to something in it,
// or takes its address. A function that declares the name itself is passed over.
func (f *file) changes(variables map[string]bool) []*ast.Ident {
	var found []*ast.Ident
	for _, d := range f.syntax.Decls {
		local := declared(d)
		for _, target := range targets(d) {
			if id := rootOf(target); id != nil && variables[id.Name] && !local[id.Name] {
				found = append(found, id)
			}
		}
	}
	return found
}

// targets returns what the code in d changes or lets others change.
func targets(d ast.Decl) []ast.Expr {
	var found []ast.Expr
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			found = append(found, n.Lhs...)
		case *ast.IncDecStmt:
			found = append(found, n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				found = append(found, n.X)
			}
		case *ast.CallExpr:
			called, ok := n.Fun.(*ast.Ident)
			if ok && len(n.Args) > 0 && slices.Contains([]string{"delete", "clear", "copy"}, called.Name) {
				found = append(found, n.Args[0])
			}
		}
		return true
	})
	return found
}

// declared returns the names that the function d declares: parameters, results
// and local variables.
func declared(d ast.Decl) map[string]bool {
	names := make(map[string]bool)
	fn, ok := d.(*ast.FuncDecl)
	if !ok {
		return names
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				names[name.Name] = true
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				names[name.Name] = true
			}
		case *ast.AssignStmt:
			for _, target := range n.Lhs {
				if id, ok := target.(*ast.Ident); ok && n.Tok == token.DEFINE {
					names[id.Name] = true
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if id, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
					names[id.Name] = true
				}
			}
		}
		return true
	})
	return names
}

// rootOf returns v of v, v[i], v.f, *v and so on.
func rootOf(n ast.Expr) *ast.Ident {
	switch n := n.(type) {
	case *ast.Ident:
		return n
	case *ast.IndexExpr:
		return rootOf(n.X)
	case *ast.SliceExpr:
		return rootOf(n.X)
	case *ast.SelectorExpr:
		return rootOf(n.X)
	case *ast.StarExpr:
		return rootOf(n.X)
	case *ast.ParenExpr:
		return rootOf(n.X)
	}
	return nil
}

// exports yields the exported names that f declares, methods of exported types
// included, and whether each is documented: itself or by its group.
func (f *file) exports() iter.Seq2[*ast.Ident, bool] {
	return func(yield func(*ast.Ident, bool) bool) {
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && receiverExported(d) && !yield(d.Name, d.Doc != nil) {
					return
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					for name, documented := range specExports(spec) {
						if !yield(name, documented || d.Doc != nil) {
							return
						}
					}
				}
			}
		}
	}
}

func receiverExported(fn *ast.FuncDecl) bool {
	if fn.Recv == nil {
		return true
	}
	name := rootOf(fn.Recv.List[0].Type)
	return name != nil && name.IsExported()
}

func specExports(spec ast.Spec) map[*ast.Ident]bool {
	names := make(map[*ast.Ident]bool)
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() {
			names[spec.Name] = spec.Doc != nil || spec.Comment != nil
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() {
				names[name] = spec.Doc != nil || spec.Comment != nil
			}
		}
	}
	return names
}

// repositoryFiles lists the files of the whole repository, other modules and
// documents too; without git it is every file that is there.
func repositoryFiles(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "ls-files", "-z").Output()
	if err == nil {
		names := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		return slices.DeleteFunc(names, func(name string) bool {
			info, err := os.Stat(name)
			return err != nil || info.IsDir()
		})
	}
	var names []string
	err = filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
