package plugin

// A waiter is a call that waits for an instance.
type waiter struct {
	ready      chan answer // gets one answer
	next, prev *waiter
	queued     bool
}

// An answer is what a waiter gets: an instance or the reason why there is none.
type answer struct {
	instance *instance
	err      error
}

// A queue is a list of waiters in the order in which they came. The zero queue
// is empty.
type queue struct {
	head, tail *waiter
	length     int
}

func (q *queue) push(w *waiter) {
	w.prev, w.queued = q.tail, true
	if q.tail == nil {
		q.head = w
	} else {
		q.tail.next = w
	}
	q.tail = w
	q.length++
}

// remove takes w out, wherever it is.
func (q *queue) remove(w *waiter) {
	if w.prev == nil {
		q.head = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		q.tail = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.next, w.prev, w.queued = nil, nil, false
	q.length--
}
