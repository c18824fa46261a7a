package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// serverCommands are those of the scripts about servers:
//
//	serves NAME ARG...            runs patchbay serve and goes on when it is up;
//	                              what it says is in the file NAME.log at the end
//	ends NAME SIGNAL [CODE]       sends TERM, INT, HUP, KILL or nothing (-); unless
//	                              that is HUP the server must end, with that exit
//	                              code (0)
//	posts WHERE PATH BODY STATUS  makes a request at a socket (unix:PATH) or
//	                              address and wants that status; the answer is stdout
//	eventually PATTERN ARG...     runs patchbay until its stdout matches
func serverCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"serves": serves, "ends": ends, "posts": posts, "eventually": eventually,
	}
}

// A served is a server that runs in the background.
type served struct {
	cmd  *exec.Cmd
	log  lockedBuffer
	done chan error
}

// servers are those of one script.
type servers map[string]*served

type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// patience is how long a script waits for anything.
const patience = 5 * time.Minute

func serves(ts *testscript.TestScript, _ bool, args []string) {
	if runtime.GOOS == "windows" {
		ts.Fatalf("serves: signals are not for windows; guard it with [!windows]")
	}
	path, err := exec.LookPath("patchbay")
	ts.Check(err)
	s := &served{cmd: exec.Command(path, append([]string{"serve"}, args[1:]...)...), done: make(chan error, 1)}
	s.cmd.Dir = ts.MkAbs(".")
	s.cmd.Env = append(os.Environ(), "PATCHBAY_CACHE_DIR="+ts.Getenv("PATCHBAY_CACHE_DIR"))
	s.cmd.Stderr = &s.log
	ts.Check(s.cmd.Start())
	go func() { s.done <- s.cmd.Wait() }()
	ts.Defer(func() {
		_ = s.cmd.Process.Kill()
		<-s.done
	})
	ts.Value("servers").(servers)[args[0]] = s
	up := regexp.MustCompile(`(?m)^calls: |"msg":"serving"`)
	for deadline := time.Now().Add(patience); !up.MatchString(s.log.String()); time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-s.done:
			s.done <- err
			ts.Fatalf("the server ended: %v\n%s", err, s.log.String())
		default:
		}
		if time.Now().After(deadline) {
			ts.Fatalf("the server does not start\n%s", s.log.String())
		}
	}
}

func ends(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value("servers").(servers)[args[0]]
	if s == nil {
		ts.Fatalf("no server is called %s", args[0])
	}
	signals := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP, "KILL": syscall.SIGKILL}
	if args[1] != "-" {
		ts.Check(s.cmd.Process.Signal(signals[args[1]]))
	}
	if args[1] == "HUP" {
		return
	}
	var err error
	select {
	case err = <-s.done:
		s.done <- err
	case <-time.After(patience):
		ts.Fatalf("the server does not end\n%s", s.log.String())
	}
	write(ts, args[0]+".log", []byte(s.log.String()))
	if args[1] == "KILL" {
		return
	}
	want := 0
	if len(args) > 2 {
		want, _ = strconv.Atoi(args[2])
	}
	checkExit(ts, want, err)
}

func posts(ts *testscript.TestScript, _ bool, args []string) {
	network, address := "tcp", args[0]
	if path, ok := strings.CutPrefix(args[0], "unix:"); ok {
		network, address = "unix", ts.MkAbs(path)
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}}
	request, err := http.NewRequest(http.MethodPost, "http://localhost"+args[1], strings.NewReader(args[2]))
	ts.Check(err)
	if token, err := os.ReadFile(filepath.Join(ts.MkAbs("."), ".patchbay", "token")); err == nil {
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	response, err := client.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
	if want, _ := strconv.Atoi(args[3]); response.StatusCode != want {
		ts.Fatalf("status %d, want %d", response.StatusCode, want)
	}
}

func eventually(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile("(?m)" + args[0])
	path, err := exec.LookPath("patchbay")
	ts.Check(err)
	var out []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		cmd := exec.Command(path, args[1:]...)
		cmd.Dir = ts.MkAbs(".")
		if out, _ = cmd.CombinedOutput(); pattern.Match(out) {
			_, err := ts.Stdout().Write(out)
			ts.Check(err)
			return
		}
	}
	ts.Fatalf("%q is never said: %s", args[0], out)
}
