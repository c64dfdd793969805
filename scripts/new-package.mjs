// `pnpm new:package NAME [--contract transport|storage|vector-index|none] [--description TEXT]`:
// a package in the house style under packages/NAME, with its compliance test, a door in
// @ruvector/edge and its lines in the maps. What it makes passes `pnpm check` and `npm test`
// untouched.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const TEMPLATES = join(root, 'scripts/new-package');
const CONTRACTS = { transport: 'Transport', storage: 'Storage', 'vector-index': 'Index', none: '' };
const USAGE = `usage: pnpm new:package NAME [--contract ${Object.keys(CONTRACTS).join('|')}] [--description TEXT]`;

class UsageError extends Error {}

/**
 * What is asked for, checked; by the house's names `transport-x` is a transport and `storage-x` a
 * storage.
 */
function readArguments(args) {
  const options = { contract: { type: 'string' }, description: { type: 'string' } };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError(USAGE);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40)
    throw new UsageError(`NAME must be lower-case words joined by hyphens, got "${name}"`);
  if (existsSync(join(root, 'packages', name)))
    throw new UsageError(`packages/${name} is there already`);
  const byName = ['transport', 'storage'].find((contract) => name.startsWith(`${contract}-`));
  const contract = values.contract ?? byName ?? 'none';
  if (!Object.hasOwn(CONTRACTS, contract)) throw new UsageError(USAGE);
  const description = values.description ?? `What ${name} is for, in one line of a reader's words`;
  if (!/^[A-Z].{20,}[^.]$/.test(description) || /["\\\n|]/.test(description))
    throw new UsageError(
      '--description must begin with a capital and be one line without a full stop',
    );
  return { name, contract, description };
}

/** `transport-tcp` with the contract transport → `TcpTransport`. */
function className(name, contract) {
  const words = name.split('-').filter((word) => word !== contract);
  const pascal = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  return pascal + CONTRACTS[contract];
}

const read = (path) => readFileSync(join(root, path), 'utf8');
const write = (path, text) => writeFileSync(join(root, path), text);
const readJson = (path) => JSON.parse(read(path));
const writeJson = (path, value) => write(path, `${JSON.stringify(value, null, 2)}\n`);

/** Copies the templates: `src-index.ts.txt` becomes `src/index.ts`, its `__tokens__` words. */
function copyTemplates({ name, contract, description }) {
  const { version } = readJson('packages/core/package.json');
  const words = { package: name, Name: className(name, contract), description, version };
  for (const folder of ['every', contract === 'none' ? 'function' : contract])
    for (const file of readdirSync(join(TEMPLATES, folder))) {
      const path = join(
        'packages',
        name,
        file.replace(/\.txt$/, '').replace(/^(src|test)-/, '$1/'),
      );
      const text = readFileSync(join(TEMPLATES, folder, file), 'utf8');
      mkdirSync(dirname(join(root, path)), { recursive: true });
      write(
        path,
        text.replace(/__(package|Name|description|version)__/g, (_, word) => words[word]),
      );
    }
}

/** The compiler and the umbrella know the package. */
function openDoor({ name }) {
  const solution = readJson('tsconfig.json');
  solution.references.push({ path: `packages/${name}` });
  writeJson('tsconfig.json', solution);

  const umbrella = readJson('packages/edge/tsconfig.json');
  umbrella.references.push({ path: `../${name}` });
  writeJson('packages/edge/tsconfig.json', umbrella);

  const manifest = readJson('packages/edge/package.json');
  const built = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` };
  const door = { '@ruvector/source': `./src/${name}.ts`, ...built };
  manifest.exports = sorted({ ...manifest.exports, [`./${name}`]: door });
  manifest.publishConfig.exports = sorted({
    ...manifest.publishConfig.exports,
    [`./${name}`]: built,
  });
  manifest.dependencies = sorted({
    ...manifest.dependencies,
    [`@ruvector/${name}`]: 'workspace:^',
  });
  writeJson('packages/edge/package.json', manifest);
  write(`packages/edge/src/${name}.ts`, `export * from '@ruvector/${name}';\n`);
}

/** In alphabetical order, with package.json, which is no door, last. */
function sorted(entries) {
  const last = ([key]) => (key === './package.json' ? 1 : 0);
  const compare = (a, b) => last(a) - last(b) || (a[0] < b[0] ? -1 : 1);
  return Object.fromEntries(Object.entries(entries).sort(compare));
}

/** A line in the two tables of packages, and a changeset. */
function tell({ name, contract, description }) {
  const readme = read('README.md').split('\n');
  const row = `| [\`@ruvector/${name}\`](packages/${name}) | ${description} | here |`;
  const planned = readme.findIndex((line) => line.startsWith(`| \`@ruvector/${name}\` |`));
  if (planned >= 0) readme[planned] = row;
  else readme.splice(rowOf(readme, '| [`@ruvector/edge`]'), 0, row);
  write('README.md', readme.join('\n'));

  const main = contract === 'none' ? 'compensated-sum' : contract;
  const map = read('ARCHITECTURE.md').split('\n');
  const place = `| \`${name}\` | ${description} | everything but core | \`src/${main}.ts\` |`;
  map.splice(rowOf(map, '| `swarm` |'), 0, place);
  write('ARCHITECTURE.md', map.join('\n'));
  write(`.changeset/new-${name}.md`, `---\n'@ruvector/${name}': minor\n---\n\n${description}.\n`);
}

function rowOf(lines, beginning) {
  const at = lines.findIndex((line) => line.startsWith(beginning));
  if (at < 0) throw new Error(`no line of the document begins with ${beginning}`);
  return at;
}

/** An index brings the exact one with it, which is more than a small door may cost. */
function raiseCeiling({ name, contract }) {
  if (contract !== 'vector-index') return;
  const path = 'test/bundle-ceilings.ts';
  const lines = read(path).split('\n');
  const ceiling = `  { door: '${name}', platform: 'browser', gzipBytesMax: 4_400, absent: NOTHING_FOREIGN },`;
  lines.splice(rowOf(lines, "  { door: 'swarm', platform: 'browser'"), 0, ceiling);
  write(path, lines.join('\n'));
}

function pnpm(...args) {
  const script = join(root, 'scripts/pnpm.mjs');
  const run = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (run.status !== 0) throw new Error(`pnpm ${args[0]} failed`);
}

try {
  const asked = readArguments(process.argv.slice(2));
  copyTemplates(asked);
  openDoor(asked);
  tell(asked);
  raiseCeiling(asked);
  pnpm('install', '--no-frozen-lockfile', '--prefer-offline', '--reporter=silent');
  pnpm(
    'exec',
    'prettier',
    '--write',
    '--log-level=warn',
    `packages/${asked.name}`,
    'packages/edge',
  );
  pnpm('exec', 'prettier', '--write', '--log-level=warn', 'tsconfig.json');
  console.log(`packages/${asked.name} is there: pnpm vitest run packages/${asked.name}`);
} catch (error) {
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? error.message : error.stack);
  process.exitCode = isUsage ? 2 : 1;
}
