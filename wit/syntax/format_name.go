package syntax

import (
	"slices"
	"strconv"
	"strings"
)

// name prints an identifier, with % if it would be a keyword.
func name(s string) string {
	if IsKeyword(s) {
		return "%" + s
	}
	return s
}

// String returns the name as it is written.
func (n PackageName) String() string {
	var b strings.Builder
	for _, part := range n.Namespace {
		b.WriteString(name(part.Name) + ":")
	}
	for i, part := range n.Name {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(name(part.Name))
	}
	if n.Version != "" {
		b.WriteString("@" + n.Version)
	}
	return b.String()
}

// String returns the path as it is written.
func (p Path) String() string {
	if p.Package == nil {
		return name(p.Name.Name)
	}
	pkg, version := *p.Package, ""
	if pkg.Version != "" {
		pkg.Version, version = "", "@"+pkg.Version
	}
	return pkg.String() + "/" + name(p.Name.Name) + version
}

// String returns the name and its new name as they are written.
func (r Renamed) String() string {
	if r.As.Name == "" {
		return name(r.Name.Name)
	}
	return name(r.Name.Name) + " as " + name(r.As.Name)
}

// String returns the parameter as it is written.
func (p Param) String() string { return name(p.Name.Name) + ": " + p.Type.String() }

// String returns the type as it is written, on one line.
func (f *FuncType) String() string {
	params := make([]string, len(f.Params))
	for i, p := range f.Params {
		params[i] = p.String()
	}
	return f.before() + "(" + strings.Join(params, ", ") + ")" + f.behind()
}

// before is what stands before the parameters, behind what stands behind them.
func (f *FuncType) before() string {
	if f.Async {
		return "async func"
	}
	return "func"
}

func (f *FuncType) behind() string {
	if f.Result == nil {
		return ""
	}
	return " -> " + f.Result.String()
}

// String returns the type as it is written, on one line.
func (t *Type) String() string {
	switch t.Kind {
	case Named:
		return name(t.Name.Name)
	case Own, Borrow:
		return t.Kind.String() + "<" + name(t.Name.Name) + ">"
	case FixedList:
		return "list<" + t.Args[0].String() + ", " + strconv.FormatUint(uint64(t.Size), 10) + ">"
	}
	args := make([]string, 0, len(t.Args))
	for _, a := range t.Args {
		if a == nil {
			args = append(args, "_")
		} else {
			args = append(args, a.String())
		}
	}
	if t.Kind != Tuple { // parts that are left out at the end are not written
		for len(args) > 0 && args[len(args)-1] == "_" {
			args = slices.Delete(args, len(args)-1, len(args))
		}
	}
	if len(args) == 0 && t.Kind != Tuple {
		return t.Kind.String()
	}
	return t.Kind.String() + "<" + strings.Join(args, ", ") + ">"
}
