// Runs the suite on other versions of Node, on what is built: `node scripts/test-on-node.mjs 24
// 26`; with the first of them what takes long, too, in Node and in Chromium. Each comes from npm
// into .node/VERSION on first use; build before.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const platform = process.platform === 'win32' ? 'win' : process.platform;
const packageName = `node-${platform}-${process.arch}`;
const windows = process.platform === 'win32';

/** The folder of a Node of this major version. */
function nodeFolder(version) {
  const prefix = join(root, '.node', version);
  const bin = join(prefix, 'node_modules', packageName, windows ? '' : 'bin');
  if (existsSync(join(bin, windows ? 'node.exe' : 'node'))) return bin;
  mkdirSync(prefix, { recursive: true });
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const args = ['install', '--prefix', prefix, ...quiet, `${packageName}@${version}`];
  const run = spawnSync(windows ? 'npm.cmd' : 'npm', args, { stdio: 'inherit', shell: windows });
  if (run.status !== 0) throw new Error(`npm could not install ${packageName}@${version}`);
  return bin;
}

/** @returns whether the suite passes. */
function passes(version, isThorough) {
  const bin = nodeFolder(version);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, RUVECTOR_DIST: '1' };
  const node = join(bin, 'node');
  console.log(`== Node ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()}`);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const projects = ['node', ...(isThorough ? ['thorough', 'browser-thorough'] : [])];
  const args = [vitest, 'run', ...projects.flatMap((name) => ['--project', name])];
  return spawnSync(node, args, { cwd: root, env, stdio: 'inherit' }).status === 0;
}

const versions = process.argv.slice(2);
if (versions.length === 0 || !versions.every((version) => /^\d+(\.\d+){0,2}$/.test(version))) {
  console.error('usage: node scripts/test-on-node.mjs VERSION… (such as 24 26)');
  process.exit(2);
}
// all are tried, so that one run shows all that is wrong
const passed = versions.map((version, i) => passes(version, i === 0));
process.exitCode = passed.every(Boolean) ? 0 : 1;
