// `pnpm sim`: simulated clusters of packages/raft, by seed. Node 20 runs no TypeScript, so that the
// simulator is bundled first, from the sources of the packages that it needs.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

await build({
  entryPoints: [`${root}/packages/raft/sim/main.ts`],
  outfile: `${root}/.bench/sim/main.mjs`,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@ruvector/source'],
});
const { main } = await import('../.bench/sim/main.mjs');
process.exitCode = main(process.argv.slice(2));
