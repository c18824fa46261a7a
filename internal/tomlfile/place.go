package tomlfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A span is where something stands: lines and columns count from 1.
type span struct {
	line, column, width int
	keyLine, keyColumn  int
	kind                unstable.Kind // of a value; Invalid if it has no place of its own
	path                []any
}

// pathKey joins a path of keys and indices.
func pathKey(path []any) string {
	var b strings.Builder
	for _, part := range path {
		fmt.Fprintf(&b, "%T\x00%v\x00", part, part)
	}
	return b.String()
}

// find returns where the value at a path stands, or else what it would be in.
func (d *Document) find(path []any) span {
	for n := len(path); n > 0; n-- {
		if at, ok := d.index()[pathKey(path[:n])]; ok {
			return at
		}
	}
	return span{line: 1, column: 1}
}

// index finds where each key and each element of an array stands, once.
func (d *Document) index() map[string]span {
	if d.places != nil {
		return d.places
	}
	d.places = map[string]span{}
	x := indexer{document: d, arrays: map[string]int{}}
	x.parser.Reset(d.text)
	var table []any
	for x.parser.NextExpression() {
		switch node := x.parser.Expression(); node.Kind {
		case unstable.Table:
			table = x.table(node, false)
		case unstable.ArrayTable:
			table = x.table(node, true)
		case unstable.KeyValue:
			x.keyValue(node, table)
		}
	}
	return d.places
}

// deepest is how long a path may be: paths as long as the document would take the
// square of its size. What is deeper is where its table begins.
const deepest = 32

// An indexer walks the expressions of a document.
type indexer struct {
	document *Document
	parser   unstable.Parser
	arrays   map[string]int // elements of each array of tables
}

// table returns the path of a header, with the indices of the arrays of tables
// that it goes through.
func (x *indexer) table(node *unstable.Node, array bool) []any {
	var path []any
	keys := node.Key()
	for keys.Next() {
		key := keys.Node()
		path = append(path, string(key.Data))
		last := keys.IsLast()
		if len(path) > deepest {
			continue
		}
		at := pathKey(path)
		if _, ok := x.document.places[at]; last || !ok {
			x.record(path, key)
		}
		if last && array {
			x.arrays[at]++
		}
		if n := x.arrays[at]; n > 0 {
			path = append(path, n-1)
			if last {
				x.record(path, key)
			}
		}
	}
	return path
}

func (x *indexer) keyValue(node *unstable.Node, table []any) {
	path := append([]any{}, table...)
	keys := node.Key()
	for keys.Next() && len(path) <= deepest {
		key := keys.Node()
		path = append(path, string(key.Data))
		x.record(path, key)
	}
	x.value(node.Value(), path)
}

// value goes into arrays and inline tables, and remembers of other values where
// they are: errors are about values more often than about keys.
func (x *indexer) value(node *unstable.Node, path []any) {
	if len(path) > deepest {
		return
	}
	switch node.Kind {
	case unstable.Array:
		n := 0
		for item := node.Children(); item.Next(); n++ {
			x.value(item.Node(), append(path[:len(path):len(path)], n))
		}
	case unstable.InlineTable:
		for item := node.Children(); item.Next(); {
			x.keyValue(item.Node(), path)
		}
	default:
		x.record(path, node)
	}
}

// record remembers where a key, or the value under it, stands.
func (x *indexer) record(path []any, node *unstable.Node) {
	if node.Raw.Length == 0 || len(path) > deepest {
		return
	}
	start := x.parser.Shape(node.Raw).Start
	at := span{line: start.Line, column: start.Column, width: int(node.Raw.Length), path: slices.Clone(path)}
	at.keyLine, at.keyColumn = at.line, at.column
	id := pathKey(path)
	if node.Kind != unstable.Key {
		at.kind = node.Kind
		if key, ok := x.document.places[id]; ok {
			at.keyLine, at.keyColumn = key.keyLine, key.keyColumn
		}
	}
	x.document.places[id] = at
}
