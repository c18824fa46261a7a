package wit

import (
	"container/heap"
	"fmt"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A node is something that refers to others by their names.
type node struct {
	name string
	span syntax.Span
	uses []syntax.Ident
}

// order sorts nodes so that each comes behind those that it uses, and else in
// the order of the text. It reports circles; names that are missing are found
// again, and reported, by whoever looks for what they stand for.
func (p *resolver) order(what string, nodes []node) ([]int, bool) {
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
	sorted := sortByUse(waits, users)
	if len(sorted) < len(nodes) {
		p.circle(what, nodes, index, waits)
		return nil, false
	}
	return sorted, true
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

// circle reports one reference that closes a circle.
func (p *resolver) circle(what string, nodes []node, index map[string]int, waits []int) {
	for i, n := range nodes {
		if waits[i] == 0 {
			continue
		}
		for _, use := range n.uses {
			if j, known := index[use.Name]; known && waits[j] > 0 {
				p.report(use.Span, fmt.Sprintf("%s %q depends on itself", what, use.Name), "")
				return
			}
		}
	}
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
