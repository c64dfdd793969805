import { toBase64Url } from '@ruvector/core';
import { type IdentityManager, type MemberRegistry, type Registration } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newClock, newRegistry } from './fixture.js';
import {
  classicalIdentity,
  codeOf,
  hybridAgent,
  hybridIdentity,
  hybridRegistry,
  nextOf,
  resigned,
} from './hybrid-fixture.js';

const alice = hybridAgent('alice', 1);
const withAlice = () => {
  const registry = hybridRegistry();
  registry.apply(alice.registration);
  return registry;
};
const apply = (registry: MemberRegistry, registration: unknown) =>
  codeOf(registry.apply(registration));

describe('a member of suite 2', () => {
  it('is found with its suite and all its public keys', () => {
    const registry = hybridRegistry();
    expect(apply(registry, alice.registration)).toBeUndefined();
    expect(registry.get(alice.memberKeyId)).toMatchObject({
      suite: 2,
      compositePublicKey: alice.identity.compositePublicKey,
      kemPublicKey: alice.identity.kemPublicKey,
    });
  });

  it('is no member where the provider has nothing post-quantum', () => {
    const registry = newRegistry();
    expect(apply(registry, alice.registration)).toBe('ERR_REGISTRATION_SUITE');
    expect(registry.size).toBe(0);
  });

  it('rotates all its keys with both signatures of the old ones', () => {
    const registry = withAlice();
    const fresh = hybridIdentity(2);
    const second = nextOf(fresh, alice.registration, { previousIdentity: alice.identity });
    expect(apply(registry, second)).toBeUndefined();
    expect(apply(registry, nextOf(fresh, second))).toBeUndefined();
    expect(registry.get('alice')?.rev).toBe(3);
  });

  it('does not rotate with one of the two signatures, or with one that is not the old key’s', () => {
    const fresh = hybridIdentity(2);
    const honest = nextOf(fresh, alice.registration, { previousIdentity: alice.identity });
    const { previous_composite: _, ...alone } = honest.signatures;
    const attempts = [
      alone,
      { ...honest.signatures, previous: honest.signatures.ed25519 },
      { ...honest.signatures, previous_composite: honest.signatures.composite! },
    ];
    for (const signatures of attempts) {
      const registry = withAlice();
      expect(apply(registry, { ...honest, signatures })).toBe('ERR_MEMBER_PREVIOUS');
      expect(registry.get('alice')?.rev).toBe(1);
    }
  });

  it('rotates its prekey alone: rev + 1, the same keys otherwise', () => {
    const registry = hybridRegistry();
    const identity = hybridIdentity(1);
    const first = identity.createRegistration('alice', []);
    registry.apply(first);
    identity.rotatePrekey();
    const second = nextOf(identity, first);
    expect(second.record).toMatchObject({
      rev: 2,
      ed25519_public_key: first.record.ed25519_public_key,
      composite_public_key: first.record.composite_public_key,
    });
    expect(second.record.kem_public_key).not.toBe(first.record.kem_public_key);
    expect(apply(registry, second)).toBeUndefined();
    expect(registry.get('alice')?.kemPublicKey).toEqual(identity.kemPublicKey);
  });

  it('comes up from suite 1 with the signature of its one key', () => {
    const registry = hybridRegistry();
    const old = classicalIdentity(5);
    const first = old.createRegistration('alice', []);
    registry.apply(first);
    const upgraded = nextOf(hybridIdentity(6), first, { previousIdentity: old });
    expect(apply(registry, upgraded)).toBeUndefined();
    expect(registry.get('alice')?.suite).toBe(2);
  });

  it('comes up from suite 1 keeping its classical keys, also after it was absent', () => {
    const [old, same] = [classicalIdentity(5), hybridIdentity(5)];
    const first = old.createRegistration('alice', []);
    const registry = hybridRegistry();
    registry.apply(first);
    registry.remove('alice', 'absent');
    expect(apply(registry, nextOf(same, nextOf(same, first)))).toBeUndefined();
    expect(registry.get('alice')).toMatchObject({ suite: 2, rev: 3 });
  });

  it('that was absent comes back with the keys that it signed with, both of them', () => {
    const { identity, registration } = alice;
    const later = nextOf(identity, nextOf(identity, registration));
    const registry = withAlice();
    registry.remove('alice', 'absent');
    // the Ed25519 key is the same, the composite one is not: a seed that was half stolen
    const stranger = hybridIdentity(9);
    const composite_public_key = toBase64Url(stranger.compositePublicKey!);
    const half = resigned(identity, later, { composite_public_key });
    const { composite } = resigned(stranger, later, { composite_public_key }).signatures;
    const posing = { ...half, signatures: { ...half.signatures, composite } };
    expect(apply(registry, posing)).toBe('ERR_MEMBER_PREVIOUS');
    expect(apply(registry, later)).toBeUndefined();
  });
});

describe('one key, one id, one use', () => {
  const mallory = hybridAgent('mallory', 7);
  const { record } = alice.registration;

  /** Mallory's registration with keys of alice in it, as if mallory could sign for them. */
  function claiming(registry: MemberRegistry, over: object): string | undefined {
    const { identity, registration } = mallory;
    return apply(registry, resigned(identity, registration, over));
  }

  it('holds for the prekey, whole or in one half', () => {
    expect(claiming(withAlice(), { kem_public_key: record.kem_public_key })).toBe(
      'ERR_MEMBER_KEY_TAKEN',
    );
    const [own, hers] = [mallory.identity.kemPublicKey!, alice.identity.kemPublicKey!];
    const halves = [
      [own.subarray(0, 1184), hers.subarray(1184)],
      [hers.subarray(0, 1184), own.subarray(1184)],
    ];
    for (const [lattice, curve] of halves) {
      const mixed = new Uint8Array([...lattice!, ...curve!]);
      expect(claiming(withAlice(), { kem_public_key: toBase64Url(mixed) })).toBe(
        'ERR_MEMBER_KEY_TAKEN',
      );
    }
    expect(claiming(withAlice(), {})).toBeUndefined();
  });

  it('holds for the agreement key, as prekey half of another too', () => {
    expect(claiming(withAlice(), { x25519_public_key: record.x25519_public_key })).toBe(
      'ERR_MEMBER_KEY_TAKEN',
    );
    const mixed = mallory.identity.kemPublicKey!;
    mixed.set(alice.identity.x25519PublicKey, 1184);
    expect(claiming(withAlice(), { kem_public_key: toBase64Url(mixed) })).toBe(
      'ERR_MEMBER_KEY_TAKEN',
    );
  });

  it('holds for all keys of an identity under a second id, in either suite', () => {
    const registry = withAlice();
    expect(apply(registry, alice.identity.createRegistration('bob', []))).toBe(
      'ERR_MEMBER_KEY_TAKEN',
    );
    expect(apply(registry, classicalIdentity(1).createRegistration('bob', []))).toBe(
      'ERR_MEMBER_KEY_TAKEN',
    );
  });

  it('holds for one agent: its former prekey half cannot become its agreement key', () => {
    const registry = hybridRegistry();
    const identity = hybridIdentity(1);
    const first = identity.createRegistration('alice', []);
    registry.apply(first);
    const former = toBase64Url(identity.kemPublicKey!.subarray(1184));
    identity.rotatePrekey();
    const next = nextOf(identity, first);
    const moved = resignedNext(identity, next, { x25519_public_key: former });
    expect(apply(registry, moved)).toBe('ERR_MEMBER_KEY_TAKEN');
    expect(apply(registry, next)).toBeUndefined();
  });

  it('holds after 10 daily prekeys: they push out no other key, and the present ones never go', () => {
    const clock = newClock();
    const registry = hybridRegistry(clock);
    const identity = hybridIdentity(1, { clock });
    let registration = identity.createRegistration('alice', []);
    const former: Registration['record'][] = [];
    registry.apply(registration);
    for (let day = 0; day < 10; day++) {
      former.push(registration.record);
      identity.rotatePrekey();
      registration = nextOf(identity, registration);
      expect(apply(registry, registration)).toBeUndefined();
    }
    const keyOf = (key: string | null) => claiming(registry, { kem_public_key: key });
    expect(keyOf(registration.record.kem_public_key)).toBe('ERR_MEMBER_KEY_TAKEN');
    expect(keyOf(former.at(-7)!.kem_public_key)).toBe('ERR_MEMBER_KEY_TAKEN');
    expect(claiming(registry, { x25519_public_key: registration.record.x25519_public_key })).toBe(
      'ERR_MEMBER_KEY_TAKEN',
    );
    expect(apply(registry, identity.createRegistration('bob', []))).toBe('ERR_MEMBER_KEY_TAKEN');
    expect(keyOf(former[0]!.kem_public_key)).toBeUndefined(); // 16 are remembered, two a day
  });
});

/** A next revision that was changed and signed again by its one identity, old keys included. */
function resignedNext(identity: IdentityManager, next: Registration, over: object): Registration {
  const changed = resigned(identity, next, over);
  const { ed25519, composite } = changed.signatures;
  return {
    ...changed,
    signatures: { ed25519, composite, previous: ed25519, previous_composite: composite! },
  };
}
