export * from '@ruvector/core';
