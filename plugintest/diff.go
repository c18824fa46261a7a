package plugintest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// compare returns the difference between what was wanted and got: "" if there
// is none, else lines that begin with "-" where something is missing, "+" where
// something is there instead.
func (c *Content) compare(got []byte) string {
	if !c.JSON {
		if bytes.Equal(c.Bytes, got) {
			return ""
		}
		return difference(readable(c.Bytes), readable(got))
	}
	want, err := parseJSON(c.Bytes)
	if err != nil {
		return "what was wanted is no JSON: " + err.Error()
	}
	have, err := parseJSON(got)
	if err != nil {
		return fmt.Sprintf("this is no JSON: %v\n%s", err, difference(readable(c.Bytes), readable(got)))
	}
	if reflect.DeepEqual(want, have) {
		return ""
	}
	return difference(indented(want), indented(have))
}

// parseJSON reads one document. Integers that no float64 holds stay as they are
// written, so that two of them are not taken for the same.
func parseJSON(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("more follows after the end of the document")
	}
	return canonical(v), nil
}

// canonical writes numbers that mean the same alike: 1, 1.0 and 1e0.
func canonical(v any) any {
	const exact = 1 << 53
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = canonical(v[key])
		}
	case []any:
		for i := range v {
			v[i] = canonical(v[i])
		}
	case json.Number:
		if f, err := v.Float64(); err == nil && math.Abs(f) < exact {
			return f
		}
	}
	return v
}

func indented(v any) []string {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return []string{fmt.Sprint(v)}
	}
	return strings.Split(string(text), "\n")
}

// mostShown is how much of a payload is compared line by line.
const mostShown = 64 << 10

// readable returns bytes as lines: text quoted where it would not be plain,
// other bytes as a hex dump.
func readable(b []byte) []string {
	cut := ""
	if len(b) > mostShown {
		b, cut = b[:mostShown], fmt.Sprintf("… and %d bytes more", len(b)-mostShown)
	}
	var lines []string
	switch {
	case len(b) == 0:
		lines = []string{"(nothing)"}
	case !utf8.Valid(b) && cut == "":
		lines = strings.Split(strings.TrimRight(hex.Dump(b), "\n"), "\n")
	default:
		for line := range strings.SplitSeq(string(b), "\n") {
			quoted := strconv.Quote(line)
			if quoted[1:len(quoted)-1] == line || strings.Trim(quoted, `"`) == strings.ReplaceAll(line, `"`, `\"`) {
				quoted = line
			}
			lines = append(lines, quoted)
		}
	}
	if cut != "" {
		lines = append(lines, cut)
	}
	return lines
}

// show returns bytes as part of a line.
func show(b []byte) string {
	const most = 60
	more := ""
	if len(b) > most {
		more = fmt.Sprintf("… (%d bytes)", len(b))
		b = b[:most]
	}
	if utf8.Valid(b) {
		return strconv.Quote(string(b)) + more
	}
	return "0x" + hex.EncodeToString(b) + more
}

// mostLines is how many lines are compared with each other.
const mostLines = 1000

// difference compares lines by their longest common subsequence. What is equal
// and far from any difference is left out.
func difference(want, got []string) string {
	if len(want) > mostLines || len(got) > mostLines {
		want, got = want[:min(len(want), mostLines)], got[:min(len(got), mostLines)]
	}
	common := make([][]int, len(want)+1)
	for i := range common {
		common[i] = make([]int, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			if want[i] == got[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []string
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && want[i] == got[j]:
			lines = append(lines, "  "+want[i])
			i, j = i+1, j+1
		case i < len(want) && (j == len(got) || common[i+1][j] >= common[i][j+1]):
			lines = append(lines, "- "+want[i])
			i++
		default:
			lines = append(lines, "+ "+got[j])
			j++
		}
	}
	return strings.Join(near(lines), "\n")
}

// near leaves out what is equal and more than two lines from a difference.
func near(lines []string) []string {
	const context = 2
	keep := make([]bool, len(lines))
	for i, line := range lines {
		if line[0] != ' ' {
			for j := max(0, i-context); j <= min(len(lines)-1, i+context); j++ {
				keep[j] = true
			}
		}
	}
	var kept []string
	for i, line := range lines {
		switch {
		case keep[i]:
			kept = append(kept, line)
		case i == 0 || keep[i-1]:
			kept = append(kept, "  …")
		}
	}
	return kept
}
