import { describe, expect, it } from 'vitest';
import { ProgressLog } from '../src/progress-log.js';

describe('ProgressLog', () => {
  it('takes growing numbers of each worker as news', () => {
    const log = new ProgressLog();
    expect([1, 2, 5].map((done) => log.hear('a', { done }))).toEqual([true, true, true]);
    expect(log.hear('b', { done: 1 })).toBe(true);
    expect(log.repeated).toBe(0);
  });

  it.each([[{ done: 2 }], [{ done: 1 }], [{ done: -1 }], [{ done: '3' }], [{}], [null], ['x']])(
    'counts %j after 2 as repeated',
    (progress) => {
      const log = new ProgressLog();
      log.hear('a', { done: 2 });
      expect(log.hear('a', progress)).toBe(false);
      expect(log.repeated).toBe(1);
    },
  );
});
