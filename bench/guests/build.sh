#!/usr/bin/env bash
# build.sh [FOLDER]: builds the guests of the benchmark into FOLDER (this one
# when not given): with wat2wasm, which Debian's package wabt has, and with clang
# and Rust, which .ci/toolchains.sh installs.
#
# GUESTS_CACHE names the folder for what is slow to make; it is in the user's
# cache folder when not set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "${1:-$here}" && pwd)
cache=${GUESTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/patchbay-guests}

die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

for guest in bare extism runaway; do
	wat2wasm "$here/$guest.wat" -o "$out/$guest.wasm"
done

# clang_number is the newest clang that has its linker for WebAssembly.
clang_number() {
	local n
	for n in {30..14}; do
		if command -v "clang-$n" >/dev/null && command -v "wasm-ld-$n" >/dev/null; then
			echo "$n"
			return
		fi
	done
	die "clang and wasm-ld: none of 14 to 30 is here; run .ci/toolchains.sh --only c"
}

number=$(clang_number)
"clang-$number" --target=wasm32-unknown-unknown -nostdlib -std=gnu11 -O2 -mbulk-memory --no-wasm-opt \
	-Wall -Wextra -Werror "-fuse-ld=$(command -v "wasm-ld-$number")" "-ffile-prefix-map=$here=." \
	-Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=131072 -Wl,--strip-all \
	-o "$out/kernels-c.wasm" "$here"/kernels-c/*.c
chmod 644 "$out/kernels-c.wasm"

# Rust's standard library is built for the target too, once for a cache, by
# Debian's compiler.
library=/usr/lib/rustlib/src/rust
[ -d "$library/library" ] || die "rust: its library's source is not here; run .ci/toolchains.sh --only rust"
(
	cd "$here/kernels-rust"
	flags="--remap-path-prefix=$PWD=kernels-rust --remap-path-prefix=$library=rust"
	for crates in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do flags+=" --remap-path-prefix=$crates=crates"; done
	RUSTFLAGS=$flags RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$cache/rust-kernels \
		CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-$number \
		/usr/bin/cargo build --release --quiet --locked
)
install -m 644 "$cache/rust-kernels/wasm32-unknown-unknown/release/kernels.wasm" "$out/kernels-rust.wasm"
