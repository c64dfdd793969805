import { defineConfig, type Options } from 'tsup';

/** One ESM build for every package; declarations come from `tsc -b`, so `dist` is not cleaned here. */
export const base = (over: Options = {}) =>
  defineConfig({
    entry: ['src/index.ts'],
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
