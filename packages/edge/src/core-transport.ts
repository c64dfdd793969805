export * from '@ruvector/core/transport';
