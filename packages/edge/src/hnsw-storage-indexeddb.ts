export * from '@ruvector/hnsw/storage-indexeddb';
