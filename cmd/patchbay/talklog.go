package main

import (
	"context"
	"log/slog"
	"strings"
)

// A talkLog is a slog.Handler over a voice: what guests log is said as
// "log: …", what the host has to tell is a warning or a line of its own.
type talkLog struct {
	voice *voice
	attrs string // " key=value" for each
	guest bool   // an attribute names the instance that logs
}

func newLogger(v *voice) *slog.Logger { return slog.New(talkLog{voice: v}) }

// Enabled implements slog.Handler.
func (h talkLog) Enabled(_ context.Context, level slog.Level) bool { return level >= h.voice.least }

// Handle implements slog.Handler.
func (h talkLog) Handle(_ context.Context, record slog.Record) error {
	record.Attrs(func(a slog.Attr) bool {
		h.add(a)
		return true
	})
	switch {
	case h.guest && record.Level == slog.LevelInfo:
		h.voice.log(record.Message)
	case record.Level >= slog.LevelWarn:
		h.voice.warn(record.Message+h.attrs, "")
	default:
		h.voice.line(h.voice.paint(faint, strings.ToLower(record.Level.String())+":") + " " + plain(record.Message+h.attrs))
	}
	return nil
}

// add notes an attribute. h is a copy of its own.
func (h *talkLog) add(a slog.Attr) {
	h.guest = h.guest || a.Key == "instance"
	if !a.Equal(slog.Attr{}) {
		h.attrs += " " + a.String()
	}
}

// WithAttrs implements slog.Handler.
func (h talkLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		h.add(a)
	}
	return h
}

// WithGroup implements slog.Handler. Lines of talk have no groups.
func (h talkLog) WithGroup(string) slog.Handler { return h }
