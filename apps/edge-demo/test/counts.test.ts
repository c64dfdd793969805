import { describe, expect, it } from 'vitest';
import { counted, countedBytes, grouped } from '../src/counts.js';

describe('counted', () => {
  it.each([
    [0, '0 documents'],
    [1, '1 document'],
    [2, '2 documents'],
  ])('says of %i: %s', (count, text) => expect(counted(count, 'document')).toBe(text));
});

describe('countedBytes', () => {
  it.each([
    [1, '1 byte'],
    [1234, '1 234 bytes'],
  ])('says of %i: %s', (bytes, text) => expect(countedBytes(bytes)).toBe(text));
});

describe('grouped', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1 000'],
    [1234567, '1 234 567'],
  ])('writes %i as %s', (count, text) => expect(grouped(count)).toBe(text));
});
