import { expect, it } from 'vitest';
import { singular } from '../src/singular.js';

it.each([
  ['agents', 'agent'],
  ['queries', 'query'],
  ['boxes', 'box'],
  ['branches', 'branch'],
  ['indexes', 'index'],
  ['classes', 'class'],
  ['databases', 'database'],
  ['css', 'css'],
  ['ios', 'ios'],
  ['status', 'status'],
  ['analysis', 'analysis'],
  ['class', 'class'],
  ['ties', 'tie'],
  ['rust', 'rust'],
  ['', ''],
])('the singular of %j is %j', (word, expected) => {
  expect(singular(word)).toBe(expected);
});
