// Package spelling finds the name that somebody may have meant.
package spelling

// most is the length in bytes of the longest name that is looked at.
const most = 128

// Distance returns how many bytes must be inserted, removed or replaced to make
// b of a; a large number if one of them is longer than any name of interest.
func Distance(a, b string) int {
	if len(a) > most || len(b) > most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Nearest returns the first of names that is closest to name, or "" when none
// is so close that it may be what was meant: three bytes away, and less for
// short names.
func Nearest(name string, names []string) string {
	best, distance := "", min(4, len(name)/2+1)
	for _, candidate := range names {
		if d := Distance(candidate, name); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}
