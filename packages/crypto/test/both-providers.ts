import type { CryptoProvider } from '@ruvector/core';
import { createCryptoProvider } from '@ruvector/crypto';

export const noble = await createCryptoProvider('noble');
export const node = await createCryptoProvider('node');

/** For `describe.each`. */
export const PROVIDERS: [name: string, provider: CryptoProvider][] = [
  ['noble', noble],
  ['node', node],
];

/** What a call gave or that it threw, to compare two providers by. */
export function outcome(f: () => unknown): unknown {
  try {
    return f();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
