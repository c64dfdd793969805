import { cryptoProviderCompliance, failedCases } from '@ruvector/core/testing';
import { expect, describe, it } from 'vitest';
import { node } from './both-providers.js';
import { Replaying } from './replaying.js';
import { ASYNC_SABOTEURS, type AsyncSaboteur } from './saboteurs/promises.js';

const NOTHING = { sha256: false, hkdfSha256: false, ed25519: false, x25519: false };

/** The titles of the suite's cases that promises with one flaw fail. */
async function failures({ face, primitive }: AsyncSaboteur): Promise<string[]> {
  const replaying = new Replaying();
  const claims = { ...NOTHING, aes256gcm: false, [primitive]: true };
  const failed = await failedCases((runner) => {
    const subject = replaying.provider('saboteur', face, node);
    cryptoProviderCompliance(replaying.runner(runner), 'saboteur', claims, subject);
  });
  return failed.map(({ title }) => title);
}

describe('the compliance suite, replayed, catches promises that', () => {
  it.each(ASYNC_SABOTEURS)('$flaw', async ({ caught, ...saboteur }) => {
    expect((await failures({ caught, ...saboteur })).sort()).toEqual([...caught].sort());
  });
});
