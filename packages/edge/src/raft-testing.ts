export * from '@ruvector/raft/testing';
