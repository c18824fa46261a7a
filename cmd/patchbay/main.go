// The command patchbay calls, runs, inspects and measures WebAssembly guests.
//
//	patchbay call greet.wasm greet '{"name":"Ada"}'
//	patchbay inspect greet.wasm
//
// Flags go before FILE, and everything after the operation is literal. stdout
// is data and stderr is talk. The exit codes are:
//
//	0    done
//	1    the guest answered with an error
//	2    the command line is wrong
//	124  the deadline passed
//	125  anything else that went wrong on the host's side
//	126  the module was refused
//	130  interrupted
//	134  the guest trapped
//
// `patchbay run` passes on the exit code of the program that it runs.
package main

import "os"

func main() {
	os.Exit(Run(os.Args[1:], Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv}))
}
