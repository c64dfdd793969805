import { describe, it } from 'vitest';
import { diskCrashCompliance } from '@ruvector/raft/testing';
import { WriteAheadLog } from '../../src/wal/write-ahead-log.js';

// each byte of all files, each offset of a cut, and many lives of a disk
diskCrashCompliance({ describe, it }, 'the log', (disk) => WriteAheadLog.on(disk, 4_096), {
  seeds: 300,
  stride: 1,
});
