export * from '@ruvector/semantic';
