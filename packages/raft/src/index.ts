export * from './index.browser.js';
export { SqliteStorage } from './sqlite-storage.js';
export { WalStorage } from './wal/wal-storage.js';
