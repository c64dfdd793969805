export * from '@ruvector/hnsw/storage-opfs';
