#!/usr/bin/env bash
# build.sh [--extra] [FOLDER [GUEST...]]: builds the guests from their sources
# into FOLDER (this one when not given): the named ones, or all that are kept in
# the repository, and with --extra also those that are not. It says with what.
#
# build.sh --tinygo FOLDER TARGET FILE PACKAGE: compiles a package in a folder with
# TinyGo.
#
# build.sh --fetch [GROUP...]: gets and makes the tools that no system package
# has (groups: rust as go tinygo), so that the builds need no network.
#
# GUESTS_CACHE names the folder for what is slow to get or to make; it is in the
# user's cache folder when not set. System packages are .ci/toolchains.sh's.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${GUESTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/patchbay-guests}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
cd "$here"

say() { printf 'build.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# keep NAME FILE TOOL: puts a built module into its place.
keep() {
	install -m 644 "$2" "$out/$1.wasm"
	say "$1.wasm: $(stat -c %s "$2") bytes, $3"
}

# --- C

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

# c_module NAME SOURCE OPTION...: compiles one file, with no path of this
# machine in it.
c_module() {
	local name=$1 source=$2 n built=$work/$1.wasm
	shift 2
	n=$(clang_number)
	"clang-$n" -std=gnu11 -Wall -Wextra -Werror -mbulk-memory --no-wasm-opt "-fuse-ld=$(command -v "wasm-ld-$n")" \
		"-ffile-prefix-map=$here=." "-ffile-prefix-map=/usr/lib/llvm-$n=llvm" -fdebug-compilation-dir=. \
		"$@" -o "$built" "$source"
	keep "$name" "$built" "clang-$n"
}

# c_guest: a module with no C library. c_traced keeps its names and lines.
freestanding=(--target=wasm32-unknown-unknown -nostdlib -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=65536)
c_guest() { c_module "$@" "${freestanding[@]}" -Os -Wl,--strip-all; }
c_traced() { c_module "$@" "${freestanding[@]}" -O1 -g; }

# c_command: a command of WASI preview 1 with its C library.
c_command() { c_module "$@" -Wno-deprecated --target=wasm32-wasi --sysroot=/usr -Os -Wl,--strip-all; }

greet_c() { c_guest greet-c greet-c/greet.c; }
spin() { c_traced spin spin/spin.c; }
faults() { c_traced faults faults/faults.c; }
inits() { c_guest inits inits/inits.c; }
inits_trap() { c_traced inits-trap inits/inits.c -DINITS_TRAP; }
inits_spin() { c_traced inits-spin inits/inits.c -DINITS_SPIN; }
exits() { c_guest exits exits/exits.c -DEXIT_CODE=0; }
exits_three() { c_guest exits-three exits/exits.c -DEXIT_CODE=3; }
historic_4() { c_guest historic-4 historic/historic.c -DHOST_CALL_ARGUMENTS=4; }
historic_6() { c_guest historic-6 historic/historic.c -DHOST_CALL_ARGUMENTS=6; }
echo4m() { c_guest echo4m echo4m/echo4m.c -Wl,--initial-memory=4194304; }
blur() { c_module blur blur/blur.c "${freestanding[@]}" -O2 -Wl,--strip-all; }
hello_wasi() { c_command hello-wasi hello-wasi/hello.c; }

# --- Rust: the standard library is built for the target too, once for a cache.

rust_cargo=/usr/bin/cargo rust_compiler=/usr/bin/rustc

# with_rust FOLDER COMMAND...: runs cargo on a guest with all it must know.
with_rust() (
	cd "$1"
	export RUSTC=$rust_compiler RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$cache/rust
	local flags="--remap-path-prefix=$PWD=$1 --remap-path-prefix=/usr/lib/rustlib/src/rust=rust" d
	for d in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do flags+=" --remap-path-prefix=$d=crates"; done
	export RUSTFLAGS=$flags CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-$(clang_number)
	shift
	"$rust_cargo" "$@" --quiet --locked
)

rust_guests=(greet-rust image-rust tube42)

fetch_rust() {
	[ -d /usr/lib/rustlib/src/rust/library ] || die "rust: its library's source is not here; run .ci/toolchains.sh --only rust"
	local guest
	for guest in "${rust_guests[@]}"; do with_rust "$guest" fetch; done
}

rust_guest() {
	fetch_rust
	with_rust "$1" build --release
	keep "$1" "$cache/rust/wasm32-unknown-unknown/release/${1//-/_}.wasm" "$("$rust_compiler" --version | cut -d' ' -f1,2)"
}

greet_rust() { rust_guest greet-rust; }
image_rust() { rust_guest image-rust; }
tube42() { rust_guest tube42; }

# --- AssemblyScript: npm packages by the lock file of greet-as.

npm=$cache/npm

fetch_as() {
	if cmp -s greet-as/package-lock.json "$npm/package-lock.json" && [ -e "$npm/complete" ]; then return; fi
	rm -rf "$npm"
	mkdir -p "$npm"
	cp greet-as/package.json greet-as/package-lock.json "$npm"
	(cd "$npm" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
	touch "$npm/complete"
}

# as_guest NAME OPTION...: the compiler finds packages beside the sources only,
# so it gets a copy of them.
as_guest() {
	local name=$1
	shift
	fetch_as
	mkdir -p "$npm/$name"
	cp "$name"/*.ts "$npm/$name"
	(cd "$npm/$name" && ../node_modules/.bin/asc index.ts -Oz "$@" -o "$work/$name.wasm")
	keep "$name" "$work/$name.wasm" "asc $("$npm/node_modules/.bin/asc" --version | cut -d' ' -f2)"
}

greet_as() { as_guest greet-as --use abort=index/abort; }
env_as() { as_guest env-as; }

# --- Go

# go_module NAME FOLDER OPTION...
go_module() {
	local name=$1 folder=$2
	shift 2
	(cd "$folder" && GOWORK=off GOFLAGS= GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 \
		go build -trimpath -buildvcs=false -ldflags="-s -w -buildid=" "$@" -o "$work/$name.wasm" .)
	keep "$name" "$work/$name.wasm" "$(go env GOVERSION)"
}

fetch_go() { :; } # the guests need no module from elsewhere

greet_go() { go_module greet-go greet-go -buildmode=c-shared; }
image_go() { go_module image-go image-go -buildmode=c-shared; }
hello_go() { go_module hello-go hello-go; }

# --- TinyGo: the compiler is built from its module, against Debian's LLVM 19.

tinygo_llvm=19
tinygo_module=github.com/tinygo-org/tinygo

fetch_tinygo() {
	fetch_as # for wasm-opt
	local version home
	version=$(cd tinygo && GOWORK=off go list -mod=mod -m -f '{{.Version}}' "$tinygo_module")
	home=$cache/tinygo-$version-$(go env GOVERSION)
	tinygo_home=$home
	[ -e "$home/complete" ] && return
	command -v "llvm-config-$tinygo_llvm" >/dev/null || die "llvm-config-$tinygo_llvm: not found; run .ci/toolchains.sh --only tinygo"
	rm -rf "$home"
	mkdir -p "$home/bin"
	say "tinygo: builds the compiler $version, which takes a minute"
	(
		cd tinygo
		export GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=1 CGO_CXXFLAGS=-std=c++17
		CGO_CPPFLAGS="$("llvm-config-$tinygo_llvm" --cppflags)" \
			CGO_LDFLAGS="-L$("llvm-config-$tinygo_llvm" --libdir) $("llvm-config-$tinygo_llvm" --libs)" \
			go build -trimpath -tags "llvm$tinygo_llvm osusergo" -o "$home/bin/tinygo" "$tinygo_module"
		cp -r "$(go list -m -f '{{.Dir}}' "$tinygo_module")" "$home/root"
	)
	chmod -R u+w "$home/root"
	mkdir -p "$home/root/src/net" # a submodule that the module does not bring
	ln -s "$(command -v "wasm-ld-$tinygo_llvm")" "$home/bin/wasm-ld"
	ln -s "$(command -v "clang-$tinygo_llvm")" "$home/bin/clang"
	touch "$home/complete"
}

# with_tinygo FOLDER TARGET FILE PACKAGE: the target files are ours, since the
# stock ones want libraries that the module does not bring.
with_tinygo() {
	fetch_tinygo
	(cd "$1" && GOWORK=off PATH=$tinygo_home/bin:$PATH TINYGOROOT=$tinygo_home/root WASMOPT=$npm/node_modules/.bin/wasm-opt \
		tinygo build -target "$here/tinygo/$2.json" -opt z -no-debug -o "$3" "$4")
}

# tinygo_guest NAME FOLDER TARGET
tinygo_guest() {
	with_tinygo "$2" "$3" "$work/$1.wasm" .
	keep "$1" "$work/$1.wasm" "tinygo $(basename "$tinygo_home" | cut -d- -f2)"
}

greet_tinygo() { tinygo_guest greet-tinygo greet-go wasm-unknown; }
image_tinygo() { tinygo_guest image-tinygo image-go wasip1; }
greet_tinygo_wasip1() { tinygo_guest greet-tinygo-wasip1 greet-go wasip1; }

# --- what there is, and what is asked for

kept=(greet-rust greet-as greet-c greet-go greet-tinygo spin faults inits inits-trap inits-spin exits exits-three
	historic-4 historic-6 env-as echo4m hello-wasi blur image-rust image-go image-tinygo tube42)
extra=(hello-go greet-tinygo-wasip1)

if [ "${1:-}" = --fetch ]; then
	shift
	if [ $# -eq 0 ]; then set -- rust as go tinygo; fi
	for group in "$@"; do "fetch_$group"; done
	exit
fi

if [ "${1:-}" = --tinygo ]; then
	with_tinygo "${@:2}"
	exit
fi

guests=("${kept[@]}")
if [ "${1:-}" = --extra ]; then
	shift
	guests+=("${extra[@]}")
fi
mkdir -p "${1:-$here}"
out=$(cd "${1:-$here}" && pwd)
shift || true
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then guests=("$@"); fi
for guest in "${guests[@]}"; do
	[[ " ${kept[*]} ${extra[*]} " == *" $guest "* ]] || die "no guest $guest; there are ${kept[*]} ${extra[*]}"
	"${guest//-/_}"
done
