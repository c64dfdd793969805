import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { directed } from './directed.js';
import type { Mutant, Patch } from './mutants.js';
import type { profileOf } from './profile.js';
import type { runSeeds } from './run.js';

/** A simulator and the core in it, some of whose text was replaced. */
interface Simulator {
  readonly runSeeds: typeof runSeeds;
  readonly profileOf: typeof profileOf;
  readonly directed: typeof directed;
}

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = `
  export { runSeeds } from './run.js';
  export { profileOf } from './profile.js';
  export { directed } from './directed.js';
`;

/** Compiles and loads a module of this folder, with texts of sources replaced in memory. */
export async function loadWith<T>(source: string, patches: readonly Patch[]): Promise<T> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: `${PACKAGE}/sim`, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@ruvector/source'],
    logLevel: 'silent',
    plugins: [replacing(patches)],
  });
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return import(/* @vite-ignore */ `data:text/javascript;base64,${code}`) as Promise<T>;
}

/** @throws Error if a text is not there exactly once: what the mutant breaks was rewritten. */
const replacing = (patches: readonly Patch[]): Plugin => ({
  name: 'mutant',
  setup({ onLoad, onEnd }) {
    const open = new Set(patches);
    onLoad({ filter: /[\\/]raft[\\/](src|sim)[\\/][^\\/]+\.ts$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const patch of patches) {
        if (!path.replaceAll('\\', '/').endsWith(`/raft/${patch.file}`)) continue;
        const parts = contents.split(patch.from);
        if (parts.length !== 2)
          throw new Error(`${patch.file} has this ${parts.length - 1} times: ${patch.from}`);
        contents = parts.join(patch.to);
        open.delete(patch);
      }
      return { contents, loader: 'ts' };
    });
    onEnd(() => {
      for (const { file } of open) throw new Error(`${file} is not part of the simulator`);
    });
  },
});

/** How a mutant ended. */
export interface Verdict {
  /** What it broke, if it was caught. */
  readonly violation: string | undefined;
  /** The seed that caught it, if a simulation did. */
  readonly seed: number | undefined;
}

/** Runs what is to kill a mutant, or without one what is to leave the control alive. */
export async function judge(
  { patches, profile, scenario }: Pick<Mutant, 'patches' | 'profile' | 'scenario'>,
  seeds: number,
): Promise<Verdict> {
  const simulator = await loadWith<Simulator>(ENTRY, patches);
  if (scenario !== undefined)
    return { violation: await simulator.directed(scenario), seed: undefined };
  const summary = simulator.runSeeds(simulator.profileOf(profile), 1, seeds, 1);
  const [found] = summary.violations;
  return { violation: found?.violation?.message, seed: found?.seed };
}
