// What the kernel of a package is made of, and when it has to be made anew.
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAKERS = ['tools/wasm/kernel.mjs', 'node_modules/assemblyscript/package.json'];

/** Relative to the folder of a package. */
const ENTRY = 'assembly/index.ts';
const OUTPUT = 'src/generated/kernel.ts';
/** Where things stand in the memory: constants that both languages read. */
const SHARED = 'src/memory-map.ts';

/**
 * The memory is declared as shared; for one that is not, core's `compileKernel` patches the
 * declaration. 65,536 pages are all that 32 bits address: a memory may have less.
 */
const MEMORY = ['--importMemory', '--noExportMemory', '--sharedMemory'];
const PAGES = ['--initialMemory', '1', '--maximumMemory', '65536'];
const FEATURES = ['--enable', 'threads', '--enable', 'simd'];
// -O3 and -Ospeed are one
const OPTIMIZED = ['-O3', '--converge', '--noAssert', '--runtime', 'stub'];
const OPTIONS = [...MEMORY, ...PAGES, ...FEATURES, ...OPTIMIZED];
const RELAXED = ['--enable', 'relaxed-simd'];

/** The folders of the packages that have a kernel. */
export const kernelFolders = () =>
  readdirSync(join(ROOT, 'packages'))
    .map((name) => join(ROOT, 'packages', name))
    .filter((folder) => existsSync(join(folder, ENTRY)));

/**
 * Makes `src/generated/kernel.ts` of `assembly/index.ts`, unless it was made of the same.
 *
 * @param folder - of the package.
 * @returns the bytes of both builds, or undefined if nothing had to be done
 * @throws Error with the words of the compiler
 */
export async function makeKernel(folder) {
  const key = keyOf(folder);
  const output = join(folder, OUTPUT);
  if (existsSync(output) && readFileSync(output, 'utf8').includes(key)) return undefined;
  // Loaded here, since it takes longer than all that is done if nothing has changed.
  const { main } = await import('assemblyscript/asc');
  const base = await compile(main, folder, OPTIONS);
  const broken = brokenPromise(base);
  if (broken) throw new Error(`${join(folder, ENTRY)}: ${broken}`);
  const relaxed = await compile(main, folder, [...OPTIONS, ...RELAXED]);
  mkdirSync(dirname(output), { recursive: true });
  // Under another name first: a test or another build may be reading it.
  const unfinished = `${output}.${randomUUID()}`;
  writeFileSync(unfinished, sourceOf(key, { BASE: base, RELAXED: relaxed }));
  renameSync(unfinished, output);
  return { base, relaxed };
}

/** `1,234 bytes (567 gzip)` */
export const sizeOf = (bytes) =>
  `${bytes.length.toLocaleString('en')} bytes (${gzipSync(bytes, { level: 9 }).length.toLocaleString('en')} gzip)`;

/** Of all that the kernel is made of; a time would be that of the checkout. */
function keyOf(folder) {
  const hash = createHash('sha256');
  const add = (name, path) => hash.update(`${name}\n${readFileSync(path, 'utf8')}\0`);
  for (const path of MAKERS) add(path, join(ROOT, path));
  if (existsSync(join(folder, SHARED))) add(SHARED, join(folder, SHARED));
  const assembly = join(folder, 'assembly');
  const names = readdirSync(assembly, { recursive: true }).filter((name) => name.endsWith('.ts'));
  for (const name of names.sort()) add(name.replaceAll('\\', '/'), join(assembly, name));
  return hash.digest('hex');
}

async function compile(main, folder, options) {
  let bytes;
  const files = { writeFile: (_, contents) => void (bytes = contents) };
  const args = [ENTRY, '--baseDir', folder, '--outFile', 'kernel.wasm', '--noColors', ...options];
  const { error, stderr } = await main(args, files);
  if (error)
    throw new Error(`${join(folder, ENTRY)}\n${stderr.toString().trim() || error.message}`);
  return bytes;
}

/**
 * Each thread makes an instance of its own in one memory, which already holds what others wrote: a
 * kernel keeps its state there and brings none.
 */
function brokenPromise(bytes) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  const foreign = imports.find(({ kind }) => kind !== 'memory');
  if (foreign)
    return `${foreign.module}.${foreign.name} is taken from outside, which gives a memory`;
  const sections = sectionsOf(bytes);
  if (sections.has(11)) return 'a text or a static array is data that each thread would write anew';
  if (sections.has(8)) return 'a statement outside functions would run in each thread';
  return undefined;
}

/** The ids of the sections of a module. */
function sectionsOf(bytes) {
  const found = new Set();
  let at = 8;
  while (at < bytes.length) {
    found.add(bytes[at++]);
    let [size, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[at++];
      size |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    at += size;
  }
  return found;
}

function sourceOf(key, builds) {
  const lines = Object.entries(builds).map(
    // with its type, or each declaration file would have the text a second time
    ([name, bytes]) => `export const ${name}: string = '${Buffer.from(bytes).toString('base64')}';`,
  );
  const head = [
    '// Made by tools/wasm of assembly/, and not in git. The key of its sources:',
    `// ${key}`,
  ];
  return `${[...head, ...lines].join('\n')}\n`;
}
