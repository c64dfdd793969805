export * from '@ruvector/core/testing';
