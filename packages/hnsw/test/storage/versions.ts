import type { Storage, StorageOperation } from '@ruvector/core';

/** A batch that puts what only it puts, replaces, and deletes: 2 follows 1, 3 follows either. */
export function valuesOf(version: number): StorageOperation[] {
  return [
    { put: ['small', new Uint8Array(10).fill(version)] },
    { put: ['large', new Uint8Array(3_000_000).fill(version)] },
    { put: [`only ${version}`, Uint8Array.of(version)] },
    { delete: `only ${version - 1}` },
    { delete: `only ${version - 2}` },
  ];
}

/** The version of all that is kept: several if a batch was not whole. */
export async function versionsIn(storage: Storage): Promise<string> {
  const found = new Set<number>();
  const keys: string[] = [];
  for await (const key of storage.keys()) {
    keys.push(key);
    const bytes = (await storage.get(key))!;
    for (let i = 0; i < bytes.length; i += 997) found.add(bytes[i]!);
  }
  const [version] = found;
  const isWhole = keys.join() === `large,only ${version},small`;
  return `${[...found].join(' and ')}${isWhole ? '' : `, keys ${keys.join()}`}`;
}
