import { createHash } from 'node:crypto';
import { fromBase64Url, toBase64Url, toHex, utf8 } from '@ruvector/core';
import {
  canonicalize,
  checkRegistration,
  ed25519,
  memberKeyId,
  parseCanonical,
  verifyRegistration,
  type Registration,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './providers.js';
import { newAgent, newClock, SWARM } from './fixture.js';

const { identity, registration } = newAgent('alice');
const now = newClock().now();
const { record } = registration;
const checks = { swarmId: SWARM, now };
const codeOf = (value: unknown, over = {}) => {
  const verdict = checkRegistration(value, { ...checks, ...over });
  return verdict.ok ? undefined : verdict.code;
};
const copy = () => structuredClone(registration) as { record: object; signatures: object };

/** The registration with a changed record, signed again: everything but the change holds. */
function resigned(over: Record<string, unknown>): unknown {
  const changed = { ...record, ...over };
  const message = utf8(`ruvector-edge/2/registration\0${canonicalize(changed)}`);
  const signature = toBase64Url(identity.sign(message));
  return { record: changed, signatures: { ed25519: signature, composite: null } };
}

describe('a registration', () => {
  it('has the fields of the specification, in base64url', () => {
    expect(record).toEqual({
      v: 1,
      swarm_id: SWARM,
      agent_id: 'alice',
      ed25519_public_key: toBase64Url(identity.ed25519PublicKey),
      x25519_public_key: toBase64Url(identity.x25519PublicKey),
      composite_public_key: null,
      kem_public_key: null,
      capabilities: ['embed', 'search'],
      joined_at: now,
      expires_at: now + 30 * 24 * 3_600_000,
      rev: 1,
      prev: '0'.repeat(64),
    });
    expect(Object.keys(registration.signatures).sort()).toEqual(['composite', 'ed25519']);
  });

  it('is signed over DST("registration") ‖ JCS(record)', () => {
    const message = utf8(`ruvector-edge/2/registration\0${canonicalize(record)}`);
    const signature = fromBase64Url(registration.signatures.ed25519);
    expect(ed25519.verify(signature, message, identity.ed25519PublicKey)).toBe(true);
  });

  it('has the member key id SHA-256(DST("member") ‖ JCS(record))', () => {
    const hash = createHash('sha256').update(`ruvector-edge/2/member\0${canonicalize(record)}`);
    expect(toHex(memberKeyId(record))).toBe(hash.digest('hex'));
  });

  it('survives canonical text', () => {
    const read = parseCanonical(canonicalize(registration));
    expect(verifyRegistration(read, checks)).toBe(true);
  });
});

describe('checkRegistration', () => {
  it.each(PROVIDERS)('takes a good one, with %s, into a frozen copy', (_, provider) => {
    const verdict = checkRegistration(registration, { ...checks, provider });
    expect(verdict).toEqual({ ok: true, registration, memberKeyId: memberKeyId(record) });
    const taken = verdict.ok ? verdict.registration : undefined;
    expect(taken).not.toBe(registration);
    const parts = [taken, taken?.record, taken?.record.capabilities, taken?.signatures];
    expect(parts.every((part) => Object.isFrozen(part))).toBe(true);
  });

  it('takes one that was signed again, so that the next refusals are about the change', () => {
    expect(codeOf(resigned({}))).toBeUndefined();
    expect(codeOf(resigned({ capabilities: [] }))).toBeUndefined();
  });

  it('refuses another swarm, and ids that only look like this one', () => {
    for (const swarmId of ['swarm-2', 'Swarm-1', 'swarm-1.'])
      expect(codeOf(registration, { swarmId })).toBe('ERR_REGISTRATION_SWARM');
  });

  it('is valid from 30 s before joined_at, for other clocks, up to expires_at, to the ms', () => {
    const { joined_at, expires_at } = record;
    expect(codeOf(registration, { now: joined_at - 30_000 })).toBeUndefined();
    expect(codeOf(registration, { now: joined_at - 30_001 })).toBe('ERR_REGISTRATION_EARLY');
    expect(codeOf(registration, { now: expires_at - 1 })).toBeUndefined();
    expect(codeOf(registration, { now: expires_at })).toBe('ERR_REGISTRATION_EXPIRED');
  });

  it.each([NaN, Infinity, -Infinity])('refuses everything at the time %s', (time) => {
    expect(codeOf(registration, { now: time })).toMatch(/EARLY|EXPIRED/);
  });

  it('throws a TypeError for checks that are none, whatever the registration', () => {
    const verify = (checks?: unknown) => () => verifyRegistration(registration, checks as never);
    expect(verify()).toThrow(/^checks must be an object, got undefined/);
    expect(verify(null)).toThrow(TypeError);
    expect(verify({ now: String })).toThrow(/^swarmId must be a string/);
    for (const now of [undefined, String, '5'])
      expect(verify({ swarmId: 'swarm-1', now })).toThrow(/^now must be a number/);
    expect(verify({ swarmId: 'swarm-1', now: 5, provder: {} })).toThrow(/"provder"/);
    expect(verify({ swarmId: 'swarm-1', now: 5, provider: null })).toThrow(/^provider must be/);
  });

  it.each<[string, Record<string, unknown>]>([
    ['v 2', { v: 2 }],
    ['v as text', { v: '1' }],
    ['an id with a space', { agent_id: 'a b' }],
    ['an id beyond ASCII', { agent_id: 'аlice' }],
    ['an empty id', { agent_id: '' }],
    ['a long id', { agent_id: 'a'.repeat(129) }],
    ['a key of 31 bytes', { ed25519_public_key: toBase64Url(new Uint8Array(31)) }],
    ['a key with padding', { x25519_public_key: `${record.x25519_public_key}=` }],
    ['a key in another spelling', { x25519_public_key: `${'A'.repeat(42)}B` }],
    ['a composite key', { composite_public_key: '' }],
    ['a kem key', { kem_public_key: 'AA' }],
    ['unsorted capabilities', { capabilities: ['b', 'a'] }],
    ['a duplicate capability', { capabilities: ['a', 'a'] }],
    ['an empty capability', { capabilities: [''] }],
    ['a control character', { capabilities: ['a\u0007'] }],
    ['a long capability', { capabilities: ['a'.repeat(129)] }],
    ['65 capabilities', { capabilities: Array.from({ length: 65 }, (_, i) => `c${i + 100}`) }],
    ['a capability that is no text', { capabilities: [1] }],
    ['capabilities that are no list', { capabilities: 'a' }],
    ['a time that is no integer', { joined_at: now + 0.5 }],
    ['a negative time', { joined_at: -1 }],
    ['a time beyond all dates', { expires_at: 8.64e15 + 1 }],
    ['a time as text', { joined_at: `${now}` }],
    ['expiry at joining', { expires_at: now }],
    ['rev 0', { rev: 0 }],
    ['rev 1 with a predecessor', { prev: '1'.repeat(64) }],
    ['rev 2 without one', { rev: 2 }],
    ['prev in upper case', { rev: 2, prev: 'A'.repeat(64) }],
    ['rev beyond its bound', { rev: 2 ** 31, prev: '1'.repeat(64) }],
    ['an unknown field', { extra: 1 }],
  ])('refuses %s as malformed', (_, over) => {
    expect(codeOf(resigned(over))).toBe('ERR_REGISTRATION_MALFORMED');
  });

  it('refuses a missing field, each', () => {
    for (const field of Object.keys(record)) {
      const { [field]: _, ...rest } = record as unknown as Record<string, unknown>;
      expect(codeOf({ ...registration, record: rest })).toBe('ERR_REGISTRATION_MALFORMED');
    }
  });

  it('refuses signatures that are missing, extra or of the wrong form', () => {
    const { ed25519: own } = registration.signatures;
    const wrong = [
      {},
      { ed25519: own },
      { ed25519: own, composite: '' },
      { ed25519: own, composite: null, previous: own }, // rev 1 has none before it
      { ed25519: own, composite: null, previous: undefined },
      { ed25519: own, composite: null, extra: own },
      { ed25519: `${own}A`, composite: null },
      null,
    ];
    for (const signatures of wrong)
      expect(codeOf({ record, signatures })).toBe('ERR_REGISTRATION_MALFORMED');
  });

  it.each([undefined, null, 1, 'x', [], {}, new Map(), () => 1, Symbol('x'), 1n])(
    'refuses %s as malformed',
    (value) => expect(codeOf(value)).toBe('ERR_REGISTRATION_MALFORMED'),
  );

  it('survives objects that throw', () => {
    const thrower = {
      get(): never {
        throw new Error('hostile');
      },
    };
    const proxy = new Proxy({}, { ownKeys: thrower.get, getPrototypeOf: thrower.get });
    expect(codeOf(proxy)).toBe('ERR_REGISTRATION_MALFORMED');
    const accessor = Object.defineProperty({ ...registration }, 'record', {
      ...thrower,
      enumerable: true,
    });
    expect(codeOf(accessor)).toBe('ERR_REGISTRATION_MALFORMED');
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(codeOf(revoked)).toBe('ERR_REGISTRATION_MALFORMED');
  });

  it('refuses a signature by another key', () => {
    const forged = copy();
    const mallory = newAgent('mallory');
    forged.signatures = mallory.registration.signatures;
    expect(codeOf(forged)).toBe('ERR_REGISTRATION_SIGNATURE');
  });

  it('throws when the caller has no swarm id', () => {
    expect(() => verifyRegistration(registration, { swarmId: '', now })).toThrow(RangeError);
  });

  it('answers verifyRegistration with yes or no', () => {
    expect(verifyRegistration(registration, checks)).toBe(true);
    expect(verifyRegistration({} as Registration, checks)).toBe(false);
  });
});
