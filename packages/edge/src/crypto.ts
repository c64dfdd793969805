export * from '@ruvector/crypto';
