import { afterAll, describe, it, vi } from 'vitest';
import { diskCrashCompliance } from '@ruvector/raft/testing';
import { WriteAheadLog } from '../../src/wal/write-ahead-log.js';

// each byte of all files, each offset of a cut, and many lives of a disk: some take 15 s alone
vi.setConfig({ testTimeout: 180_000 });
afterAll(() => vi.resetConfig());

diskCrashCompliance({ describe, it }, 'the log', (disk) => WriteAheadLog.on(disk, 4_096), {
  seeds: 200,
  stride: 1,
});
