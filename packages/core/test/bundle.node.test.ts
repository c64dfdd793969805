import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

interface Import {
  resolveDir: string;
  path: string;
}

interface Esbuild {
  build(options: object): Promise<{ outputFiles: { contents: Uint8Array; text: string }[] }>;
}

// esbuild as tsup has it, which builds these packages.
const require = createRequire(createRequire(import.meta.url).resolve('tsup'));
const esbuild = require('esbuild') as Esbuild;

/**
 * Resolves sources as if `sideEffects: false` were not there, so that only the code itself counts.
 */
const withSideEffects = {
  name: 'with-side-effects',
  setup: (build: { onResolve(options: object, resolve: (args: Import) => object): void }) =>
    build.onResolve({ filter: /^\.\.?\// }, ({ resolveDir, path }) => ({
      path: join(resolveDir, path.replace(/\.js$/, '.ts')),
      sideEffects: true,
    })),
};

async function bundle(contents: string): Promise<{ text: string; gzipBytes: number }> {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents,
      resolveDir: fileURLToPath(new URL('../src', import.meta.url)),
      loader: 'ts',
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    plugins: [withSideEffects],
  });
  const { contents: bytes, text } = outputFiles[0]!;
  return { text, gzipBytes: gzipSync(bytes, { level: 9 }).length };
}

it('importing a door runs nothing: what is not used can be left out, whatever package.json says', async () => {
  for (const door of [
    './index.js',
    './memory/index.js',
    './testing/index.js',
    './transport/index.js',
  ]) {
    const { text } = await bundle(`import '${door}'`);
    expect(text.trim()).toBe('');
  }
});

it('a bundle that uses one function of the root door leaves the rest out', async () => {
  const { text, gzipBytes } = await bundle("export { checkInteger } from './index.js'");
  expect(gzipBytes).toBeLessThan(600);
  expect(text).not.toContain('TextDecoder');
});
