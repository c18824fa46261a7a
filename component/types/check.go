package types

import (
	"errors"
	"fmt"
)

// Limits of value types.
const (
	MaxFlags  = 32        // labels of flags
	MaxDepth  = 100       // how deeply types nest
	MaxWeight = 1_000_000 // see [Type.Weight]
)

// Check returns nil if a component may have a type like t: nothing is empty, no
// name occurs twice or is missing, and it is within the limits. Whether the names
// are well formed, it does not look at. It takes time by the types' weight, and
// by no more than the limits allow.
func (t *Type) Check() error {
	switch {
	case t == nil:
		return errors.New("no type")
	case t.depth > MaxDepth:
		return fmt.Errorf("types nest %d deep, more than %d", t.depth, MaxDepth)
	case t.weight > MaxWeight:
		return fmt.Errorf("%d types in one, more than %d", t.weight, MaxWeight)
	case t.size64 >= MaxSize:
		return fmt.Errorf("a value takes %d bytes, not less than %d", t.size64, MaxSize)
	}
	return t.check()
}

func (t *Type) check() error {
	if err := t.checkFields(); err != nil {
		return fmt.Errorf("%v: %w", t.kind, err)
	}
	if err := t.checkElem(); err != nil {
		return fmt.Errorf("%v: %w", t.kind, err)
	}
	for _, f := range t.fields {
		if f.Type == nil {
			continue
		}
		if err := f.Type.check(); err != nil {
			return fmt.Errorf("%v: %s: %w", t.kind, f.Name, err)
		}
	}
	return nil
}

func (t *Type) checkElem() error {
	switch t.kind {
	case List, FixedList, Map, Option:
		if t.elem == nil {
			return errors.New("no element type")
		}
		if t.kind == FixedList && t.length == 0 {
			return errors.New("no elements")
		}
	case Own, Borrow:
		if t.resource == nil {
			return errors.New("no resource type")
		}
	}
	if t.elem == nil {
		return nil
	}
	return t.elem.check()
}

func (t *Type) checkFields() error {
	named := t.IsRecord() || t.IsVariant() || t.kind == Flags
	switch {
	case named && len(t.fields) == 0:
		return errors.New("it is empty")
	case t.kind == Flags && len(t.fields) > MaxFlags:
		return fmt.Errorf("%d labels, more than %d", len(t.fields), MaxFlags)
	}
	seen := make(map[string]bool, len(t.fields))
	for i, f := range t.fields {
		switch {
		case f.Name == "":
			return fmt.Errorf("name %d is empty", i)
		case seen[f.Name]:
			return fmt.Errorf("%s occurs twice", f.Name)
		case t.IsRecord() && f.Type == nil:
			return fmt.Errorf("%s has no type", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}
