import { expect, it } from 'vitest';
import { madeHere, RECORDED } from './same-bytes.js';

it('Node makes the recorded bytes from the recorded seeds', () => {
  expect(madeHere()).toEqual(RECORDED);
});
