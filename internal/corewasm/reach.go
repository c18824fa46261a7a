package corewasm

// reach tells which functions need not look at the counter where they begin:
// those from which, up to the next look at it, only little code can be reached.
// They subtract their weight, and whoever looks next sees that. Where a function
// looks, engines keep its parameters for the call of the tick, which costs more
// than all else in a countdown.
//
// In each circle of calls one function looks, and so does each that calls what
// is not known here: an import, or a function by a reference.
type reach struct {
	imports uint32
	of      []reached // of each function that the module defines
	callees []uint32
}

// A reached is a function in the graph of calls.
type reached struct {
	work  int  // of the function itself, then of all that is reached
	end   int  // of its part of callees
	state byte // what is known of it
	light bool // it goes without a weight too, see smallLeaf
}

const (
	reachUnknown = iota
	reachOpen    // it is being looked into
	reachBound   // it need not look at the counter
	reachLooks
)

// mostReach is how much is little, in bytes of code. Between two looks at the
// counter code calls mostDebt/callCost functions at most, so they are apart by no
// more than the work of two slices. mostCalls is how deep calls are followed.
const (
	mostReach = 8192
	mostCalls = 100
)

// add adds the next function: what itself may cost between its countdowns, and
// whether it must look. Its callees have been added.
func (r *reach) add(work int, light, looks bool) {
	f := reached{work: work, end: len(r.callees), light: light}
	if looks {
		f.state = reachLooks
	}
	r.of = append(r.of, f)
}

// solve finds out about all functions.
func (r *reach) solve() {
	for i := range r.of {
		r.look(uint32(i), 0)
	}
}

// look finds out about a function and what it calls.
func (r *reach) look(index uint32, depth int) {
	f := &r.of[index]
	if f.state != reachUnknown {
		return
	}
	f.state = reachOpen
	start := 0
	if index > 0 {
		start = r.of[index-1].end
	}
	for _, callee := range r.callees[start:f.end] {
		if f.work > mostReach {
			break
		}
		f.work += r.call(callee, depth+1)
	}
	f.state = reachBound
	if f.work > mostReach {
		f.state = reachLooks
	}
}

// call returns what a call of the function of that index may do before somebody
// looks at the counter.
func (r *reach) call(index uint32, depth int) int {
	at := uint64(index) - uint64(r.imports)
	if index < r.imports || at >= uint64(len(r.of)) || depth > mostCalls {
		return mostReach + 1
	}
	r.look(uint32(at), depth)
	switch f := r.of[at]; f.state {
	case reachOpen:
		return mostReach + 1
	case reachLooks:
		return callCost
	default:
		return f.work
	}
}
