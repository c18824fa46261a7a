#!/usr/bin/env bash
# engine.sh wazero|wasmtime VERSION [SECTION...]: puts another version of an
# engine into every module and document that names one, then runs .ci/run, or
# only the sections that are named. What it changed is left to be committed.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { echo "usage: engine.sh wazero|wasmtime VERSION [SECTION...]" >&2; exit 2; }

[ $# -ge 2 ] || usage
engine=$1 version=$2
shift 2
case "$engine" in
wazero) named=github.com/tetratelabs/wazero module=$named ;;
wasmtime) # the path of its module has its major version
	named=github.com/bytecodealliance/wasmtime-go/v[0-9]+
	module=github.com/bytecodealliance/wasmtime-go/${version%%.*}
	;;
*) usage ;;
esac

git grep -lE "$named" -- '*.go' '*go.mod' '*.md' |
	xargs sed -Ei "s;$named(\`?) v[0-9][^ ]*[0-9];$module\1 $version;g; s;$named;$module;g"
for file in $(git grep -lF "$module" -- '*go.mod'); do
	(cd "$(dirname "$file")" && go mod tidy)
done
git --no-pager diff --stat
exec .ci/run "$@"
