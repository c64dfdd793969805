// What `pnpm new:package` makes passes `pnpm check` and its tests untouched: makes one package of
// each kind in a copy of this tree, and takes both there. Each ends with the line
// `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = mkdtempSync(join(tmpdir(), 'ruvector-new-package-'));
const PACKAGES = ['transport-probe', 'storage-probe', 'index-probe', 'probe'];

function node(...args) {
  const run = spawnSync(process.execPath, args, {
    cwd: copy,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (run.status !== 0) throw new Error(`node ${args.join(' ')} failed`);
}

try {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = spawnSync('git', list, { cwd: root, encoding: 'utf8' });
  for (const path of stdout.split('\0').filter(Boolean)) cpSync(join(root, path), join(copy, path));
  node('scripts/pnpm.mjs', 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent');
  for (const name of PACKAGES)
    node(
      'scripts/new-package.mjs',
      name,
      ...(name === 'index-probe' ? ['--contract=vector-index'] : []),
    );
  node('scripts/check.mjs', '--beside-thorough');
  const tests = PACKAGES.map((name) => `packages/${name}/`);
  node('node_modules/vitest/vitest.mjs', 'run', '--project=node', ...tests);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
