import { cryptoProviderCompliance, failedCases } from '@ruvector/core/testing';
import { describe, expect, it } from 'vitest';
import { HAS_LATTICES, node } from './both-providers.js';
import { GCM_SABOTEURS } from './saboteurs/aes256gcm.js';
import { ED25519_SABOTEURS } from './saboteurs/ed25519.js';
import { HASH_SABOTEURS } from './saboteurs/hashes.js';
import { ENCAPSULATION_SABOTEURS, SIGNATURE_SABOTEURS } from './saboteurs/post-quantum.js';
import type { Saboteur } from './saboteurs/saboteur.js';
import { X25519_SABOTEURS } from './saboteurs/x25519.js';

const PRIMITIVES = [
  ...(['sha256', 'hkdfSha256', 'ed25519', 'x25519', 'aes256gcm'] as const),
  ...(['mlDsa65', 'mlKem768', 'xwing', 'compositeSignature'] as const),
];
type Primitive = (typeof PRIMITIVES)[number];

const CLASSICAL = [
  ...[...HASH_SABOTEURS, ...ED25519_SABOTEURS],
  ...[...X25519_SABOTEURS, ...GCM_SABOTEURS],
];
const POST_QUANTUM = [...SIGNATURE_SABOTEURS, ...ENCAPSULATION_SABOTEURS];

type Subject = Pick<Saboteur, 'provider' | 'compared' | 'beside'>;

/**
 * The titles of the suite's cases that it fails. Of a primitive that it has from node, untouched,
 * the last test below knows that it passes.
 */
async function failures(subject: Subject): Promise<string[]> {
  const { provider, compared, beside = [] } = subject;
  const spoilt = (primitive: Primitive) =>
    beside.includes(primitive) || provider[primitive] !== node[primitive];
  const supports = Object.fromEntries(PRIMITIVES.map((name) => [name, spoilt(name)]));
  const options = compared === true ? { reference: node } : {};
  const failed = await failedCases((runner) =>
    cryptoProviderCompliance(runner, 'saboteur', supports, provider, options),
  );
  return failed.map(({ title }) => title);
}

/** What it should fail and does not, and the other way round. */
async function wronglyJudged({ caught, ...saboteur }: Saboteur): Promise<string[]> {
  const failed = await failures(saboteur);
  return [...caught, ...failed].filter(
    (title) => !caught.includes(title) || !failed.includes(title),
  );
}

describe('the compliance suite catches a provider that', () => {
  it.each(CLASSICAL)('$flaw', async (saboteur) => {
    expect(await wronglyJudged(saboteur)).toEqual([]);
  });
});

/** Lattices in JavaScript would take minutes for what those of the platform do in seconds. */
describe.skipIf(!HAS_LATTICES)('the compliance suite catches a post-quantum provider that', () => {
  it.each(POST_QUANTUM)('$flaw', async (saboteur) => {
    expect(await wronglyJudged(saboteur)).toEqual([]);
  });
});

it('the compliance suite finds nothing wrong with the provider that the saboteurs spoil', async () => {
  const beside = HAS_LATTICES ? PRIMITIVES : PRIMITIVES.slice(0, 5);
  expect(await failures({ provider: node, compared: true, beside })).toEqual([]);
}, 60_000);
