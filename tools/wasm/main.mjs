// Compiles the kernels of the packages that have an `assembly/index.ts`, twice each, into their
// `src/generated/kernel.ts`: `node tools/wasm/main.mjs [FOLDER OF A PACKAGE …]`.
import { basename, resolve } from 'node:path';
import { kernelFolders, makeKernel, sizeOf } from './kernel.mjs';

const folders = process.argv.slice(2).map((folder) => resolve(folder));
// all are tried, so that one run shows all that is wrong
for (const folder of folders.length > 0 ? folders : kernelFolders()) {
  try {
    const made = await makeKernel(folder);
    const sizes = made && `base ${sizeOf(made.base)}, relaxed ${sizeOf(made.relaxed)}`;
    console.log(`${basename(folder)}: ${sizes ?? 'nothing has changed'}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
