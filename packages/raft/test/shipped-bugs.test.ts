import { describe, expect, it } from 'vitest';
import { SHIPPED_BUGS } from './fixtures/shipped-bugs.js';

describe('a bug that others have shipped is not here', () => {
  it.each(SHIPPED_BUGS)('$bug', ({ play }) => {
    const { got, expected } = play();
    expect(got).toEqual(expected);
  });
});
