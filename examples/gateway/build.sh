#!/usr/bin/env bash
# build.sh [FOLDER]: builds the versions of the filter into FOLDER (this one when
# not given), with the tools of examples/guests/build.sh.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:-$here}"
out=$(cd "${1:-$here}" && pwd)
cache=${GUESTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/patchbay-guests}
mkdir -p "$cache"
cd "$here/filter"

linker=
for n in {30..14}; do
	if command -v "wasm-ld-$n" >/dev/null; then
		linker=wasm-ld-$n
		break
	fi
done
[ -n "$linker" ] || { echo 'build.sh: wasm-ld: none of 14 to 30 is here; run .ci/toolchains.sh' >&2; exit 1; }

export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$cache/rust CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
flags="--remap-path-prefix=$PWD=filter --remap-path-prefix=/usr/lib/rustlib/src/rust=rust"
for d in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do flags+=" --remap-path-prefix=$d=crates"; done
export RUSTFLAGS=$flags

# version NAME FEATURE
version() {
	/usr/bin/cargo build --quiet --locked --release --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort --features "$2"
	install -m 644 "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/gateway_filter.wasm" "$out/$1.wasm"
	printf 'build.sh: %s.wasm: %d bytes\n' "$1" "$(stat -c %s "$out/$1.wasm")" >&2
}

version filter ''
version filter-2 second
version filter-traps traps
version filter-fails-probe fails-probe
version filter-fails-init fails-init
