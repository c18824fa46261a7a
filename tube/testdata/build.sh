#!/bin/sh
# build.sh [FOLDER]: translates the guests of the tests into FOLDER, or here. It
# needs wat2wasm of wabt.
set -eu
mkdir -p "${1:-$(dirname "$0")}"
out=$(cd "${1:-$(dirname "$0")}" && pwd)
cd "$(dirname "$0")"
for wat in *.wat; do
	wat2wasm --debug-names "$wat" -o "$out/${wat%.wat}.wasm"
done
