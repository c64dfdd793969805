// `pnpm check`: what must hold of the tree beside the behaviour of its packages, step by step.
// `node scripts/check.mjs [--beside-tests] [--beside-thorough] [--packed FOLDER]`: beside tests
// without lint and types, which `npm test` takes too; beside thorough without what takes long;
// FOLDER keeps the tarballs. Ends with the line `N passed, N failed, N skipped`, of steps.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: flags } = parseArgs({
  options: {
    'beside-tests': { type: 'boolean', default: false },
    'beside-thorough': { type: 'boolean', default: false },
    packed: { type: 'string' },
  },
});
const temporary = mkdtempSync(join(tmpdir(), 'ruvector-check-'));
const packed = resolve(flags.packed ?? temporary);

/** Resolves if the command succeeds, and rejects with all that it printed if not. */
async function run(command, ...args) {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const code = await new Promise((done, fail) => child.on('error', fail).on('close', done));
  if (code !== 0) throw new Error(output.trim() || `${command} ends with ${code} and says nothing`);
}

const tool = (name, ...args) => run(join(root, 'node_modules/.bin', name), ...args);

async function eachTarball(...command) {
  for (const name of readdirSync(packed).filter((file) => file.endsWith('.tgz')))
    await tool(...command, join(packed, name));
}

const attw = ['attw', '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'];

/** What needs no build. */
const TREE = {
  'every file is formatted (pnpm format mends it)': () =>
    tool('prettier', '--check', '--log-level=warn', '.'),
  'no file, export or dependency is unused (knip.jsonc says what is an entry)': () =>
    tool('knip', '--no-progress', '--no-config-hints'),
};
/** It looks into what is built, so that an old build would mislead it. */
const LINT = {
  'no cycle, no sibling, no clock, chance or timer outside the shells (.oxlintrc.json)': () =>
    tool('oxlint', '--deny-warnings', '.'),
};
const BUILD = {
  'every package builds and packs': () => run(process.execPath, 'scripts/pack-all.mjs', packed),
};
/** What needs the tarballs. */
const PACKED = {
  'what would be published is well formed (publint)': () => eachTarball('publint', '--strict'),
  'its types are found where its code is (attw)': () => eachTarball(...attw),
  'every link in a doc comment leads to a name (typedoc)': () => tool('typedoc', '--emit', 'none'),
};
const TYPES = {
  'the types of sources and tests agree (tsc)': () =>
    tool('tsc', '-b').then(() => tool('tsc', '-p', 'tsconfig.test.json')),
};

const count = { passed: 0, failed: 0, skipped: 0 };

function tell(result, step, detail = '') {
  count[result] += 1;
  console.log(`${result === 'passed' ? 'ok     ' : result.toUpperCase()}  ${step}`);
  if (detail !== '') console.log(detail.replace(/^/gm, '         '));
}

/** Takes steps side by side. @returns whether all passed. */
async function take(steps) {
  const attempts = Object.entries(steps).map(async ([step, take]) => {
    try {
      await take();
      tell('passed', step);
      return true;
    } catch (error) {
      tell('failed', step, error.message);
      return false;
    }
  });
  return (await Promise.all(attempts)).every(Boolean);
}

const skip = (steps) => Object.keys(steps).forEach((step) => tell('skipped', step));

/** The rules that are tests. A file of them is a step. */
async function takeTests(...projects) {
  const report = join(temporary, 'report.json');
  const which = projects.map((name) => `--project=${name}`);
  const how = [...which, '--reporter=json', `--outputFile=${report}`];
  const crash = await tool('vitest', 'run', ...how).catch((error) => error);
  let files;
  try {
    files = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    return tell('failed', 'the tests of the house', crash?.message);
  }
  for (const { name, status, message, assertionResults } of files) {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const why = failed.map((test) => `${test.fullName}\n${test.failureMessages.join('\n')}`);
    const step = `${relative(root, name)}: ${assertionResults.length} tests`;
    if (status === 'passed') tell('passed', step);
    else tell('failed', step, why.join('\n\n') || message);
  }
}

try {
  const alone = !flags['beside-tests'];
  await take(TREE);
  if (await take(BUILD)) {
    await take({ ...PACKED, ...(alone && { ...LINT, ...TYPES }) });
    const thorough = flags['beside-thorough'] ? [] : ['thorough', 'browser-thorough'];
    await takeTests('house', ...thorough);
  } else skip({ ...PACKED, ...(alone && { ...LINT, ...TYPES }), 'the tests of the house': 0 });
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exit(count.failed > 0 ? 1 : 0);
