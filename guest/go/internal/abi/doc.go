// Package abi holds the nine functions that a waPC host offers, with the
// signatures of the wire: pointers into the guest's memory and lengths in
// bytes. In WebAssembly they are imports of module "wapc"; elsewhere a stand-in
// that a test installs.
//
// The host keeps no pointer after a function returns, so what a pointer leads
// to need live no longer than the call; the functions are declared without
// noescape, which keeps it off the stack and in one place for that long.
package abi
