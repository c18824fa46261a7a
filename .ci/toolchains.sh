#!/usr/bin/env bash
# toolchains.sh [--only GROUP]...: installs what rebuilding the guests needs and
# this machine lacks. Groups: c rust as go tinygo; all when none is given. It
# can run any number of times and says only what it installs.
#
# Go and Node with npm must be there. System packages come from Debian, all else
# by lock file or exact version; GUESTS_CACHE is build.sh's folder for that.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)

say() { printf 'toolchains.sh: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# retry COMMAND...: tries four times, and shows what the command said only when
# it was the last.
retry() {
	local attempt log
	log=$(mktemp)
	for attempt in 1 2 3 4; do
		if "$@" >"$log" 2>&1; then
			rm -f "$log"
			return
		fi
		say "attempt $attempt of 4 did not succeed: $*"
		sleep $((attempt * 5))
	done
	cat "$log" >&2
	rm -f "$log"
	return 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -E "$@"; fi
}

apt() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}

installed() {
	[ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" = "install ok installed" ]
}

fresh=
refresh() {
	[ -n "$fresh" ] || retry apt update
	fresh=yes
}

# need PACKAGE...: installs those that are missing.
need() {
	local package missing=()
	for package in "$@"; do
		installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] && return
	refresh
	say "installs ${missing[*]}"
	retry apt install -y --no-install-recommends "${missing[@]}"
}

# newest_clang is the number of the newest clang that is installed with its
# WebAssembly parts, or else that Debian has.
newest_clang() {
	local n
	for n in {30..14}; do
		if installed "clang-$n" && installed "lld-$n" && installed "libclang-rt-$n-dev-wasm32"; then
			echo "$n"
			return
		fi
	done
	for n in {30..14}; do
		if [ -n "$(apt-cache policy "libclang-rt-$n-dev-wasm32" | sed -n 's/ *Candidate: *//p' | grep -v none)" ]; then
			echo "$n"
			return
		fi
	done
	die "clang: Debian has none of 14 to 30 with its WebAssembly parts"
}

command -v dpkg-query >/dev/null || die "this machine has no dpkg; install by hand what this script names"

install_c() {
	local n
	installed clang-22 || refresh
	n=$(newest_clang)
	need "clang-$n" "lld-$n" "libclang-rt-$n-dev-wasm32" wasi-libc
}

install_rust() {
	install_c
	need rustc-web cargo-web rust-web-src
	retry "$root/examples/guests/build.sh" --fetch rust
}

install_as() {
	command -v npm >/dev/null || die "npm: not found; the AssemblyScript compiler wants Node 20 or newer"
	retry "$root/examples/guests/build.sh" --fetch as
}

install_go() {
	command -v go >/dev/null || die "go: not found"
	retry "$root/examples/guests/build.sh" --fetch go
}

install_tinygo() {
	install_as # for wasm-opt
	need llvm-19-dev libclang-19-dev clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc
	retry "$root/examples/guests/build.sh" --fetch tinygo
}

groups=()
while [ $# -gt 0 ]; do
	case "$1 ${2:-}" in
	"--only c" | "--only rust" | "--only as" | "--only go" | "--only tinygo") groups+=("$2") ;;
	*) die "usage: toolchains.sh [--only c|rust|as|go|tinygo]..." ;;
	esac
	shift 2
done
if [ ${#groups[@]} -eq 0 ]; then groups=(c rust as go tinygo); fi
for group in "${groups[@]}"; do "install_$group"; done
