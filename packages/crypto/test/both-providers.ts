import type { CryptoProvider } from '@ruvector/core';
import { createCryptoProvider } from '@ruvector/crypto';

export const noble = await createCryptoProvider('noble');
export const node = await createCryptoProvider('node');

/** For `describe.each`. */
export const PROVIDERS: [name: string, provider: CryptoProvider][] = [
  ['noble', noble],
  ['node', node],
];

/** What a call gave, or the error that it threw: two of them compare by name and message. */
export function outcome(f: () => unknown): unknown {
  try {
    return f();
  } catch (error) {
    return error;
  }
}
