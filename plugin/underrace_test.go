//go:build race

package plugin_test

// underRace says that the race detector is on, which makes things ten times
// slower.
const underRace = true
