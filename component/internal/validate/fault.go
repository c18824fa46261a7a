package validate

import (
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// A fault says what is wrong with a definition; where it stands is added by who
// knows.
type fault struct {
	reason  string
	feature string
	limit   string
	offset  uint32 // 0: that of the definition
}

// Error returns the reason.
func (f *fault) Error() string { return f.reason }

func bad(format string, args ...any) error {
	return &fault{reason: fmt.Sprintf(format, args...)}
}

// badAt is bad with an offset that is more exact than the definition's.
func badAt(offset uint32, format string, args ...any) error {
	return &fault{reason: fmt.Sprintf(format, args...), offset: offset}
}

// need returns an error unless a feature is there.
func need(there bool, feature, format string, args ...any) error {
	if there {
		return nil
	}
	return &fault{reason: fmt.Sprintf(format, args...) + ": the feature " + feature + " is not enabled", feature: feature}
}

// exceeds returns an error for what goes beyond a limit.
func exceeds(limit, format string, args ...any) error {
	return &fault{reason: fmt.Sprintf(format, args...), limit: limit}
}

// within says what err is about.
func within(err error, format string, args ...any) error {
	var f *fault
	if !errors.As(err, &f) {
		return err
	}
	around := *f
	around.reason = fmt.Sprintf(format, args...) + ": " + f.reason
	return &around
}

// atOffset adds an offset to err unless it has one.
func atOffset(err error, offset uint32) error {
	if err == nil {
		return nil
	}
	var f *fault
	if !errors.As(err, &f) || f.offset != 0 {
		return err
	}
	placed := *f
	placed.offset = offset
	return &placed
}

// located turns err, which is about a definition at that offset, into what
// callers get.
func located(err error, path string, offset uint32) error {
	var f *fault
	if !errors.As(err, &f) {
		return err
	}
	if f.offset != 0 {
		offset = f.offset
	}
	return &componentbinary.Error{
		Path: path, Offset: int(offset), Reason: f.reason, Feature: f.feature, Limit: f.limit,
	}
}
