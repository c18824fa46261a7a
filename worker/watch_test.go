package worker

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A script is what a file is from some time on, and when the system tells of it.
type script []struct {
	at      time.Duration
	content string // "": there is no file
	silent  bool   // the system does not tell
}

// fileInfo is a file's as far as a watch looks at it.
type fileInfo struct {
	fs.FileInfo
	size int64
	time time.Time
}

func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) ModTime() time.Time { return i.time }

// TestWatch plays scripts with a debounce of 100 ms; what is told must be told at
// that time.
func TestWatch(t *testing.T) {
	const ms = time.Millisecond
	cases := []struct {
		name   string
		script script
		want   string
	}{
		{"nothing", script{{at: 0, content: "a"}}, ""},
		{"one change", script{{at: 0, content: "a"}, {at: 500 * ms, content: "bb"}}, "700ms bb"},
		{"written in pieces", script{{at: 0, content: "a"}, {at: 500 * ms, content: "b"}, {at: 590 * ms, content: "bb"},
			{at: 680 * ms, content: "bbb"}}, "880ms bbb"},
		{"a piece that the system does not tell of", script{{at: 0, content: "a"}, {at: 500 * ms, content: "b"},
			{at: 650 * ms, content: "bb", silent: true}}, "900ms bb"},
		{"touched", script{{at: 0, content: "a"}, {at: 500 * ms, content: "a"}}, "700ms a touched"},
		{"back again", script{{at: 0, content: "a"}, {at: 500 * ms, content: "b"}, {at: 550 * ms, content: "a"}}, "750ms a touched"},
		{"removed and there again", script{{at: 0, content: "a"}, {at: 500 * ms}, {at: 5000 * ms, content: "b"}}, "5.2s b"},
		{"removed while it settles", script{{at: 0, content: "a"}, {at: 500 * ms, content: "b"}, {at: 550 * ms}}, ""},
		{"not there at first", script{{at: 500 * ms, content: "b"}}, "700ms b"},
		{"two changes", script{{at: 0, content: "a"}, {at: 500 * ms, content: "b"}, {at: 900 * ms, content: "c"}}, "700ms b; 1.1s c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { play(t, c.script, c.want) })
		})
	}
}

func play(t *testing.T, s script, want string) {
	began := time.Now()
	var told []string
	w := newWatch("f", 100*time.Millisecond, func(s source, touched bool) {
		line := fmt.Sprint(time.Since(began), " ", string(s.binary))
		if touched {
			line += " touched"
		}
		told = append(told, line)
	})
	now := func() (content string, since time.Duration) {
		for _, step := range s {
			if time.Since(began) >= step.at {
				content, since = step.content, step.at
			}
		}
		return content, since
	}
	w.same = func(a, b os.FileInfo) bool { return true }
	w.stat = func() (os.FileInfo, error) {
		content, since := now()
		if content == "" {
			return nil, fs.ErrNotExist
		}
		return fileInfo{size: int64(len(content)), time: began.Add(since)}, nil
	}
	w.look = func() (look, error) {
		content, _ := now()
		info, err := w.stat()
		return look{info, []byte(content), digestOf([]byte(content))}, err
	}
	w.begin()
	go w.run()
	for _, step := range s {
		time.Sleep(time.Until(began.Add(step.at)))
		if !step.silent && step.at > 0 {
			w.poke()
		}
	}
	time.Sleep(10 * time.Second)
	close(w.done)
	synctest.Wait()
	if got := strings.Join(told, "; "); got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}
