// Package enginetest is the suite that every adapter of package engine passes.
// It puts the seam under its heaviest load before its lightest use sets it:
// instances that share memories and tables in both directions, threads, nested
// re-entry, calls from many goroutines, every trap, guests that do not stop. The
// corpus of runaways ([Runaways]) has all the ways in which a guest does not end,
// that of hostile bytes ([Hostile]) what kills or tricks engines.
//
// The guests of the suite are in testdata, as text and as the binaries that
// testdata/build.sh makes of it; those of the corpus are built when they run.
package enginetest
