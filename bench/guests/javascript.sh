#!/usr/bin/env bash
# javascript.sh FOLDER: makes the large components of JavaScript into FOLDER, for
# -javascript: one source on QuickJS (1.7 MB) and on StarlingMonkey (12 MB), which
# are too large to be kept. Node, npm and the network are needed.
#
# GUESTS_CACHE is as for build.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
components=$here/../../examples/guests/components
cache=${GUESTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/patchbay-guests}/starlingmonkey
mkdir -p "$1"
out=$(cd "$1" && pwd)

"$components/build.sh" "$out" mirror-quickjs

version=0.23.0
if [ ! -e "$cache/$version" ]; then
	rm -rf "$cache"
	mkdir -p "$cache"
	echo '{"private": true}' >"$cache/package.json"
	(cd "$cache" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error "@bytecodealliance/componentize-js@$version" >&2)
	touch "$cache/$version"
fi
node --input-type=module - "$cache" "$components" "$out/mirror-starlingmonkey.wasm" <<'JS'
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
const [cache, components, out] = process.argv.slice(2);
const { componentize } = await import(pathToFileURL(`${cache}/node_modules/@bytecodealliance/componentize-js/src/componentize.js`));
const made = await componentize(await readFile(`${components}/js/mirror.js`, "utf8"), {
  witPath: `${components}/kinds.wit`, worldName: "mirror", disableFeatures: ["random", "stdio", "clocks", "http", "fetch-event"],
});
await writeFile(out, made.component);
JS
ls -l "$out"/mirror-*.wasm >&2
