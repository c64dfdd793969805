import { describe, expect, it } from 'vitest';
import { failedCases } from '@ruvector/core/testing';
import { diskCrashCompliance } from '@ruvector/raft/testing';
import { DISK_SABOTEURS } from './disk-saboteurs.js';

describe('diskCrashCompliance catches a storage that', () => {
  it.each(DISK_SABOTEURS)('$flaw', async ({ caught, open }) => {
    const failed = await failedCases((runner) =>
      diskCrashCompliance(runner, 'saboteur', open, { seeds: 10, stride: 149 }),
    );
    const titles = failed.map(({ title }) => title);
    expect(caught.filter((words) => !titles.some((title) => title.includes(words)))).toEqual([]);
  });
});
