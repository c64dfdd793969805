import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8, type StorageOperation } from '@ruvector/core';
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

  it('lists the keys that were there at the first step, without those deleted before their turn', async () => {
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
});
