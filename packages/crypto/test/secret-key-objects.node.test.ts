import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretKeyObjects } from '../src/secret-key-objects.js';

describe('SecretKeyObjects', () => {
  const imported: number[] = [];
  const objects = new SecretKeyObjects((key) => {
    imported.push(key[0]!);
    return createSecretKey(key);
  });

  it('imports a key once for the same array', () => {
    const key = new Uint8Array(32).fill(1);
    expect(objects.get(key)).toBe(objects.get(key));
    expect(imported).toEqual([1]);
  });

  it('imports again when the owner of the array has overwritten it', () => {
    const key = new Uint8Array(32).fill(2);
    objects.get(key);
    key.fill(3);
    expect(objects.get(key).export()[0]).toBe(3);
    expect(imported).toEqual([1, 2, 3]);
  });

  it('keeps its own copy, also of a Buffer, whose slice would be the same memory', () => {
    const key = Buffer.alloc(32, 4);
    objects.get(key);
    key.fill(5);
    expect(objects.get(key).export()[0]).toBe(5);
  });

  it('keeps a key only once it came twice in a row, where most are for one use', () => {
    const made: number[] = [];
    const seldom = new SecretKeyObjects(
      (key) => {
        made.push(key[0]!);
        return createSecretKey(key);
      },
      { keepsFirst: false },
    );
    const [once, often] = [new Uint8Array(32).fill(6), new Uint8Array(32).fill(7)];
    for (const key of [once, often, often, often, once, often]) seldom.get(key);
    expect(made).toEqual([6, 7, 7, 6]);
    often.fill(8);
    expect(seldom.get(often).export()[0]).toBe(8);
  });

  it('has nothing ready of a key that is for one use, and imports nothing for it', () => {
    const made: number[] = [];
    const seldom = new SecretKeyObjects(
      (key) => {
        made.push(key[0]!);
        return createSecretKey(key);
      },
      { keepsFirst: false },
    );
    const [once, often] = [new Uint8Array(32).fill(6), new Uint8Array(32).fill(7)];
    expect(seldom.ready(once)).toBeUndefined();
    expect(seldom.ready(often)).toBeUndefined();
    expect(made).toEqual([]);
    expect(seldom.ready(often)).toBe(seldom.get(often));
    expect(made).toEqual([7]);
  });
});
