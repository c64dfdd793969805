import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEdgeError, utf8, type StorageOperation } from '@ruvector/core';
import { MemoryStorage } from '@ruvector/core/memory';

const all = async (storage: MemoryStorage, prefix?: string) => {
  const keys: string[] = [];
  for await (const key of storage.keys(prefix)) keys.push(key);
  return keys;
};

describe('MemoryStorage', () => {
  it('holds what a map holds after any batches, and lists its keys in code unit order', async () => {
    const key = fc.constantFrom('', 'a', 'ab', 'b', 'é', '😀', '\uffff', '__proto__');
    const operation: fc.Arbitrary<StorageOperation> = fc.oneof(
      fc.record({ put: fc.tuple(key, fc.uint8Array({ maxLength: 4 })) }),
      fc.record({ delete: key }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(operation)), key, async (batches, prefix) => {
        const storage = new MemoryStorage();
        const oracle = new Map<string, Uint8Array>();
        for (const batch of batches) {
          await storage.batch(batch);
          for (const step of batch)
            if ('put' in step) oracle.set(...(step.put as [string, Uint8Array]));
            else oracle.delete(step.delete);
        }
        for (const [k, bytes] of oracle) expect(await storage.get(k)).toEqual(bytes);
        expect(await all(storage)).toEqual([...oracle.keys()].sort());
        const matching = [...oracle.keys()].filter((k) => k.startsWith(prefix)).sort();
        expect(await all(storage, prefix)).toEqual(matching);
      }),
    );
  });

  it('says undefined for an absent key, also after its deletion, which may be repeated', async () => {
    const storage = new MemoryStorage();
    expect(await storage.get('a')).toBeUndefined();
    await storage.put('a', utf8('1'));
    await storage.delete('a');
    await storage.delete('a');
    expect(await storage.get('a')).toBeUndefined();
    expect(await storage.get('constructor')).toBeUndefined();
  });

  it('copies bytes on the way in and out', async () => {
    const storage = new MemoryStorage();
    const bytes = Buffer.from([1, 2, 3]);
    await storage.put('a', bytes);
    await storage.batch([{ put: ['b', bytes] }]);
    bytes.fill(9);
    (await storage.get('a'))!.fill(8);
    expect(await storage.get('a')).toEqual(Uint8Array.of(1, 2, 3));
    expect(await storage.get('b')).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('applies nothing of a batch in which one operation is wrong', async () => {
    const storage = new MemoryStorage();
    await storage.put('a', utf8('1'));
    const wrong = [
      { put: ['b', 'text'] },
      { put: [1, utf8('x')] },
      { put: ['b'] },
      { delete: 5 },
      {},
      null,
    ] as never[];
    for (const operation of wrong) {
      const batch = storage.batch([{ delete: 'a' }, { put: ['c', utf8('3')] }, operation]);
      await expect(batch).rejects.toBeInstanceOf(TypeError);
      expect(await all(storage)).toEqual(['a']);
    }
  });

  it('goes on with an iteration while keys come and go', async () => {
    const storage = new MemoryStorage();
    for (const key of ['a', 'b', 'c', 'd']) await storage.put(key, utf8(key));
    const seen: string[] = [];
    for await (const key of storage.keys()) {
      seen.push(key);
      await storage.delete('c');
      await storage.put(`${key}+`, utf8('new'));
    }
    expect(seen).toEqual(['a', 'b', 'd']);
  });

  it('closes twice, and then all else is ERR_CLOSED', async () => {
    const storage = new MemoryStorage();
    await storage.put('a', utf8('1'));
    const running = storage.keys()[Symbol.asyncIterator]();
    await storage.close();
    await storage.close();
    const calls = [
      storage.get('a'),
      storage.put('a', utf8('1')),
      storage.delete('a'),
      storage.batch([]),
      all(storage),
      running.next(),
    ];
    for (const outcome of await Promise.allSettled(calls))
      expect(outcome.status === 'rejected' && isEdgeError(outcome.reason, 'ERR_CLOSED')).toBe(true);
  });

  it('does not claim to be durable', () => {
    expect(new MemoryStorage().supports.durable).toBe(false);
  });

  it('names what was wrong with a key or with bytes', async () => {
    const storage = new MemoryStorage();
    await expect(storage.put('a', [1] as never)).rejects.toThrow('bytes must be a Uint8Array');
    await expect(storage.get(1 as never)).rejects.toThrow('key must be a string');
  });
});
