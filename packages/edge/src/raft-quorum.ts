export * from '@ruvector/raft/quorum';
