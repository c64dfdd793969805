// Installs each packed package, with the tarballs of its siblings, in an empty folder of its own,
// and uses it there as its `test/use.packed.mjs` does: `node scripts/check-packed.mjs FOLDER`,
// FOLDER being what pack-all.mjs filled. Ends with the line `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = resolve(process.argv[2] ?? `${root}/packed`);

const manifests = new Map();
for (const name of readdirSync(`${root}/packages`))
  manifests.set(name, JSON.parse(readFileSync(`${root}/packages/${name}/package.json`, 'utf8')));
const tarball = (name) => `ruvector-${name}-${manifests.get(name).version}.tgz`;

/** The package and all siblings that it needs, itself last. */
function withSiblings(name, found = new Set()) {
  for (const dependency of Object.keys(manifests.get(name).dependencies ?? {}))
    if (dependency.startsWith('@ruvector/')) withSiblings(dependency.slice(10), found);
  return found.add(name);
}

/** Runs a command in `cwd`; throws with all it printed unless it succeeds. */
function run(cwd, command, args) {
  const env = { ...process.env, npm_config_update_notifier: 'false' };
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: 180_000 });
  if (result.status === 0) return;
  const why = result.error?.message ?? `exit ${result.status ?? result.signal}`;
  throw new Error(`${command} ${args.join(' ')}: ${why}\n${result.stdout}${result.stderr}`);
}

const doorsOf = (name) =>
  Object.keys(manifests.get(name).exports)
    .filter((door) => door !== './package.json')
    .map((door) => manifests.get(name).name + door.slice(1));

/** Every door opens, and something is behind it. */
function checkDoors(cwd, name) {
  const doors = JSON.stringify(doorsOf(name));
  const program = `for (const door of ${doors})
    if (Object.keys(await import(door)).length === 0) throw new Error(door + ' is empty');`;
  writeFileSync(join(cwd, 'doors.mjs'), program);
  run(cwd, process.execPath, ['doors.mjs']);
}

/** What a TypeScript user of the package sees: every door has types that compile, strictly. */
function checkTypes(cwd, name) {
  const uses = doorsOf(name).map((door, n) => `import * as door${n} from '${door}';`);
  const names = uses.map((_, n) => `door${n}`);
  writeFileSync(join(cwd, 'use.mts'), `${uses.join('\n')}\nexport const all = [${names}];\n`);
  const tsc = `${root}/node_modules/typescript/bin/tsc`;
  const types = ['--types', 'node', '--typeRoots', `${root}/node_modules/@types`];
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext'];
  run(cwd, process.execPath, [
    tsc,
    '--noEmit',
    '--target',
    'es2022',
    ...strict,
    ...types,
    'use.mts',
  ]);
}

function check(name) {
  const cwd = mkdtempSync(join(tmpdir(), `ruvector-${name}-`));
  try {
    const tarballs = [...withSiblings(name)].map(tarball);
    for (const file of tarballs) copyFileSync(join(folder, file), join(cwd, file));
    writeFileSync(join(cwd, 'package.json'), '{ "private": true, "type": "module" }\n');
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    run(cwd, 'npm', ['install', ...quiet, ...tarballs.map((file) => `./${file}`)]);
    copyFileSync(`${root}/packages/${name}/test/use.packed.mjs`, join(cwd, 'use.mjs'));
    run(cwd, process.execPath, ['use.mjs']);
    checkDoors(cwd, name);
    checkTypes(cwd, name);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

let [passed, failed] = [0, 0];
for (const name of manifests.keys()) {
  try {
    check(name);
    passed += 1;
    console.log(`ok      @ruvector/${name}: installs, runs and type-checks from ${tarball(name)}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  @ruvector/${name}: ${error.message}`);
  }
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed > 0 ? 1 : 0);
