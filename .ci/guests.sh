#!/usr/bin/env bash
# guests.sh: rebuilds every guest from its source, with tools that it installs,
# and runs the guests' tests on what it built. Nothing in the repository changes.
#
# It says which of the kept modules came out differently: that is no error, as
# another number of a compiler is enough, but a change of a source without its
# module shows here.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT

say() { printf 'guests.sh: %s\n' "$*" >&2; }

"$root/.ci/toolchains.sh"
"$root/examples/guests/build.sh" --extra "$built"
"$root/examples/guests/components/build.sh" "$built/components"

"$root/examples/gateway/build.sh" "$built/gateway"

# A module names no path of the machine that it was built on.
paths=$(printf '%s\n' "$root" "$HOME" "$built" "${TMPDIR:-/tmp}/" /usr/lib/ | sort -u)
for module in "$built"/*.wasm "$built"/gateway/*.wasm "$root"/examples/guests/*.wasm "$root"/examples/gateway/*.wasm; do
	if found=$(grep -aoF "$paths" "$module" | sort -u) && [ -n "$found" ]; then
		say "$module: names" $found
		exit 1
	fi
done

for kept in "$root"/examples/guests/*.wasm "$root"/examples/guests/components/*.wasm; do
	name=${kept#"$root/examples/guests/"}
	cmp -s "$kept" "$built/$name" || say "$name: the one that is kept is not the one that was built"
done

for kept in "$root"/examples/gateway/*.wasm; do
	cmp -s "$kept" "$built/gateway/$(basename "$kept")" || say "gateway: $(basename "$kept"): the one that is kept is not the one that was built"
done

for module in guest/go examples/guests/greet-go examples/guests/image-go examples/guests/hello-go; do
	(cd "$root/$module" && GOWORK=off go vet ./... && GOWORK=off go test -race ./...)
	(cd "$root/$module" && GOWORK=off GOOS=wasip1 GOARCH=wasm go vet ./...)
done

cd "$root"
if [ -z "$(go list ./examples/... 2>/dev/null)" ]; then
	say "there are no tests in ./examples/..., so nothing has checked what was built"
	exit 1
fi
PATCHBAY_GUESTS=$built go test -count=1 ./examples/...
(cd engine/wasmtime && PATCHBAY_COMPONENTS=$built/components go test -count=1 ./oracle)

# What patchbay new makes is built and passes its tests, in each language.
clang=$(ls /usr/bin/clang-[0-9]* | sed 's/.*-//' | sort -n | tail -n 1)
env PATH="/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort \
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="wasm-ld-$clang" PATCHBAY_TEST_RUST=1 \
	go test -count=1 -v -run '^TestScripts$/^new_' ./cmd/patchbay | tee "$built/new.log"
if grep -q 'SKIP: TestScripts/new_' "$built/new.log"; then
	say "a language of patchbay new was left out"
	exit 1
fi
