#!/bin/sh
# Builds the guest of the tests with clang, wasm-ld and wasi-libc of Debian
# (clang-22 lld-22 libclang-rt-22-dev-wasm32 wasi-libc).
set -eu
cd "$(dirname "$0")"
version=${CLANG_VERSION:-22}
"clang-$version" --target=wasm32-wasi --sysroot=/usr -Wno-deprecated -Os -Wall -Werror -mexec-model=reactor \
	-fuse-ld="/usr/bin/wasm-ld-$version" --no-wasm-opt -Wl,--strip-all -Wl,-z,stack-size=65536 \
	-o guest.wasm guest.c
