#!/bin/sh
# Makes the modules of the tests from place.c, with one version of DWARF each.
# Needs clang and wasm-ld, of version 22 when these were made.
set -eu
cd "$(dirname "$0")"
for version in 4 5; do
    "${CLANG:-clang-22}" --target=wasm32 -nostdlib -O1 -g -gdwarf-$version \
        "-ffile-prefix-map=$PWD=/src" -Wl,--no-entry -Wl,--export=_start -Wl,--export=outer -Wl,--export=divide \
        -o place-dwarf$version.wasm place.c
done
