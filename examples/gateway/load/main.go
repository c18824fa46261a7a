// Command load keeps an HTTP gateway under load: so many requests a second, begun
// on time whether those before have been answered or not.
//
//	go run ./examples/gateway/load -rate 500 -for 10s http://127.0.0.1:8080
//
// Requests are of several kinds, each with the status that it must have. A request
// without an answer, or with another status, has failed; with one that has the
// exit code is 1. SIGTERM or an interrupt ends it before its time: no more
// requests are begun.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A kind is a request and the status that it must have.
type kind struct {
	path, key, accept string
	status            int
}

func kinds() []kind {
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	return []kind{
		{"/", "", "", http.StatusOK},
		{"/", "", "text/html;q=0.9", http.StatusOK},
		{"/members/", "", "", http.StatusUnauthorized},
		{"/members/", "key-of-ada", "", http.StatusOK},
		{"/members/", "key-of-nobody", "", http.StatusUnauthorized},
		{"/none", "key-of-grace", "*/*;q=0.1", http.StatusNotFound},
		{"/", "", browser, http.StatusOK},
	}
}

func main() {
	rate := flag.Int("rate", 200, "requests a second")
	duration := flag.Duration("for", 10*time.Second, "how long")
	flag.Parse()
	if flag.NArg() != 1 || *rate < 1 || *duration <= 0 {
		fmt.Fprintln(os.Stderr, "usage: load [-rate N] [-for DURATION] URL")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r := run(ctx, strings.TrimSuffix(flag.Arg(0), "/"), *rate, *duration)
	fmt.Println(r)
	for _, failure := range r.failures[:min(len(r.failures), 10)] {
		fmt.Println("failed:", failure)
	}
	if len(r.failures) > 0 {
		os.Exit(1)
	}
}

// A result is what became of all requests.
type result struct {
	mu       sync.Mutex
	times    []time.Duration // of the answers, from when the request was due
	failures []string
}

// run sends requests until the time is over or ctx ends, and waits for all answers.
func run(ctx context.Context, url string, rate int, duration time.Duration) *result {
	r := &result{}
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
	defer client.CloseIdleConnections()
	all, begin := kinds(), time.Now()
	var running sync.WaitGroup
	for i := range int(duration.Seconds() * float64(rate)) {
		due := begin.Add(time.Duration(i) * time.Second / time.Duration(rate))
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		running.Go(func() { r.note(due, ask(context.WithoutCancel(ctx), client, url, all[i%len(all)])) })
	}
	running.Wait()
	return r
}

// ask makes one request.
func ask(ctx context.Context, client *http.Client, url string, k kind) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+k.path, nil)
	if err != nil {
		return err
	}
	if k.key != "" {
		request.Header.Set("X-API-Key", k.key)
	}
	if k.accept != "" {
		request.Header.Set("Accept", k.accept)
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != k.status {
		return fmt.Errorf("%s: status %d, want %d", k.path, response.StatusCode, k.status)
	}
	return nil
}

func (r *result) note(due time.Time, err error) {
	took := time.Since(due)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.failures = append(r.failures, err.Error())
		return
	}
	r.times = append(r.times, took)
}

// String says it in one line.
func (r *result) String() string {
	slices.Sort(r.times)
	at := func(part float64) time.Duration {
		if len(r.times) == 0 {
			return 0
		}
		return r.times[min(len(r.times)-1, int(part*float64(len(r.times))))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("%d requests, %d failed; half within %v, 99 %% within %v, all within %v",
		len(r.times)+len(r.failures), len(r.failures), at(0.5), at(0.99), at(1))
}
