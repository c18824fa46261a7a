#!/usr/bin/env bash
# build.sh [FOLDER]: builds the guests of the tests into FOLDER (this one when
# not given) with wat2wasm, which Debian's package wabt has.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for source in "$here"/*.wat; do
	name=$(basename "$source" .wat)
	wat2wasm "$source" -o "${1:-$here}/$name.wasm"
done
