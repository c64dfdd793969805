export * from '@ruvector/hnsw';
