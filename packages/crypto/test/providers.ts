import { availableProviders, createCryptoProvider } from '@ruvector/crypto';

/** All that this platform has, for `describe.each`. */
export const PROVIDERS = await Promise.all(
  availableProviders().map(async (name) => [name, await createCryptoProvider(name)] as const),
);

/** What a call gave, or the error that it threw: two of them compare by name and message. */
export function outcome(f: () => unknown): unknown {
  try {
    return f();
  } catch (error) {
    return error;
  }
}
