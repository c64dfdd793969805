import { readFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

/** The sources behind the doors of the package in whose folder tsup runs. */
const doors = (): string[] => {
  const { exports = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports?: object };
  const sources = JSON.stringify(exports).matchAll(/"\.\/(src\/[^"]+)"/g);
  return [...new Set(Array.from(sources, (match) => match[1]!))];
};

/**
 * One ESM build for every package; declarations come from `tsc -b`, so `dist` is not cleaned here.
 */
export const base = (over: Options = {}) =>
  defineConfig({
    entry: over.entry ?? doors(),
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    dts: false,
    sourcemap: true,
    clean: false,
    treeshake: true,
    external: [/^node:/],
    removeNodeProtocol: false,
    silent: true,
    ...over,
  });
