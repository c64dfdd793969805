export * from '@ruvector/core/memory';
