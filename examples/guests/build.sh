#!/usr/bin/env bash
# build.sh [FOLDER] [GUEST...]: builds the guests from their sources into FOLDER
# (this one when not given), all of them or the ones named, and says with what.
#
# It installs nothing: .ci/toolchains.sh does. GUESTS_CACHE names the folder
# for what is slow to make (Rust's standard library, npm packages, the TinyGo
# compiler); it is the user's cache folder when not set.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "${1:-$here}" && cd "${1:-$here}" && pwd)
shift || true
cache=${GUESTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/patchbay-guests}
mkdir -p "$cache"
cd "$here"

say() { printf '%s\n' "build.sh: $*" >&2; }
die() { say "$*"; exit 1; }

# clang_number is the newest clang that has its own linker for WebAssembly.
clang_number() {
	local n
	for n in 22 21 20 19 18 17 16 15 14; do
		if command -v "clang-$n" "wasm-ld-$n" >/dev/null; then
			echo "$n"
			return
		fi
	done
	die "clang: not found; run .ci/toolchains.sh --only c"
}

# c_guest NAME SOURCE OPTION...: a freestanding module with no C library.
c_guest() {
	local name=$1 source=$2 n
	shift 2
	n=$(clang_number)
	"clang-$n" --target=wasm32-unknown-unknown -std=c11 -Wall -Wextra -Werror -mbulk-memory -nostdlib \
		"-ffile-prefix-map=$here=." "-ffile-prefix-map=/usr/lib/llvm-$n=llvm" -fdebug-compilation-dir=. \
		"-fuse-ld=$(command -v "wasm-ld-$n")" --no-wasm-opt -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=65536 \
		"$@" -o "$out/$name.wasm" "$source"
	chmod 644 "$out/$name.wasm"
	say "$name.wasm: clang-$n"
}

small=(-Os -Wl,--strip-all)
traced=(-O1 -g) # names and lines stay in

greet_c() { c_guest greet-c greet-c/greet.c "${small[@]}"; }
spin() { c_guest spin spin/spin.c "${traced[@]}"; }

# The standard library is built for the target too; what it costs is paid once
# for each cache folder.
greet_rust() {
	local rustc=/usr/bin/rustc cargo=/usr/bin/cargo registry=${CARGO_HOME:-$HOME/.cargo}/registry/src d flags
	[ -d /usr/lib/rustlib/src/rust/library ] || die "rust: no library sources; run .ci/toolchains.sh --only rust"
	(
		cd greet-rust
		export RUSTC=$rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$cache/rust
		$cargo fetch --quiet --locked
		flags="--remap-path-prefix=$PWD=greet-rust --remap-path-prefix=/usr/lib/rustlib/src/rust=rust"
		for d in "$registry"/*; do flags+=" --remap-path-prefix=$d=crates"; done
		export RUSTFLAGS=$flags
		CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-$(clang_number) \
			$cargo build --quiet --locked --release
	)
	cp "$cache/rust/wasm32-unknown-unknown/release/greet_rust.wasm" "$out/greet-rust.wasm"
	chmod 644 "$out/greet-rust.wasm"
	say "greet-rust.wasm: $($rustc --version)"
}

guests=(greet-c greet-rust spin)
if [ $# -eq 0 ]; then set -- "${guests[@]}"; fi
for guest in "$@"; do
	[[ " ${guests[*]} " == *" $guest "* ]] || die "no guest $guest; there are: ${guests[*]}"
	"${guest//-/_}"
done
