// Command hello shows what it was granted: it is hello-wasi once more, as
// standard Go compiles a command for WASI preview 1. hello-wasi/hello.c says
// what its arguments mean.
package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

func main() {
	for rest := os.Args[1:]; len(rest) > 0; {
		used, err := run(rest[0], rest[1:])
		if err != nil {
			fmt.Fprintln(os.Stderr, "hello-wasi:", err)
			os.Exit(1)
		}
		rest = rest[1+used:]
	}
}

// operands is how many words follow an option.
var operands = map[string]int{"--read": 1, "--write": 2, "--list": 1, "--stderr": 1, "--sleep": 1, "--exit": 1}

// run does what word says and returns how many of the words after it are its
// own.
func run(word string, after []string) (used int, err error) {
	used = operands[word]
	if used > len(after) {
		fmt.Println("argument", word)
		return 0, nil
	}
	switch word {
	case "--env":
		for _, entry := range os.Environ() {
			fmt.Println(entry)
		}
	case "--stdin":
		var n int64
		n, err = io.Copy(io.Discard, os.Stdin)
		fmt.Printf("stdin %d bytes\n", n)
	case "--read":
		var data []byte
		data, err = os.ReadFile(after[0])
		os.Stdout.Write(data)
	case "--write":
		err = os.WriteFile(after[0], []byte(after[1]), 0o644)
	case "--list":
		err = list(after[0])
	case "--stderr":
		fmt.Fprintln(os.Stderr, after[0])
	case "--sleep":
		err = sleep(after[0])
	case "--exit":
		var code int
		code, err = strconv.Atoi(after[0])
		if err == nil {
			os.Exit(code)
		}
	case "--abort":
		panic("hello-wasi: asked to abort")
	default:
		fmt.Println("argument", word)
	}
	return used, err
}

func list(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		fmt.Println(entry.Name())
	}
	return err
}

func sleep(milliseconds string) error {
	ms, err := strconv.Atoi(milliseconds)
	time.Sleep(time.Duration(ms) * time.Millisecond)
	return err
}
