// `pnpm bench`: builds the packages, and then the program in `tools/bench` that measures them. Node
// 20 runs no TypeScript, so that program is transpiled first.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const root = fileURLToPath(new URL('..', import.meta.url));
const pnpm = [path.join(root, 'scripts/pnpm.mjs'), 'run', 'build'];
const built = spawnSync(process.execPath, pnpm, { cwd: root, stdio: ['ignore', 2, 2] });
if (built.status !== 0) process.exit(built.status ?? 1);

await build({
  config: false,
  entry: [path.join(root, 'tools/bench/main.ts')],
  outDir: path.join(root, '.bench/program'),
  outExtension: () => ({ js: '.mjs' }),
  format: 'esm',
  target: 'node20',
  skipNodeModulesBundle: true,
  silent: true,
  tsconfig: path.join(root, 'tsconfig.test.json'),
});
const { main } = await import('../.bench/program/main.mjs');
process.exitCode = await main(root, process.argv.slice(2));
