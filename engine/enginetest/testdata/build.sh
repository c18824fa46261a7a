#!/bin/sh
# Makes the binaries of the suite from their text. Needs wat2wasm of wabt.
set -eu
cd "$(dirname "$0")"
for text in *.wat; do
    wat2wasm --enable-threads --enable-exceptions --enable-tail-call --enable-function-references \
        --debug-names -o "${text%.wat}.wasm" "$text"
done
