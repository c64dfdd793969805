export * from '@ruvector/transport-ws';
