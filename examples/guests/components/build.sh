#!/usr/bin/env bash
# build.sh [FOLDER [GUEST...]]: builds the components from their sources into
# FOLDER (this one when not given): the named ones, or all. wasm-tools comes by
# the lock file of the test suites' translator, the compiler of JavaScript by that
# in js, and wit-bindgen-go by tinygo/go.mod; GUESTS_CACHE is as for the other
# guests.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${GUESTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/patchbay-guests}
npm=$cache/components
lock=$here/../../../internal/wast/testdata/npm
cd "$here"

say() { printf 'components/build.sh: %s\n' "$*" >&2; }

# fetch_npm LOCK FOLDER OPTION...: npm packages by the lock file in a folder.
fetch_npm() {
	local lock=$1 to=$2
	shift 2
	if cmp -s "$lock/package-lock.json" "$to/package-lock.json" && [ -e "$to/complete" ]; then return; fi
	rm -rf "$to"
	mkdir -p "$to"
	cp "$lock/package.json" "$lock/package-lock.json" "$to"
	(cd "$to" && npm ci --ignore-scripts "$@" --no-audit --no-fund --loglevel=error >&2)
	touch "$to/complete"
}

# component VERB ARGUMENT...: wasm-tools.
component() { node component.mjs "$npm/node_modules/@bytecodealliance/jco-transpile" "$@"; }

clang_number() {
	local n
	for n in {30..14}; do
		if command -v "clang-$n" >/dev/null && command -v "wasm-ld-$n" >/dev/null; then
			echo "$n"
			return
		fi
	done
	say "clang and wasm-ld: none of 14 to 30 is here; run .ci/toolchains.sh --only c"
	exit 1
}

relay_c() {
	local n
	n=$(clang_number)
	"clang-$n" -std=gnu11 -Wall -Wextra -Wno-deprecated -Wno-unused-parameter --target=wasm32-wasi --sysroot=/usr \
		-mexec-model=reactor -mbulk-memory --no-wasm-opt "-fuse-ld=$(command -v "wasm-ld-$n")" -Os -Wl,--strip-all \
		-o "$work/core.wasm" relay-c/forward.c relay-c/relay.c
	component embed kinds.wit relay "$work/core.wasm" "$out/relay-c.wasm"
}

# relay_wat NAME ENCODING
relay_wat() {
	component parse relay.wat "$work/core.wasm"
	component embed kinds.wit relay "$work/core.wasm" "$out/${1:-relay-wat}.wasm" "${2:-utf8}"
}

relay_wat_utf16() { relay_wat relay-wat-utf16 utf16; }
relay_wat_latin1() { relay_wat relay-wat-latin1 compact-utf16; }

chain() { component parse chain.wat "$out/chain.wasm"; }

mirror_rust() (
	cd mirror-rust
	export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$cache/rust-components
	local flags="--remap-path-prefix=$PWD=mirror-rust --remap-path-prefix=/usr/lib/rustlib/src/rust=rust" d
	for d in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do flags+=" --remap-path-prefix=$d=crates"; done
	export RUSTFLAGS=$flags CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-$(clang_number)
	/usr/bin/cargo build --release --quiet --locked -Zbuild-std=std,panic_abort --target wasm32-unknown-unknown
	cd ..
	component new "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/mirror_rust.wasm" "$out/mirror-rust.wasm"
)

# tinygo WORLD: the bindings of a world are made for each build, beside a copy of
# its guest.
tinygo() {
	local copy=$work/tinygo-$1
	mkdir "$copy"
	cp tinygo/go.mod tinygo/go.sum "$copy"
	cp -r "tinygo/_$1" "$copy/$1"
	cp -r tinygo/_hold "$copy/hold"
	(cd "$copy" && GOWORK=off GOFLAGS= go tool wit-bindgen-go generate --world "$1" --out internal "$here/kinds.wit" >&2)
	../build.sh --tinygo "$copy" wasm-unknown "$work/core.wasm" "./$1"
	component embed kinds.wit "$1" "$work/core.wasm" "$out/$1-tinygo.wasm"
}

mirror_tinygo() { tinygo mirror; }
relay_tinygo() { tinygo relay; }

# javascript NAME WORLD OPTION...
javascript() {
	fetch_npm js "$cache/components-js"
	node js/componentize.mjs "$cache/components-js/node_modules" kinds.wit "$2" "js/$2.js" "$out/$1.wasm" "${@:3}"
}

# The one brings stubs of WASI, which trap, the other leaves them to the host.
mirror_js() { javascript mirror-js mirror stub-wasi; }
relay_js() { javascript relay-js relay; }

# For the benchmark, which takes it from elsewhere: not for size.
mirror_quickjs() { javascript mirror-quickjs mirror stub-wasi fast; }

mkdir -p "${1:-$here}"
out=$(cd "${1:-$here}" && pwd)
shift || true
all=(mirror-rust mirror-tinygo mirror-js relay-c relay-tinygo relay-js relay-wat relay-wat-utf16 relay-wat-latin1 chain)
if [ $# -eq 0 ]; then set -- "${all[@]}"; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch_npm "$lock" "$npm" --omit=optional
for guest in "$@"; do
	[[ " ${all[*]} mirror-quickjs " == *" $guest "* ]] || { say "no guest $guest; there are ${all[*]}" && exit 1; }
	"${guest//-/_}"
	say "$guest.wasm: $(stat -c %s "$out/$guest.wasm") bytes"
done
