package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/patchbay-go/patchbay/cmd/patchbay/internal/server"
)

// psText writes what plugins are doing for people.
func psText(statuses []server.Status, now time.Time) string {
	var b strings.Builder
	table(&b, func(w io.Writer) {
		fmt.Fprintln(w, "PLUGIN\tSTATE\tVERSION\tSINCE\tCALLS\tERRORS\tTRAPS\tRESTARTS\tINSTANCES\tMEMORY")
		for _, s := range statuses {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", plain(s.Name), plain(stateOf(s)), short(s.Version), age(s.Since, now),
				thousands(s.Calls), thousands(s.Errors), thousands(s.Traps), thousands(s.Restarts), s.Instances, roughly(s.Memory))
		}
	})
	for _, s := range statuses {
		for _, line := range notes(s, now) {
			fmt.Fprintf(&b, "%s: %s\n", plain(s.Name), plain(line))
		}
	}
	return b.String()
}

// stateOf is the state with what is special about it.
func stateOf(s server.Status) string {
	state := s.State
	if s.OnTrial {
		state += ", on trial"
	}
	if s.Pinned != "" {
		state += ", pinned"
	}
	return state
}

// versionsText lists the versions of a plugin that are kept.
func versionsText(s server.Status, now time.Time) string {
	var b strings.Builder
	table(&b, func(w io.Writer) {
		fmt.Fprintln(w, "VERSION\tUSED\tSIZE\tFILE\t")
		for _, v := range s.Versions {
			note := ""
			switch {
			case v.Version == s.Pinned:
				note = "pinned"
			case v.Version == s.Version:
				note = "in use"
			}
			fmt.Fprintf(w, "%s\t%s ago\t%s\t%s\t%s\n", short(v.Version), age(v.Used, now), roughly(uint64(v.Size)), word(v.File), note)
		}
	})
	return b.String()
}

// notes are what an operator wants to know of the last things that happened.
func notes(s server.Status, now time.Time) []string {
	var lines []string
	if s.Error != "" {
		lines = append(lines, "down: "+s.Error)
	}
	for _, e := range s.Events {
		if e.Error == "" {
			continue
		}
		line := age(e.Time, now) + " ago " + e.Kind
		if e.Kind == "rolled back" {
			line += " from " + short(e.From) + " to " + short(e.Version)
		}
		lines = append(lines, line+": "+e.Error)
	}
	const most = 3
	return lines[max(0, len(lines)-most):]
}

// short is the beginning of a digest.
func short(digest string) string {
	const shown = 12
	if digest == "" {
		return "-"
	}
	return digest[:min(shown, len(digest))]
}

// age says how long ago something was.
func age(since, now time.Time) string {
	if since.IsZero() {
		return "-"
	}
	d := max(0, now.Sub(since))
	switch {
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < time.Hour:
		return d.Round(time.Minute).String()[:strings.Index(d.Round(time.Minute).String(), "m")+1]
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}
