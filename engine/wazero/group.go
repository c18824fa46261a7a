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
	joined *group      // the group that this one became part of
	open   int         // how many members are
	closed []*Instance // closed but not yet freed
	failed []*Instance // that could not be finished; not yet freed
}

// root returns the group that g became part of, or g.
func (g *group) root() *group {
	for g.joined != nil {
		g = g.joined
	}
	return g
}

// join makes i, which is being made, part of the group of what it imports from.
func (i *Instance) join(from *Instance) error {
	lock := &i.of.engine.grouping
	lock.Lock()
	defer lock.Unlock()
	if from.closed {
		return fmt.Errorf("the instance is %w", ErrClosed)
	}
	if from.group == nil {
		from.group = &group{open: 1}
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
	g.closed = append(g.closed, other.closed...)
	g.failed = append(g.failed, other.failed...)
	other.joined = g
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
	g.failed = append(g.failed, i)
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
	for _, member := range closed {
		err = join(err, member.free(ctx))
	}
	for _, member := range failed {
		err = join(err, member.scrap(ctx))
	}
	return err
}

// part takes i from the open members of its group and returns what can be freed
// now.
func (i *Instance) part() (closed, failed []*Instance) {
	lock := &i.of.engine.grouping
	lock.Lock()
	defer lock.Unlock()
	g := i.group.root()
	g.open--
	g.closed = append(g.closed, i)
	if g.open > 0 {
		return nil, nil
	}
	closed, failed = g.closed, g.failed
	g.closed, g.failed = nil, nil
	return closed, failed
}
