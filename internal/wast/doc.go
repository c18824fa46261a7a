// Package wast runs the scripts of the WebAssembly test suites: files of
// commands that define components, call them, and say what must come of it. It
// is for tests alone.
//
// [ParseScript] splits a file into [Command]s without understanding what is
// between the parentheses of a component: that is the business of [Tool], which
// translates text to binaries. [Run] executes commands and reports an [Outcome]
// for each, in two stages: what a binary is by itself (check), and what happens
// when it is instantiated and called (run). A [NotYet] list holds outcomes that
// are known to be failures, each with what it would take, and can only shrink.
package wast
