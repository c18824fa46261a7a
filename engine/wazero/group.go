package wazero

import (
	"context"
	"fmt"
)

// A group is the instances that import from one another. Through tables,
// globals and memories they may hold raw addresses into each other, so that none
// can be freed before all are closed; wazero itself frees an imported memory when
// the importer is closed. Engine.grouping guards all groups of an engine.
type group struct {
	joined *group // the group that this one became part of
	open   int    // how many members are
	closed queue  // closed but not yet freed
	failed queue  // that could not be finished; not yet freed
}

// A queue is members of a group. Each is in one at most.
type queue struct{ first, last *Instance }

func (q *queue) add(i *Instance) { q.append(queue{i, i}) }

func (q *queue) append(more queue) {
	switch {
	case more.first == nil:
	case q.first == nil:
		*q = more
	default:
		q.last.next, q.last = more.first, more.last
	}
}

// all visits the members, which may be gone after that.
func (q queue) all(visit func(*Instance) error) (err error) {
	for i := q.first; i != nil; {
		next := i.next
		err, i = join(err, visit(i)), next
	}
	return err
}

// root returns the group that g became part of, or g.
func (g *group) root() *group {
	for g.joined != nil {
		g = g.joined
	}
	return g
}

// join makes i, which is being made, part of the group of what it imports from.
// Engine.grouping is held.
func (i *Instance) join(from *Instance) error {
	if from.closed {
		return fmt.Errorf("the instance is %w", ErrClosed)
	}
	if from.group == nil {
		from.group = &from.first
		from.group.open = 1
	}
	theirs := from.group.root()
	if i.group == nil {
		i.group = theirs
		theirs.open++
		return nil
	}
	if ours := i.group.root(); ours != theirs {
		theirs.absorb(ours)
	}
	return nil
}

// absorb makes the members of another group members of g.
func (g *group) absorb(other *group) {
	g.open += other.open
	g.closed.append(other.closed)
	g.failed.append(other.failed)
	other.joined, other.closed, other.failed = g, queue{}, queue{}
}

// abandon gives back what an instance had that could not be finished. What other
// instances may know of stays until their group is freed: a table may have the
// instance's functions already.
func (i *Instance) abandon(ctx context.Context) {
	i.of.limits.Memory.Give(i.taken)
	if !i.outlived() {
		_ = i.scrap(ctx) // why there is no instance is what counts
	}
}

// outlived leaves an unfinished instance to its group, and reports whether it has
// one.
func (i *Instance) outlived() bool {
	lock := &i.of.engine.grouping
	lock.Lock()
	defer lock.Unlock()
	if i.group == nil {
		return false
	}
	g := i.group.root()
	g.open--
	g.failed.add(i)
	return true
}

// scrap frees what an unfinished instance had.
func (i *Instance) scrap(ctx context.Context) error {
	if i.owned != nil {
		i.owned.Free()
	}
	return i.letGo(ctx)
}

// leave closes a member, and frees all of them if it was the last one open.
func (i *Instance) leave(ctx context.Context) (err error) {
	closed, failed := i.part()
	err = closed.all(func(member *Instance) error { return member.free(ctx) })
	return join(err, failed.all(func(member *Instance) error { return member.scrap(ctx) }))
}

// part takes i from the open members of its group and returns what can be freed
// now.
func (i *Instance) part() (closed, failed queue) {
	lock := &i.of.engine.grouping
	lock.Lock()
	defer lock.Unlock()
	g := i.group.root()
	g.open--
	g.closed.add(i)
	if g.open > 0 {
		return closed, failed
	}
	closed, failed = g.closed, g.failed
	g.closed, g.failed = queue{}, queue{}
	return closed, failed
}
