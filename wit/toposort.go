package wit

import (
	"container/heap"
	"fmt"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A node is something that refers to others by their names.
type node struct {
	what string // for errors
	name string
	span syntax.Span
	uses []syntax.Ident
}

// order sorts nodes so that each comes behind those that it uses, and else in
// the order of the text. It reports circles, and returns the names of those that
// stand in one or behind one, which come last; names that are missing are found
// again, and reported, by whoever looks for what they stand for.
func (p *resolver) order(nodes []node) (sorted []int, circles map[string]bool) {
	index := make(map[string]int, len(nodes))
	for i, n := range nodes {
		index[n.name] = i
	}
	waits := make([]int, len(nodes))
	users := make([][]int, len(nodes))
	for i, n := range nodes {
		for _, use := range n.uses {
			if j, known := index[use.Name]; known {
				waits[i]++
				users[j] = append(users[j], i)
			}
		}
	}
	sorted = sortByUse(waits, users)
	if len(sorted) == len(nodes) {
		return sorted, nil
	}
	circles = make(map[string]bool)
	for i, n := range nodes {
		if waits[i] > 0 {
			circles[n.name] = true
			sorted = append(sorted, i)
		}
	}
	p.reportCircles(nodes, index, waits)
	return sorted, circles
}

// sortByUse empties waits: what is left in it stands in a circle or behind one.
func sortByUse(waits []int, users [][]int) []int {
	var ready intHeap
	for i, n := range waits {
		if n == 0 {
			ready = append(ready, i)
		}
	}
	var sorted []int
	for len(ready) > 0 {
		i := heap.Pop(&ready).(int)
		sorted = append(sorted, i)
		for _, user := range users[i] {
			if waits[user]--; waits[user] == 0 {
				heap.Push(&ready, user)
			}
		}
	}
	return sorted
}

// reportCircles reports each circle once, at its first reference. What waits
// stands in one or behind one, so that whoever goes on from there ends in one.
func (p *resolver) reportCircles(nodes []node, index map[string]int, waits []int) {
	seen := make([]int, len(nodes)) // on which walk, from 1
	for i := range nodes {
		if waits[i] == 0 {
			continue
		}
		var path []syntax.Ident
		at, depth := i, make(map[int]int)
		for ; seen[at] == 0; at = index[path[len(path)-1].Name] {
			seen[at] = i + 1
			depth[at] = len(path)
			path = append(path, waiting(nodes[at], index, waits))
		}
		if seen[at] == i+1 {
			p.reportCircle(nodes[at].what, path[depth[at]:])
		}
	}
}

// waiting is the first reference of a node to one that waits.
func waiting(n node, index map[string]int, waits []int) syntax.Ident {
	for _, use := range n.uses {
		if j, known := index[use.Name]; known && waits[j] > 0 {
			return use
		}
	}
	panic("wit: a node waits for nothing")
}

func (p *resolver) reportCircle(what string, path []syntax.Ident) {
	const most = 10 // that are named
	first, hint := path[0], ""
	if len(path) > 1 {
		hint = "the circle is " + first.Name
		for _, id := range path[1:min(len(path), most)] {
			hint += ", " + id.Name
		}
		if len(path) > most {
			hint += ", …"
		}
		hint += ", " + first.Name
	}
	p.report(first.Span, fmt.Sprintf("%s %q depends on itself", what, first.Name), hint)
}

// An intHeap is a heap.Interface, least first.
type intHeap []int

func (h intHeap) Len() int           { return len(h) }
func (h intHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h intHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *intHeap) Push(x any)        { *h = append(*h, x.(int)) }
func (h *intHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
