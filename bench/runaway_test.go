package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

// TestRunaways sees that every trial takes the samples that it is asked for, and
// leaves nothing behind.
func TestRunaways(t *testing.T) {
	ctx := context.Background()
	guests, err := readGuests("../examples/guests")
	if err != nil {
		t.Fatal(err)
	}
	host, err := newPatchbay(ctx, guests.echo)
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range host.runaways(ctx, runawayGuest) {
		t.Run(trial.figure+"/"+trial.name, func(t *testing.T) {
			took, err := trial.run(3)
			if err != nil {
				t.Fatal(err)
			}
			if len(took) < 3 {
				t.Errorf("%d samples", len(took))
			}
			for _, d := range took {
				if d <= 0 {
					t.Errorf("a sample of %v", d)
				}
			}
		})
	}
}

// TestEnded sees which ends of a call that has none are no sample.
func TestEnded(t *testing.T) {
	for _, err := range []error{nil, errors.New("closed"), &engine.Trap{Kind: engine.Unreachable}} {
		if ended(err) == nil {
			t.Errorf("%v is no way to end", err)
		}
	}
	for _, kind := range []engine.TrapKind{engine.Deadline, engine.Canceled} {
		if err := ended(fmt.Errorf("call: %w", &engine.Trap{Kind: kind})); err != nil {
			t.Error(err)
		}
	}
}

// TestTrialLine holds the line of a trial to samples whose order is known.
func TestTrialLine(t *testing.T) {
	var took []time.Duration
	for n := range 200 {
		took = append(took, time.Duration((n*77)%200+1)*time.Microsecond)
	}
	for most, met := range map[time.Duration]string{198 * time.Microsecond: "yes", 197 * time.Microsecond: "no"} {
		var text strings.Builder
		table := newTable(&text, "figure")
		table.addTrial(trial{figure: "f", name: "n", most: most}, took)
		if err := table.flush(); err != nil {
			t.Fatal(err)
		}
		line := strings.Fields(text.String()[strings.LastIndex(text.String(), "| f"):])
		got := strings.Join(line, " ")
		if want := "| f | n | 200 | 100 µs | 198 µs | 200 µs | " + duration(float64(most)) + " | " + met + " |"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
