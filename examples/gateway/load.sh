#!/usr/bin/env bash
# load.sh: keeps the gateway under load while its filter is replaced: by a good
# version, whose file is copied over the old one; by two that cannot be used; and
# by one that traps on some requests, and is rolled back by itself. It ends with 0
# if no request failed and the good version is in use. RATE is in requests a
# second (200).
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d /tmp/gateway-XXXXXX)
server=
load=
finish() {
	kill $server $load 2>/dev/null || true
	wait 2>/dev/null || true
	rm -rf "$tmp"
}
trap finish EXIT

say() { printf 'load.sh: %s\n' "$*"; }
die() { say "$*"; cat "$tmp/serve.log"; exit 1; }

# until_says FILE PATTERN: waits for a line, five minutes at most.
until_says() {
	for _ in {1..3000}; do
		if grep -q -- "$2" "$1"; then return; fi
		sleep 0.1
	done
	die "$1 does not say: $2"
}

(cd "$here" && go build -o "$tmp/patchbay" ../../cmd/patchbay && go build -o "$tmp/load" ./load)
mkdir "$tmp/gateway"
cp -r "$here"/site "$here"/*.wasm "$tmp/gateway"
sed 's/127\.0\.0\.1:8080/127.0.0.1:0/' "$here/patchbay.toml" >"$tmp/gateway/patchbay.toml"
export PATCHBAY_CONTROL=$tmp/gateway
patchbay() { "$tmp/patchbay" "$@"; }
version() { sha256sum "$1" | cut -d' ' -f1; }

"$tmp/patchbay" serve --listen "unix:$tmp/calls.sock" "$tmp/gateway" 2>"$tmp/serve.log" &
server=$!
until_says "$tmp/serve.log" '^calls: '
url=http://$(sed -n 's/^gateway site: //p' "$tmp/serve.log")

"$tmp/load" -rate "${RATE:-200}" -for 1h "$url" >"$tmp/load.log" &
load=$!
begun=$SECONDS
sleep 2

say 'a good version: its file takes the place of the old one'
mv "$tmp/gateway/filter-2.wasm" "$tmp/gateway/filter.wasm"
good=$(version "$tmp/gateway/filter.wasm")
until_says "$tmp/serve.log" "msg=swapped.*version=${good:0:12}"
sleep 1

say 'versions that cannot be used'
for broken in fails-init fails-probe; do
	if patchbay swap filter "$tmp/gateway/filter-$broken.wasm"; then die "filter-$broken.wasm was taken"; fi
done
sleep 1

say 'a version that traps on some requests: its file takes the place of the good one'
mv "$tmp/gateway/filter-traps.wasm" "$tmp/gateway/filter.wasm"
until_says "$tmp/serve.log" 'msg="rolled back"'
sleep 1
patchbay ps

while [ $((SECONDS - begun)) -lt 14 ]; do sleep 0.1; done
kill -TERM "$load" # until now, however long it took
wait "$load" || { cat "$tmp/load.log"; die 'requests have failed'; }
cat "$tmp/load.log"
patchbay ps --output json | grep -q "\"version\": \"$good\"" || die 'the good version is not in use'
patchbay ps | grep -q 'rolled back' || die 'patchbay ps does not say that a version was rolled back'
kill -TERM "$server"
wait "$server" || die 'the server did not end well'
server=
say 'no request has failed'
