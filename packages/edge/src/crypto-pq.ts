export * from '@ruvector/crypto/pq';
