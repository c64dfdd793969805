import { isEdgeError, seededRandom } from '@ruvector/core';
import { ReplayWindow, ReplayWindows } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { SEED } from './seed.js';

describe('ReplayWindows', () => {
  it('are as many windows as are open, each as if it were alone', () => {
    const random = seededRandom(SEED);
    const windows = new ReplayWindows({ bits: 64 });
    const alone = Array.from({ length: 200 }, () => new ReplayWindow(64));
    const open = alone.map(() => windows.open());
    expect(new Set(open).size).toBe(200);
    let mismatches = 0;
    for (let event = 0; event < 100_000; event++) {
      const at = random.uint32() % 200;
      const counter = random.uint32() % 300;
      if (windows.check(open[at]!, counter) !== alone[at]!.check(counter)) mismatches += 1;
      if (windows.commit(open[at]!, counter) !== alone[at]!.commit(counter)) mismatches += 1;
    }
    expect(mismatches).toBe(0);
  });

  it('are seen one by one as an object that opens envelopes', () => {
    const windows = new ReplayWindows();
    const [one, other] = [windows.open(), windows.open()];
    const view = windows.view(one);
    expect([view.check(3), view.commit(3), view.check(3)]).toEqual([true, true, false]);
    expect([windows.check(one, 3), windows.check(other, 3)]).toEqual([false, true]);
  });

  it('that are closed are handed out anew, empty, and take nothing meanwhile', () => {
    const windows = new ReplayWindows();
    const window = windows.open();
    windows.commit(window, 7);
    windows.close(window);
    expect(windows.size).toBe(0);
    expect([windows.check(window, 1e9), windows.commit(window, 1e9)]).toEqual([false, false]);
    expect(() => windows.close(window)).toThrow(/^window must be one that is open/);
    expect(windows.open()).toBe(window);
    expect([windows.check(window, 7), windows.commit(window, 0)]).toEqual([true, true]);
  });

  it('are bounded, and one that is closed makes room', () => {
    const windows = new ReplayWindows({ windowsMax: 2 });
    const [first] = [windows.open(), windows.open()];
    const full = expect.toSatisfy((error) => isEdgeError(error, 'ERR_LIMIT'));
    expect(() => windows.open()).toThrow(full);
    windows.close(first);
    expect([windows.open(), windows.size]).toEqual([first, 2]);
  });

  it.each([-1, 1, 0.5, NaN, 2 ** 32, 'x'])('know no window %s', (window) => {
    const windows = new ReplayWindows();
    windows.open();
    for (const use of [
      () => windows.check(window as number, 0),
      () => windows.commit(window as number, 0),
      () => windows.close(window as number),
      () => windows.view(window as number),
    ])
      expect(use).toThrow(/^window must/);
  });

  it('refuse counters that are none, and sizes that a window cannot have', () => {
    const windows = new ReplayWindows();
    const window = windows.open();
    for (const counter of [-1, 1.5, NaN, 2 ** 53])
      expect(() => windows.commit(window, counter)).toThrow(RangeError);
    expect(() => new ReplayWindows({ bits: 33 })).toThrow(RangeError);
    expect(() => new ReplayWindows({ windowsMax: 0 })).toThrow(RangeError);
  });
});
