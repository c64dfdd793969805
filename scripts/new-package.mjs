// `pnpm new:package NAME [--contract transport|storage|vector-index|none] [--description TEXT]`:
// a package in the house style under packages/NAME, with its compliance test, a door in
// @ruvector/edge and its lines in the maps. What it makes passes `pnpm check` and `npm test`
// untouched.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const TEMPLATES = join(root, 'scripts/new-package');
const CONTRACTS = { transport: 'Transport', storage: 'Storage', 'vector-index': 'Index', none: '' };
const USAGE = `usage: pnpm new:package NAME [--contract ${Object.keys(CONTRACTS).join('|')}] [--description TEXT]`;

class UsageError extends Error {}

/**
 * What is asked for, checked before anything is written. By the house's names `transport-x` is a
 * transport and `storage-x` a storage; a planned package has its description in the README.
 */
function readArguments(args) {
  const options = { contract: { type: 'string' }, description: { type: 'string' } };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError(USAGE);
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name) || name.length > 40)
    throw new UsageError(`NAME must be lower-case words joined by hyphens, got "${name}"`);
  for (const taken of [`packages/${name}`, `packages/edge/src/${name}.ts`])
    if (existsSync(join(root, taken))) throw new UsageError(`${taken} is there already`);
  const byName = ['transport', 'storage'].find((contract) => name.startsWith(`${contract}-`));
  const contract = values.contract ?? byName ?? 'none';
  if (!Object.hasOwn(CONTRACTS, contract)) throw new UsageError(USAGE);
  const type = className(name, contract);
  if (templatesOf(contract).some(({ text }) => new RegExp(`\\b${type}\\b`).test(text)))
    throw new UsageError(`NAME must not make a class ${type}, which is what it would begin with`);
  return { name, contract, description: checkDescription(name, values.description) };
}

function checkDescription(name, given) {
  const neutral = `What ${name} is for, in one line of a reader's words`;
  const description = given ?? plannedDescription(name) ?? neutral;
  if (!/^[A-Z].{20,}[^.]$/.test(description) || /["\\\n|]/.test(description))
    throw new UsageError(
      `--description must be one line of 22 characters or more that begins with a capital and has no full stop, quote or bar, got ${description}`,
    );
  return description;
}

/** What the README's table says of a package that is planned. */
function plannedDescription(name) {
  const rows = read('README.md').split('\n');
  const text = rows
    .find((line) => line.startsWith(`| \`@ruvector/${name}\` |`))
    ?.split('|')[2]
    .trim();
  return text && text[0].toUpperCase() + text.slice(1);
}

/** The templates of a contract: `src-index.ts.txt` becomes `src/index.ts`. */
function templatesOf(contract) {
  return ['every', contract === 'none' ? 'function' : contract].flatMap((folder) =>
    readdirSync(join(TEMPLATES, folder)).map((file) => ({
      path: file.replace(/\.txt$/, '').replace(/^(src|test)-/, '$1/'),
      text: readFileSync(join(TEMPLATES, folder, file), 'utf8'),
    })),
  );
}

/** `transport-tcp` with the contract transport → `TcpTransport`. */
function className(name, contract) {
  const words = name.split('-').filter((word) => word !== contract);
  const pascal = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  return pascal + CONTRACTS[contract];
}

const read = (path) => readFileSync(join(root, path), 'utf8');
const readJson = (path) => JSON.parse(read(path));

/** What was in the files that are written, to put it back if a step fails. */
const before = new Map();

function write(path, text) {
  if (!before.has(path)) before.set(path, existsSync(join(root, path)) ? read(path) : undefined);
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const writeJson = (path, value) => write(path, `${JSON.stringify(value, null, 2)}\n`);

function undo(name) {
  for (const [path, text] of before)
    if (text === undefined) rmSync(join(root, path), { force: true });
    else writeFileSync(join(root, path), text);
  rmSync(join(root, 'packages', name), { recursive: true, force: true });
}

/** Copies the templates, their `__tokens__` filled in. */
function copyTemplates({ name, contract, description }) {
  const { version } = readJson('packages/core/package.json');
  const words = { package: name, Name: className(name, contract), description, version };
  for (const { path, text } of templatesOf(contract))
    write(
      join('packages', name, path),
      text.replace(/__(package|Name|description|version)__/g, (_, word) => words[word]),
    );
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
  write('ARCHITECTURE.md', withoutPlanned(map.join('\n'), name));
  write(`.changeset/new-${name}.md`, `---\n'@ruvector/${name}': minor\n---\n\n${description}.\n`);
}

/** "More leaves are planned (a, b, c)" without the one that is there now. */
function withoutPlanned(text, name) {
  return text.replace(/are planned \(([^)]*)\)/, (_, list) => {
    const rest = list.split(/,\s+/).filter((planned) => planned !== name);
    return `are planned (${rest.join(', ')})`;
  });
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

function make(asked) {
  write('pnpm-lock.yaml', read('pnpm-lock.yaml'));
  try {
    copyTemplates(asked);
    openDoor(asked);
    tell(asked);
    raiseCeiling(asked);
    pnpm('install', '--no-frozen-lockfile', '--prefer-offline', '--reporter=silent');
    const files = [`packages/${asked.name}`, 'packages/edge', 'tsconfig.json'];
    pnpm('exec', 'prettier', '--write', '--log-level=warn', ...files);
  } catch (error) {
    undo(asked.name);
    throw error;
  }
}

try {
  const asked = readArguments(process.argv.slice(2));
  make(asked);
  console.log(`packages/${asked.name} is there: pnpm vitest run packages/${asked.name}`);
} catch (error) {
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? error.message : `${error.message}; nothing was changed`);
  process.exitCode = isUsage ? 2 : 1;
}
