// `npm run demo`: installs and builds what is missing, with only Node and npm on the machine, and
// runs the demo with the flags as given. Its own output goes to stderr: stdout belongs to the demo.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...names) => path.join(root, ...names);
const PROGRAM = at('apps/edge-demo/dist/main.js');
const STAMP = at('apps/edge-demo/dist/.built');

let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    if (running === undefined) process.exit(128 + constants.signals[signal]);
    running.kill(signal);
  });

/** Runs Node with these arguments; resolves to its exit code, 128 + n if signal n ended it. */
function node(args, options) {
  return new Promise((resolve, reject) => {
    running = spawn(process.execPath, args, options);
    running.once('error', reject);
    running.once('exit', (code, signal) => {
      running = undefined;
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

async function pnpm(...args) {
  const quiet = { cwd: root, stdio: ['ignore', 2, 2] };
  const code = await node([at('scripts/pnpm.mjs'), ...args], quiet);
  if (code === 0) return;
  if (code < 128) process.stderr.write(`demo: pnpm ${args[0]} failed with code ${code}\n`);
  process.exit(code < 128 ? 1 : code);
}

/** pnpm keeps a copy of the lockfile it has installed. */
function isInstalled() {
  const installed = at('node_modules/.pnpm/lock.yaml');
  if (!existsSync(installed)) return false;
  return readFileSync(installed).equals(readFileSync(at('pnpm-lock.yaml')));
}

/** What the build is made from, and what it makes. */
function buildFiles() {
  const sources = ['pnpm-lock.yaml', 'tsconfig.base.json', 'tsup.config.base.ts'].map((f) => at(f));
  const made = [];
  for (const group of ['packages', 'apps'])
    for (const name of readdirSync(at(group))) {
      sources.push(at(group, name, 'package.json'), at(group, name, 'tsup.config.ts'));
      sources.push(...filesIn(at(group, name, 'src')));
      made.push(...filesIn(at(group, name, 'dist')).filter((file) => file.endsWith('.js')));
    }
  return { sources, made };
}

function digest(files) {
  const hash = createHash('sha256');
  for (const file of files.filter((f) => existsSync(f)).sort())
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => path.join(e.parentPath ?? e.path, e.name));
}

if (!isInstalled())
  await pnpm('install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only');
// turbo knows best what to build, but it takes seconds to find out that there is nothing to do
const before = buildFiles();
const sources = digest(before.sources);
const stamp = (made) => `${sources} ${digest(made)}\n`;
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp(before.made)) {
  await pnpm('exec', 'node', at('scripts/build.mjs'), '--filter=edge-demo...');
  writeFileSync(STAMP, stamp(buildFiles().made));
}

// npm starts scripts in the clone; a relative --corpus means the folder in which npm was called
const cwd = process.env.npm_lifecycle_event === 'demo' ? process.env.INIT_CWD : undefined;
process.exitCode = await node([PROGRAM, ...process.argv.slice(2)], { cwd, stdio: 'inherit' });
