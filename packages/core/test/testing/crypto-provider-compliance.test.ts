import { describe, expect, it } from 'vitest';
import type { CryptoProvider } from '@ruvector/core';
import {
  cryptoProviderCompliance,
  failedCases,
  type CryptoProviderComplianceOptions,
  type CryptoProviderSupports,
} from '@ruvector/core/testing';

// Core has no cryptography. That the cases hold for a provider, and that saboteurs fail just those
// that are aimed at them, the tests of @ruvector/crypto show.

const PRIMITIVES = ['sha256', 'hkdfSha256', 'ed25519', 'x25519', 'aes256gcm'] as const;
const none = { name: 'none' } as CryptoProvider;

function titles(
  supports: CryptoProviderSupports,
  options?: CryptoProviderComplianceOptions,
): string[] {
  const found: string[] = [];
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string) => found.push(title),
  };
  cryptoProviderCompliance(runner, 'any', supports, none, options);
  return found;
}

describe('cryptoProviderCompliance', () => {
  it('has different titles for all of its cases, 20 at least', () => {
    const all = titles({}, { reference: none });
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(20);
  });

  it.each(PRIMITIVES)('leaves out the cases of %s, and no others, if it is false', (primitive) => {
    const without = titles({ [primitive]: false });
    const others = titles({}).filter((title) => !title.startsWith(primitive));
    expect(without).toEqual(others);
    expect(others.length).toBeLessThan(titles({}).length);
  });

  it('compares with a reference if there is one', () => {
    const compared = titles({}, { reference: none }).filter((title) => !titles({}).includes(title));
    for (const primitive of PRIMITIVES)
      expect(compared.filter((title) => title.startsWith(primitive))).toHaveLength(2);
  });

  it('fails every case of a provider that has nothing', async () => {
    const failed = await failedCases((runner) =>
      cryptoProviderCompliance(runner, 'none', {}, none),
    );
    expect(failed.map(({ title }) => title)).toEqual(titles({}));
  });

  it('asks a function for a provider in each case, and may be kept waiting', async () => {
    let made = 0;
    const failed = await failedCases((runner) =>
      cryptoProviderCompliance(runner, 'none', { ed25519: false }, async () => {
        made += 1;
        return none;
      }),
    );
    expect(made).toBe(failed.length);
    expect(made).toBe(titles({ ed25519: false }).length);
  });
});
