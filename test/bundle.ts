import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './workspace.js';

export type BundlePlatform = 'browser' | 'node';

/** What a user's bundler makes of an import. */
export interface Bundle {
  readonly text: string;
  readonly gzipBytes: number;
  /** The packages with code in it, and every `node:` module that it names. */
  readonly modules: readonly string[];
}

/** What is imported only when it is needed is another file, which this one does not count. */
const LEFT_FOR_LATER: Plugin = {
  name: 'left-for-later',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/**
 * Bundles and minifies a module that may import what is built of every package.
 *
 * @param code - JavaScript, such as `export * from '@ruvector/core'`.
 * @param platform - whose export conditions apply. Modules of Node are left as imports on both.
 */
export async function bundle(code: string, platform: BundlePlatform): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: `${ROOT}/packages/edge` },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform,
    external: ['node:*'],
    plugins: [LEFT_FOR_LATER],
    target: 'es2022',
    logLevel: 'silent',
  });
  const { contents, text } = outputFiles[0]!;
  const [output] = Object.values(metafile.outputs);
  const used = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const named = [...text.matchAll(/["'`](node:[\w/]+)/g)].map((match) => match[1]!);
  const modules = new Set([...used.map(([path]) => packageOf(path)), ...named]);
  return { text, gzipBytes: gzipSync(contents, { level: 9 }).length, modules: [...modules].sort() };
}

/**
 * `node_modules/.pnpm/ws@8/node_modules/ws/lib/x.js` → `ws`, `packages/core/dist/x.js` →
 * `@ruvector/core`
 */
function packageOf(path: string): string {
  const names = path.split('node_modules/').at(-1)!.split('/');
  if (names[0] === 'packages') return `@ruvector/${names[1]}`;
  return names.slice(0, names[0]!.startsWith('@') ? 2 : 1).join('/');
}
