// Package spelling finds the name that somebody may have meant.
package spelling

// most is the length in bytes of the longest name that is looked at.
const most = 128

// Distance returns how many bytes must be inserted, removed, replaced or swapped
// with the next one to make b of a; a large number if one of them is longer than
// any name of interest.
func Distance(a, b string) int {
	if len(a) > most || len(b) > most {
		return most
	}
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}

// Nearest returns the first of names that is closest to name, or "" when none
// is so close that it may be what was meant: three bytes away, and less for
// short names.
func Nearest(name string, names []string) string {
	best, distance := "", min(4, max(min(2, len(name)), 2*len(name)/5+1))
	for _, candidate := range names {
		if d := Distance(candidate, name); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}
