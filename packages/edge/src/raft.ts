export * from '@ruvector/raft';
