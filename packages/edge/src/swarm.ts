export * from '@ruvector/swarm';
