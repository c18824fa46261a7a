#!/usr/bin/env bash
# build.sh [FOLDER]: builds the guests of the benchmark into FOLDER (this one
# when not given) with wat2wasm, which Debian's package wabt has.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
for guest in bare extism; do
	wat2wasm "$here/$guest.wat" -o "$out/$guest.wasm"
done
