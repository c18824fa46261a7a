#!/bin/sh
# Translates the guests of the tests. Needs wat2wasm of wabt.
set -eu
cd "$(dirname "$0")"
for wat in *.wat; do
	wat2wasm --debug-names "$wat" -o "${wat%.wat}.wasm"
done
