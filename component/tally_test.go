package component_test

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/internal/wast"
)

// A tally counts outcomes by what the script wanted.
type tally struct {
	passed, all map[string]int
	text        int // refused by the translator
}

func (s *tally) add(commands []wast.Command, outcomes []wast.Outcome) {
	if s.all == nil {
		s.passed, s.all = map[string]int{}, map[string]int{}
	}
	for _, c := range commands {
		if c.Source != nil && c.Source.TextError != "" {
			s.text++
		}
	}
	for _, o := range outcomes {
		kind := kindOf(o)
		s.all[kind]++
		if o.Err == nil {
			s.passed[kind]++
		}
	}
}

// kindOf returns what an outcome is counted as.
func kindOf(o wast.Outcome) string {
	switch {
	case o.Stage == wast.StageRun:
		return "run"
	case o.Verb == wast.VerbAssertInvalid:
		return "invalid"
	case o.Verb == wast.VerbAssertMalformed:
		return "malformed"
	}
	return "valid"
}

// of returns how many of some kinds passed.
func (s tally) of(kinds ...string) string {
	passed, all := 0, 0
	for _, kind := range kinds {
		passed, all = passed+s.passed[kind], all+s.all[kind]
	}
	return fmt.Sprintf("%d of %d", passed, all)
}

func (s tally) String() string {
	var parts []string
	for _, kind := range []string{"valid", "invalid", "malformed", "run"} {
		parts = append(parts, fmt.Sprintf("%s %d of %d", kind, s.passed[kind], s.all[kind]))
	}
	return fmt.Sprintf("%s; %d texts refused by the translator", strings.Join(parts, ", "), s.text)
}
