import { concatBytes, fromBase64Url, toBase64Url, utf8 } from '@ruvector/core';
import {
  canonicalize,
  checkRegistration,
  createCryptoProvider,
  memberKeyId,
  parseCanonical,
  verifyRegistration,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newClock, SWARM } from './fixture.js';
import {
  bytesOf,
  CLASSICAL,
  classicalIdentity,
  codeOf,
  hybridIdentity,
  nextOf,
  PQ,
  resigned,
} from './hybrid-fixture.js';

const now = newClock().now();
const identity = hybridIdentity(1);
const registration = identity.createRegistration('alice', ['embed']);
const { record, signatures } = registration;
const judge = (value: unknown, provider = PQ) =>
  codeOf(checkRegistration(value, { swarmId: SWARM, now, provider }));

describe('a registration of suite 2', () => {
  it('carries the composite key and the prekey beside those of suite 1, and is of version 1', () => {
    expect(record).toMatchObject({
      v: 1,
      ed25519_public_key: toBase64Url(identity.ed25519PublicKey),
      x25519_public_key: toBase64Url(identity.x25519PublicKey),
      composite_public_key: toBase64Url(identity.compositePublicKey!),
      kem_public_key: toBase64Url(identity.kemPublicKey!),
    });
    expect(Object.keys(record)).toHaveLength(12);
    expect([identity.compositePublicKey!.length, identity.kemPublicKey!.length]).toEqual([
      1984, 1216,
    ]);
  });

  it('is signed twice over the same bytes, DST("registration") ‖ JCS(record)', () => {
    const message = concatBytes(utf8('ruvector-edge/2/registration\0'), utf8(canonicalize(record)));
    const [one, other] = [signatures.ed25519, signatures.composite!].map((s) => fromBase64Url(s));
    expect([one!.length, other!.length]).toEqual([64, 3373]);
    expect(PQ.ed25519.verify(one!, message, identity.ed25519PublicKey)).toBe(true);
    expect(PQ.compositeSignature.verify(other!, message, identity.compositePublicKey!)).toBe(true);
  });

  it('is taken by every provider with post-quantum primitives, and from canonical text', async () => {
    expect(judge(registration)).toBeUndefined();
    expect(judge(parseCanonical(canonicalize(registration)))).toBeUndefined();
    const node = await createCryptoProvider('node', { pq: true }).catch(() => PQ);
    expect(judge(registration, node)).toBeUndefined();
  });

  it('is refused by a provider without them, with a code of its own: half a proof is none', () => {
    expect(judge(registration, CLASSICAL as never)).toBe('ERR_REGISTRATION_SUITE');
    const half = { ...PQ, xwing: undefined } as never;
    expect(judge(registration, half)).toBe('ERR_REGISTRATION_SUITE');
  });

  it('has an Ed25519 key for envelopes that is not the one in the composite key', () => {
    expect(identity.compositePublicKey!.subarray(1952)).not.toEqual(identity.ed25519PublicKey);
    const stuck = { fill: (bytes: Uint8Array) => void bytes.fill(7) };
    expect(() => hybridIdentity(1, { random: stuck })).toThrow(/^random must not give the same/);
  });

  it('does not verify with the composite or the Ed25519 signature of another record', () => {
    const other = identity.createRegistration('alice', ['search']);
    for (const part of ['ed25519', 'composite'] as const) {
      const mixed = { record, signatures: { ...signatures, [part]: other.signatures[part] } };
      expect(judge(mixed)).toBe('ERR_REGISTRATION_SIGNATURE');
    }
  });

  it('follows one of suite 2 with the signatures of both old keys, in fields of their own', () => {
    const fresh = hybridIdentity(2);
    const next = nextOf(fresh, registration, { previousIdentity: identity });
    expect(Object.keys(next.signatures).sort()).toEqual([
      'composite',
      'ed25519',
      'previous',
      'previous_composite',
    ]);
    const former = fromBase64Url(next.signatures.previous_composite!);
    const message = bytesOf(next.record);
    expect(PQ.compositeSignature.verify(former, message, identity.compositePublicKey!)).toBe(true);
    expect(judge(next)).toBeUndefined();
  });

  it('follows one of suite 1 with the signature of its one key', () => {
    const first = classicalIdentity(3).createRegistration('alice', []);
    const next = nextOf(hybridIdentity(2), first, { previousIdentity: classicalIdentity(3) });
    expect(Object.keys(next.signatures).sort()).toEqual(['composite', 'ed25519', 'previous']);
    expect(judge(next)).toBeUndefined();
  });

  it('is not followed by one of suite 1, nor signed for by somebody without the composite key', () => {
    expect(() =>
      nextOf(classicalIdentity(2), registration, { previousIdentity: identity }),
    ).toThrow(/^previous must not be of suite 2/);
    const sign = (message: Uint8Array) => identity.sign(message);
    expect(() => nextOf(hybridIdentity(2), registration, { previousIdentity: { sign } })).toThrow(
      /signComposite/,
    );
    const mixed = { sign, signComposite: (m: Uint8Array) => hybridIdentity(2).signComposite(m) };
    expect(() => nextOf(hybridIdentity(2), registration, { previousIdentity: mixed })).toThrow(
      /^previousIdentity must hold the keys/,
    );
  });
});

describe('the shape of suite 2', () => {
  const next = nextOf(identity, registration);
  const without = (field: keyof typeof next.signatures) => {
    const { [field]: _, ...rest } = next.signatures;
    return { ...next, signatures: rest };
  };

  it.each<[string, unknown]>([
    [
      'a composite key without a prekey',
      resigned(identity, registration, { kem_public_key: null }),
    ],
    ['a prekey alone', resigned(identity, registration, { composite_public_key: null })],
    ['no composite signature', { record, signatures: { ...signatures, composite: null } }],
    [
      'a composite signature in suite 1',
      {
        ...classicalIdentity(1).createRegistration('alice', []),
        signatures,
      },
    ],
    ['former signatures at rev 1', { record, signatures: next.signatures }],
    ['no former signature at rev 2', without('previous')],
    [
      'only the composite one of them',
      { ...next, signatures: { ...without('previous').signatures, previous_composite: 'A' } },
    ],
    ['an unknown field', { ...next, signatures: { ...next.signatures, previous_kem: null } }],
    ['null for what is absent', { record, signatures: { ...signatures, previous: null } }],
  ])('with %s is malformed', (_, value) => {
    expect(judge(value)).toBe('ERR_REGISTRATION_MALFORMED');
  });

  it('may lack the former composite signature: whether it must be there, the record before says', () => {
    expect(judge(next)).toBeUndefined();
    expect(judge(without('previous_composite'))).toBeUndefined();
  });

  it('of suite 1 has no former composite signature', () => {
    const old = classicalIdentity(3);
    const second = nextOf(old, old.createRegistration('alice', []));
    const { previous_composite } = next.signatures;
    const posing = { ...second, signatures: { ...second.signatures, previous_composite } };
    expect(judge(posing)).toBe('ERR_REGISTRATION_MALFORMED');
    expect(judge(second)).toBeUndefined();
  });
});

describe('the keys of suite 2', () => {
  const spoilt = (key: Uint8Array, change: (key: Uint8Array) => void) => {
    const copy = key.slice();
    change(copy);
    return toBase64Url(copy);
  };
  const composite = identity.compositePublicKey!;
  const prekey = identity.kemPublicKey!;

  it.each<[string, object]>([
    [
      'the envelope key as half of the composite',
      { ed25519_public_key: toBase64Url(composite.subarray(1952)) },
    ],
    [
      'an X25519 key in two places',
      { kem_public_key: spoilt(prekey, (key) => key.set(identity.x25519PublicKey, 1184)) },
    ],
    ['a prekey half of low order', { kem_public_key: spoilt(prekey, (key) => key.fill(0, 1184)) }],
    ['a lattice half of zeros', { kem_public_key: spoilt(prekey, (key) => key.fill(0, 0, 1152)) }],
    [
      'a coefficient of 3329',
      { kem_public_key: spoilt(prekey, (key) => key.set([0x01, 0x0d | (key[1]! & 0xf0)], 0)) },
    ],
  ])('with %s are refused though the signatures hold', (_, over) => {
    const claimed = resigned(identity, registration, over);
    // the owner of the composite key can sign with its half alone, too
    const halfKey = { ...PQ.ed25519, verify: () => true };
    const lenient = { ...PQ, ed25519: halfKey };
    expect(judge(claimed, lenient)).toBe('ERR_REGISTRATION_KEY');
  });

  it('of the composite kind that anybody could sign for are refused', () => {
    const zero = { composite_public_key: spoilt(composite, (key) => key.fill(0, 32, 1952)) };
    const mixed = {
      composite_public_key: spoilt(composite, (key) => key.fill(0, 1952).fill(1, 1952, 1953)),
    };
    const anything = {
      ...PQ,
      compositeSignature: { ...PQ.compositeSignature, verify: () => true },
    };
    for (const over of [zero, mixed])
      expect(judge(resigned(identity, registration, over), anything)).toBe('ERR_REGISTRATION_KEY');
    expect(judge(registration, anything)).toBeUndefined();
  });

  it('give a member key id that covers them', () => {
    const rotated = hybridIdentity(1);
    rotated.rotatePrekey();
    const other = rotated.createRegistration('alice', ['embed']);
    expect(memberKeyId(other.record)).not.toEqual(memberKeyId(record));
    expect(verifyRegistration(other, { swarmId: SWARM, now, provider: PQ })).toBe(true);
  });
});
