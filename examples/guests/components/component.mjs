// component.mjs TOOLS new CORE OUT: makes a component of a core module that says
// its world in a custom section.
//
// component.mjs TOOLS embed WIT WORLD CORE OUT [ENCODING]: puts that section into a
// module, and makes a component of it, whose strings are utf8, utf16 or
// compact-utf16.
//
// component.mjs TOOLS parse TEXT OUT: makes a binary of the text of a component or module.
//
// TOOLS is the folder of jco-transpile, which has wasm-tools.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, verb, ...rest] = process.argv.slice(2);
const { $init, tools } = await import(pathToFileURL(`${folder}/vendor/wasm-tools.js`));
await $init;

const verbs = {
  async new(core, out) {
    await writeFile(out, tools.componentNew(new Uint8Array(await readFile(core)), undefined));
  },
  async embed(wit, world, core, out, stringEncoding) {
    const binary = tools.componentEmbed({
      witSource: await readFile(wit, "utf8"), world, binary: new Uint8Array(await readFile(core)), stringEncoding,
    });
    await writeFile(out, tools.componentNew(binary, undefined));
  },
  async parse(text, out) {
    await writeFile(out, tools.parse(await readFile(text, "utf8")));
  },
};

if (!verbs[verb]) throw new Error(`component.mjs: no ${verb}; there are ${Object.keys(verbs).join(", ")}`);
await verbs[verb](...rest);
