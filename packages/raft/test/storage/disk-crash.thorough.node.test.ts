import { describe, it } from 'vitest';
import { diskCrashCompliance } from '@ruvector/raft/testing';
import { WriteAheadLog } from '../../src/wal/write-ahead-log.js';

/** Each byte of all files, each offset of a cut, and many lives of a disk: some take 15 s alone. */
const TIMEOUT_MS = 180_000;

const patient = {
  describe,
  it: (title: string, body: () => Promise<void>) => it(title, body, TIMEOUT_MS),
};

diskCrashCompliance(patient, 'the log', (disk) => WriteAheadLog.on(disk, 4_096), {
  seeds: 200,
  stride: 1,
});
