import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runContext } from './run-context.js';

/** Where what `key` describes is kept; a key names everything that it depends on. */
export const cachePath = (key: string): string =>
  join(runContext().cacheFolder, key.replace(/[^a-z0-9.-]+/gi, '-'));

/** What an earlier run made under this key, or what `make` makes now, for the next run. */
export function cached(key: string, make: () => Uint8Array): Uint8Array {
  const path = cachePath(key);
  if (existsSync(path)) return new Uint8Array(readFileSync(path)); // a copy, which is aligned
  const bytes = make();
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path); // so that what is there is whole
  return bytes;
}
