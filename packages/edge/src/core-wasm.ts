export * from '@ruvector/core/wasm';
