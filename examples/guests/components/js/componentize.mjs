// componentize.mjs TOOLS WIT WORLD SOURCE OUT [stub-wasi [fast]]: makes a component of
// JavaScript. TOOLS is the folder of npm's packages: the compiler is taken from
// the one for this machine, since componentize-qjs itself wants those for all
// machines.
import { createRequire } from "node:module";
import { readFile, writeFile } from "node:fs/promises";

const [tools, witPath, world, source, out, ...options] = process.argv.slice(2);
const { componentize } = createRequire(`${tools}/`)(`@andreiltd/componentize-qjs-binding-linux-${process.arch}-gnu`);
const made = await componentize({
  witPath, world, jsSource: await readFile(source, "utf8"), sync: true,
  optSize: !options.includes("fast"), stubWasi: options.includes("stub-wasi"),
});

// What was compiled for it names the folders of its makers, for panics.
const named = Buffer.from(["", "home", ""].join("/"));
for (let at = made.component.indexOf(named); at >= 0; at = made.component.indexOf(named, at)) made.component.write("/made/", at);
await writeFile(out, made.component);
