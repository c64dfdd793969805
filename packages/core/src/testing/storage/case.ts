import { assertSame } from '../assertions.js';
import type { Case } from '../case.js';
import type { Storage } from '../../storage.js';
import type { OpenStorage } from './open-storage.js';

/** What a storage may claim. */
type Feature = 'durable' | 'crash';

/** A case of `Storage`. */
export type StorageCase = Case<OpenStorage, Feature>;

/**
 * Strings that a careless store confuses, cannot name a file with or takes for a pattern, ascending
 * by code units.
 */
export function oddKeys(): string[] {
  const fileNames = ['.', '..', '../up', '/root', 'a/b', 'a\\b', 'CON', 'x'.repeat(300)];
  const patterns = ['%', '*', '_', '[a-z]', '^', '\\d', '\0', 'a\nb', ' ', ' a', 'a'];
  const names = ['', '1', '10', '2', '__proto__', 'constructor', 'undefined'];
  const lookAlikes = ['k', 'K', '\u212a', '\u00e9', 'e\u0301']; // Kelvin sign; é in two ways
  // By code units a pair comes before \uff5e, by code points after it; and halves are strings too.
  const surrogates = ['\ud83d', '\ud83d\ude00', '\ude00', '\uff5e'];
  return [...fileNames, ...patterns, ...names, ...lookAlikes, ...surrogates].sort();
}

/** All keys, in the order in which they come. Whatever `keys` throws, at once or later, rejects. */
export async function listed(storage: Storage, prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of storage.keys(prefix)) keys.push(key);
  return keys;
}

export function assertKeys(actual: readonly string[], expected: readonly string[], what: string) {
  assertSame(JSON.stringify(actual), JSON.stringify(expected), what);
}
