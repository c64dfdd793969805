export * from '@ruvector/learning';
