import { describe, it } from 'vitest';
import { diskCrashCompliance } from '@ruvector/raft/testing';
import { WriteAheadLog } from '../../src/wal/write-ahead-log.js';

diskCrashCompliance({ describe, it }, 'the log', (disk) => WriteAheadLog.on(disk, 4_096), {
  seeds: 10,
  stride: 149,
});
