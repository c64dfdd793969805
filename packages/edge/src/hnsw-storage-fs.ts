export * from '@ruvector/hnsw/storage-fs';
