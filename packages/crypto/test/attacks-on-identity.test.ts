import fc from 'fast-check';
import { concatBytes, fromBase64Url, toBase64Url, utf8 } from '@ruvector/core';
import {
  canonicalize,
  checkRegistration,
  DST,
  parseCanonical,
  signInvite,
  verifyRegistration,
  type Registration,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newClock, SWARM } from './fixture.js';
import {
  bytesOf,
  classicalIdentity,
  codeOf,
  hybridAgent,
  hybridIdentity,
  hybridRegistry,
  nextOf,
  PQ,
} from './hybrid-fixture.js';
import './seed.js';

const now = newClock().now();
const alice = hybridAgent('alice', 1);
const { identity, registration } = alice;
const { record, signatures } = registration;
const judge = (value: unknown) =>
  codeOf(checkRegistration(value, { swarmId: SWARM, now, provider: PQ }));
const withAlice = () => {
  const registry = hybridRegistry();
  registry.apply(registration);
  return registry;
};
const signedWith = (over: object) => ({ record, signatures: { ...signatures, ...over } });

describe('rev rollback', () => {
  it('to an earlier record, to the same rev, or past a gap is refused', () => {
    const registry = withAlice();
    const second = nextOf(identity, registration);
    const third = nextOf(identity, second);
    expect(codeOf(registry.apply(third))).toBe('ERR_MEMBER_REV');
    expect(codeOf(registry.apply(second))).toBeUndefined();
    const fork = nextOf(identity, registration, { expiresAt: now + 5 });
    expect([registration, fork].map((old) => codeOf(registry.apply(old)))).toEqual([
      'ERR_MEMBER_REV',
      'ERR_MEMBER_REV',
    ]);
    expect(registry.get('alice')?.rev).toBe(2);
  });

  it('by a removed member, rejoining with an old rev, is refused: it left, or was revoked', () => {
    const second = nextOf(identity, registration);
    const third = nextOf(identity, second);
    for (const [reason, next] of [
      ['left', undefined],
      ['revoked', 'ERR_MEMBER_REVOKED'],
    ] as const) {
      const registry = withAlice();
      registry.apply(second);
      registry.remove('alice', reason);
      const old = reason === 'left' ? 'ERR_MEMBER_REV' : 'ERR_MEMBER_REVOKED';
      for (const known of [registration, second]) expect(codeOf(registry.apply(known))).toBe(old);
      expect(registry.get('alice')).toBeUndefined();
      expect(codeOf(registry.apply(third))).toBe(next);
    }
  });

  it('of one who left, to the record that it left with, is refused', () => {
    const registry = withAlice();
    registry.remove('alice', 'left');
    expect(codeOf(registry.apply(registration))).toBe('ERR_MEMBER_REV');
    expect(codeOf(registry.apply(nextOf(identity, registration)))).toBeUndefined();
  });
});

describe('id twins', () => {
  it.each(['Alice', 'ALICE', 'aLice'])('in another case such as %s are refused', (agentId) => {
    const twin = hybridIdentity(2).createRegistration(agentId, []);
    expect(codeOf(withAlice().apply(twin))).toBe('ERR_MEMBER_ID_TWIN');
  });
});

describe('a key swap without the old signature', () => {
  const thief = hybridIdentity(8);

  it('is refused whether the thief signs for the old keys or leaves that out', () => {
    const swap = nextOf(thief, registration, { previousIdentity: identity });
    const { ed25519, composite } = swap.signatures;
    const attempts = [
      { ed25519, composite },
      { ed25519, composite, previous: ed25519 },
      { ed25519, composite, previous: ed25519, previous_composite: composite! },
    ].map((forged) => codeOf(withAlice().apply({ ...swap, signatures: forged })));
    expect(attempts).toEqual([
      'ERR_REGISTRATION_MALFORMED',
      'ERR_MEMBER_PREVIOUS',
      'ERR_MEMBER_PREVIOUS',
    ]);
  });

  it('by somebody who broke Ed25519, and holds that one old key, is refused', () => {
    const swap = nextOf(thief, registration, { previousIdentity: identity });
    const { previous, ...rest } = swap.signatures; // the quantum computer made this one
    const forged = { ...rest, previous: previous!, previous_composite: rest.composite! };
    expect(codeOf(withAlice().apply({ ...swap, signatures: forged }))).toBe('ERR_MEMBER_PREVIOUS');
  });

  it('by rewriting the first record is refused', () => {
    expect(codeOf(withAlice().apply(thief.createRegistration('alice', [])))).toBe('ERR_MEMBER_REV');
  });
});

describe('suite lowered', () => {
  const classical = classicalIdentity(1);
  const ed25519 = (of: Registration['record']) => toBase64Url(identity.sign(bytesOf(of)));

  /** What the holder of alice's Ed25519 key alone can make. */
  function lowered(): Registration {
    const { record: second } = nextOf(identity, registration);
    const changed = { ...second, composite_public_key: null, kem_public_key: null };
    const own = ed25519(changed);
    return { record: changed, signatures: { ed25519: own, composite: null, previous: own } };
  }

  it('to 1 by the next revision is refused, with every signature that suite 1 asks for', () => {
    expect(judge(lowered())).toBeUndefined();
    const registry = withAlice();
    expect(codeOf(registry.apply(lowered()))).toBe('ERR_MEMBER_SUITE');
    expect(registry.get('alice')?.suite).toBe(2);
  });

  it.each(['absent', 'left'] as const)('to 1 by one who was %s is refused', (reason) => {
    const registry = withAlice();
    registry.remove('alice', reason);
    expect(codeOf(registry.apply(lowered()))).toBe('ERR_MEMBER_SUITE');
  });

  it('to 1 by another first record of the same Ed25519 key is refused', () => {
    const first = classical.createRegistration('alice', []);
    expect(first.record.ed25519_public_key).toBe(record.ed25519_public_key);
    expect(codeOf(withAlice().apply(first))).toBe('ERR_MEMBER_REV');
  });

  it('in the record, in the signatures or in both is refused', () => {
    const bare = { ...record, composite_public_key: null, kem_public_key: null };
    const half = { ed25519: signatures.ed25519, composite: null };
    expect(judge({ record: bare, signatures })).toBe('ERR_REGISTRATION_MALFORMED');
    expect(judge({ record, signatures: half })).toBe('ERR_REGISTRATION_MALFORMED');
    expect(judge({ record: bare, signatures: half })).toBe('ERR_REGISTRATION_SIGNATURE');
  });
});

describe('half of a hybrid', () => {
  const composite = fromBase64Url(signatures.composite!);
  const other = fromBase64Url(
    identity.createRegistration('alice', ['other']).signatures.composite!,
  );
  const lattice = composite.subarray(0, 3309);
  const curve = composite.subarray(3309);
  const none = (length: number) => new Uint8Array(length);

  it.each<[string, Uint8Array, string]>([
    ['empty', none(0), 'MALFORMED'],
    ['all zero', none(3373), 'SIGNATURE'],
    ['without its lattice half', curve, 'MALFORMED'],
    ['without its curve half', lattice, 'MALFORMED'],
    ['with a lattice half of zeros', concatBytes(none(3309), curve), 'SIGNATURE'],
    ['with a curve half of zeros', concatBytes(lattice, none(64)), 'SIGNATURE'],
    ['cut by a byte', composite.subarray(0, 3372), 'MALFORMED'],
    ['grown by a byte', concatBytes(composite, none(1)), 'MALFORMED'],
    ['with its halves swapped', concatBytes(curve, lattice), 'SIGNATURE'],
    [
      'with the curve half of another record',
      concatBytes(lattice, other.subarray(3309)),
      'SIGNATURE',
    ],
    [
      'with the lattice half of another record',
      concatBytes(other.subarray(0, 3309), curve),
      'SIGNATURE',
    ],
    [
      'with the envelope signature for its curve half',
      concatBytes(lattice, fromBase64Url(signatures.ed25519)),
      'SIGNATURE',
    ],
  ])('%s, as signature, is refused', (_, bytes, code) => {
    expect(judge(signedWith({ composite: toBase64Url(bytes) }))).toBe(`ERR_REGISTRATION_${code}`);
  });

  it.each<[string, (key: Uint8Array) => Uint8Array]>([
    ['empty', () => none(0)],
    ['all zero', () => none(1984)],
    ['without its lattice half', (key) => key.subarray(1952)],
    ['without its curve half', (key) => key.subarray(0, 1952)],
    ['with a lattice half of zeros', (key) => concatBytes(none(1952), key.subarray(1952))],
    ['with a curve half of zeros', (key) => concatBytes(key.subarray(0, 1952), none(32))],
    ['with its halves swapped', (key) => concatBytes(key.subarray(1952), key.subarray(0, 1952))],
  ])('%s, as key, is refused though the Ed25519 key signs for it', (_, change) => {
    const composite_public_key = toBase64Url(change(identity.compositePublicKey!));
    const changed = { ...record, composite_public_key };
    const message = bytesOf(changed);
    const signed = {
      ed25519: toBase64Url(identity.sign(message)),
      composite: toBase64Url(identity.signComposite(message)),
    };
    expect(judge({ record: changed, signatures: signed })).toMatch(/MALFORMED|SIGNATURE|KEY/);
  });
});

describe('Ed25519 alone posing as composite', () => {
  it('is refused: in its own length, filled up, doubled, or by the same key', () => {
    const own = fromBase64Url(signatures.ed25519);
    const poses = [
      own,
      concatBytes(own, new Uint8Array(3309)),
      concatBytes(new Uint8Array(3309), own),
      Uint8Array.from({ length: 3373 }, (_, i) => own[i % 64]!),
    ];
    for (const pose of poses)
      expect(judge(signedWith({ composite: toBase64Url(pose) }))).toMatch(/MALFORMED|SIGNATURE/);
  });

  it('is refused the other way round: the curve half of a composite signs no record', () => {
    const half = fromBase64Url(signatures.composite!).subarray(3309);
    expect(judge(signedWith({ ed25519: toBase64Url(half) }))).toBe('ERR_REGISTRATION_SIGNATURE');
  });
});

describe('cross-swarm and cross-protocol', () => {
  it('signatures of another swarm, label or statement are worth nothing', () => {
    const elsewhere = identity.createRegistration('alice', ['embed'], { swarmId: 'swarm-2' });
    expect(judge(elsewhere)).toBe('ERR_REGISTRATION_SWARM');
    const moved = { record, signatures: elsewhere.signatures };
    expect(judge(moved)).toBe('ERR_REGISTRATION_SIGNATURE');
    for (const message of [
      utf8(canonicalize(record)),
      concatBytes(DST('member'), utf8(canonicalize(record))),
      concatBytes(DST('invite'), utf8(canonicalize(record))),
    ]) {
      const ed25519 = toBase64Url(identity.sign(message));
      const composite = toBase64Url(identity.signComposite(message));
      expect(judge(signedWith({ ed25519 }))).toBe('ERR_REGISTRATION_SIGNATURE');
      expect(judge(signedWith({ composite }))).toBe('ERR_REGISTRATION_SIGNATURE');
    }
    const invite = signInvite({ swarmId: SWARM, clock: newClock() }, identity);
    expect(judge({ record, signatures: invite.signatures })).toBe('ERR_REGISTRATION_SIGNATURE');
  });
});

describe('any changed bit anywhere in a registration', () => {
  const second = nextOf(identity, registration);
  const text = canonicalize(second);

  const knowing = withAlice();

  /** Whether somebody who knows the record before takes it; what is refused changes nothing. */
  function isTaken(changed: string, registry = knowing): boolean {
    try {
      return registry.apply(parseCanonical(changed)).ok;
    } catch {
      return false; // not canonical JSON any more
    }
  }

  it('is refused: 300 of them, in keys, signatures, and all else', () => {
    expect(isTaken(text, withAlice())).toBe(true);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(6), (at, bit) => {
        const code = text.charCodeAt(at) ^ (1 << bit);
        expect(isTaken(text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1))).toBe(
          false,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is refused in each byte of each decoded signature and key', () => {
    const flipped = (value: string, at: number) => {
      const bytes = fromBase64Url(value);
      bytes[at % bytes.length]! ^= 1 << (at % 8);
      return toBase64Url(bytes);
    };
    fc.assert(
      fc.property(
        fc.constantFrom(
          ...Object.keys(second.signatures),
          'composite_public_key',
          'kem_public_key',
        ),
        fc.nat(4096),
        (field, at) => {
          const part = field in second.signatures ? 'signatures' : 'record';
          const fields = second[part] as unknown as Record<string, string>;
          const changed = {
            ...second,
            [part]: { ...fields, [field]: flipped(fields[field]!, at) },
          };
          expect(knowing.apply(changed).ok).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of the former signatures is not seen by a newcomer, who has no former key: nothing follows from them', () => {
    const stranger = {
      ...second,
      signatures: { ...second.signatures, previous: signatures.ed25519 },
    };
    const checks = { swarmId: SWARM, now, provider: PQ };
    expect(verifyRegistration(stranger, checks)).toBe(true);
    const registry = hybridRegistry();
    expect(registry.apply(stranger).ok).toBe(true);
    expect(registry.get('alice')!.memberKeyId).toEqual(
      (hybridRegistry().apply(second) as { member: { memberKeyId: Uint8Array } }).member
        .memberKeyId,
    );
  });
});
