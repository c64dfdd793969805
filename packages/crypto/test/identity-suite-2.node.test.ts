import { inspect } from 'node:util';
import { isEdgeError, toBase64Url, toHex, utf8 } from '@ruvector/core';
import { IdentityManager } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newClock, seededEntropy } from './fixture.js';
import { CLASSICAL, classicalIdentity, hybridIdentity, PQ } from './hybrid-fixture.js';
import { outcome } from './providers.js';

const DAY_MS = 24 * 3_600_000;
const isCode = (code: string) => expect.toSatisfy((error: unknown) => isEdgeError(error, code));

/** A provider that keeps every secret key it is shown, by the array itself. */
function spying() {
  const seen = new Set<Uint8Array>();
  const spy =
    <A extends unknown[], R>(f: (...args: A) => R, at: number) =>
    (...args: A): R => (seen.add(args[at] as Uint8Array), f(...args));
  const provider = {
    ...PQ,
    ed25519: { ...PQ.ed25519, sign: spy(PQ.ed25519.sign, 1) },
    x25519: { ...PQ.x25519, getSharedSecret: spy(PQ.x25519.getSharedSecret, 0) },
    xwing: { ...PQ.xwing, decapsulate: spy(PQ.xwing.decapsulate, 1) },
    compositeSignature: { ...PQ.compositeSignature, sign: spy(PQ.compositeSignature.sign, 1) },
  };
  return { seen, provider };
}

describe('an identity made with a provider that has post-quantum primitives', () => {
  it('is of suite 2 and has a composite key and a prekey', () => {
    const identity = hybridIdentity(1);
    expect(identity.suite).toBe(2);
    const message = utf8('m');
    const signature = identity.signComposite(message);
    expect(PQ.compositeSignature.verify(signature, message, identity.compositePublicKey!)).toBe(
      true,
    );
    const { ciphertext, sharedSecret } = PQ.xwing.encapsulate(identity.kemPublicKey!);
    expect(identity.decapsulate(ciphertext)).toEqual(sharedSecret);
  });

  it('has the same Ed25519 and X25519 keys as one of suite 1 from the same entropy', () => {
    const [one, two] = [classicalIdentity(1), hybridIdentity(1)];
    expect(two.ed25519PublicKey).toEqual(one.ed25519PublicKey);
    expect(two.x25519PublicKey).toEqual(one.x25519PublicKey);
  });

  it('hands out copies of its public keys', () => {
    const identity = hybridIdentity(1);
    identity.compositePublicKey!.fill(0);
    identity.kemPublicKey!.fill(0);
    const same = hybridIdentity(1);
    expect(identity.compositePublicKey).toEqual(same.compositePublicKey);
    expect(identity.kemPublicKey).toEqual(same.kemPublicKey);
  });

  it('is told by what the provider has: half of it is nothing', () => {
    const { xwing: _, ...half } = PQ;
    expect(hybridIdentity(1, { provider: half }).suite).toBe(1);
  });
});

describe('an identity of suite 1', () => {
  const identity = classicalIdentity(1);

  it('has no keys of suite 2 and says so: ERR_CRYPTO_UNSUPPORTED', () => {
    expect([identity.suite, identity.compositePublicKey, identity.kemPublicKey]).toEqual([
      1,
      undefined,
      undefined,
    ]);
    for (const call of [
      () => identity.signComposite(utf8('m')),
      () => identity.rotatePrekey(),
      () => identity.decapsulate(new Uint8Array(1120)),
    ])
      expect(call).toThrow(isCode('ERR_CRYPTO_UNSUPPORTED'));
    identity.eraseFormerPrekeys();
  });
});

describe('prekeys', () => {
  const sealTo = (publicKey: Uint8Array) => PQ.xwing.encapsulate(publicKey);

  it('that were replaced open what was sealed to them for a day, to the ms, and then no more', () => {
    const clock = newClock();
    const identity = hybridIdentity(1, { clock });
    const former = identity.kemPublicKey!;
    const { ciphertext, sharedSecret } = sealTo(former);
    identity.rotatePrekey();
    expect(identity.kemPublicKey).not.toEqual(former);
    clock.advance(DAY_MS - 1);
    expect(identity.decapsulate(ciphertext, former)).toEqual(sharedSecret);
    expect(identity.decapsulate(ciphertext)).not.toEqual(sharedSecret);
    clock.advance(1);
    expect(() => identity.decapsulate(ciphertext, former)).toThrow(isCode('ERR_PREKEY_GONE'));
    clock.jump(-2 * DAY_MS);
    expect(() => identity.decapsulate(ciphertext, former)).toThrow(isCode('ERR_PREKEY_GONE'));
  });

  it('that were replaced are gone at once when that is asked for; the present one is not', () => {
    const identity = hybridIdentity(1);
    const former = identity.kemPublicKey!;
    identity.rotatePrekey();
    identity.eraseFormerPrekeys();
    const { ciphertext } = sealTo(former);
    expect(() => identity.decapsulate(ciphertext, former)).toThrow(isCode('ERR_PREKEY_GONE'));
    const present = sealTo(identity.kemPublicKey!);
    expect(identity.decapsulate(present.ciphertext)).toEqual(present.sharedSecret);
  });

  it('are kept for seven replacements, and no more', () => {
    const identity = hybridIdentity(1);
    const all = [identity.kemPublicKey!];
    for (let n = 0; n < 8; n++) {
      identity.rotatePrekey();
      all.push(identity.kemPublicKey!);
    }
    const opens = all.map((key) => {
      const { ciphertext, sharedSecret } = sealTo(key);
      const opened = outcome(() => identity.decapsulate(ciphertext, key));
      return opened instanceof Uint8Array && toHex(opened) === toHex(sharedSecret);
    });
    expect(opens).toEqual([false, ...Array.from({ length: 8 }, () => true)]);
  });

  it('that were replaced under a clock that says NaN are gone: rather too early than never', () => {
    const identity = hybridIdentity(1, { clock: { ...newClock(), now: () => NaN } });
    const former = identity.kemPublicKey!;
    identity.rotatePrekey();
    const real = hybridIdentity(1);
    real.rotatePrekey();
    expect(identity.kemPublicKey).toEqual(real.kemPublicKey);
    expect(() => identity.decapsulate(sealTo(former).ciphertext, new Uint8Array(1216))).toThrow(
      isCode('ERR_PREKEY_GONE'),
    );
  });

  it('of others are refused, and a changed ciphertext gives another secret', () => {
    const identity = hybridIdentity(1);
    const stranger = hybridIdentity(2).kemPublicKey!;
    const { ciphertext, sharedSecret } = sealTo(identity.kemPublicKey!);
    expect(() => identity.decapsulate(ciphertext, stranger)).toThrow(isCode('ERR_PREKEY_GONE'));
    ciphertext[0]! ^= 1;
    expect(identity.decapsulate(ciphertext)).not.toEqual(sharedSecret);
    expect(() => identity.decapsulate(new Uint8Array(3))).toThrow(RangeError);
    expect(() => identity.decapsulate(ciphertext, new Uint8Array(3))).toThrow(/^kemPublicKey/);
  });
});

describe('the secrets of suite 2', () => {
  const random = seededEntropy(1);
  const secrets = [32, 32, 64, 32].map((length) => {
    const bytes = new Uint8Array(length);
    random.fill(bytes);
    return bytes;
  });
  const spellings = secrets.flatMap((secret) => [
    toHex(secret),
    toBase64Url(secret),
    secret.slice(0, 8).join(','),
  ]);
  const holdsSecret = (text: string) => {
    const bare = text.replaceAll(/\s/g, ''); // inspect lines numbers up in columns
    return spellings.some((spelling) => bare.includes(spelling));
  };

  it('would be found if they were shown: this test looks for the right bytes', () => {
    expect(holdsSecret(inspect({ secret: secrets[2] }))).toBe(true);
    const pairs = [PQ.compositeSignature.keygen(secrets[2]), PQ.xwing.keygen(secrets[3])];
    const identity = hybridIdentity(1);
    expect(pairs[0]!.publicKey).toEqual(identity.compositePublicKey);
    expect(pairs[1]!.publicKey).toEqual(identity.kemPublicKey);
  });

  it('are not in JSON, inspection, clones, property lists, text or errors', () => {
    const identity = hybridIdentity(1);
    identity.signComposite(utf8('m'));
    identity.rotatePrekey();
    const deep = { showHidden: true, depth: 9, getters: true };
    const views = [
      JSON.stringify(identity),
      inspect(identity, deep),
      inspect(structuredClone(identity), deep),
      inspect(Object.getOwnPropertyDescriptors(identity), deep),
      `${String(identity)} ${JSON.stringify(Object.assign({}, identity))}`,
      ...[
        () => identity.signComposite(7 as never),
        () => identity.decapsulate(new Uint8Array(3)),
        () => identity.decapsulate(new Uint8Array(1120), new Uint8Array(1216)),
      ].map((call) => inspect(outcome(call), deep)),
    ];
    for (const view of views) expect(holdsSecret(view)).toBe(false);
  });

  it('are zeros after destroy(): envelope, agreement, composite, present and former prekeys', () => {
    const { seen, provider } = spying();
    const drawn: Uint8Array[] = [];
    const entropy = seededEntropy(1);
    const identity = IdentityManager.create({
      swarmId: 'swarm-1',
      clock: newClock(),
      provider,
      random: { fill: (bytes) => (drawn.push(bytes), entropy.fill(bytes)) },
    });
    const former = identity.kemPublicKey!;
    identity.rotatePrekey();
    identity.sign(utf8('m'));
    identity.signComposite(utf8('m'));
    identity.derivePairwiseKey(hybridIdentity(2).x25519PublicKey);
    identity.decapsulate(PQ.xwing.encapsulate(former).ciphertext, former);
    identity.decapsulate(PQ.xwing.encapsulate(identity.kemPublicKey!).ciphertext);
    expect([seen.size, drawn.length]).toEqual([5, 5]);
    expect([...seen].every((secret) => secret.some((byte) => byte !== 0))).toBe(true);
    identity.destroy();
    const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
    expect([...seen, ...drawn].map(isZero)).toEqual(Array.from({ length: 10 }, () => true));
    for (const call of [
      () => identity.signComposite(utf8('m')),
      () => identity.decapsulate(new Uint8Array(1120)),
      () => identity.rotatePrekey(),
      () => identity.eraseFormerPrekeys(),
    ])
      expect(call).toThrow(isCode('ERR_IDENTITY_DESTROYED'));
    expect(identity.suite).toBe(2);
  });

  it('of a former prekey are zeros as soon as it is gone', () => {
    const { seen, provider } = spying();
    const identity = hybridIdentity(1, { provider });
    const former = identity.kemPublicKey!;
    identity.rotatePrekey();
    identity.decapsulate(PQ.xwing.encapsulate(former).ciphertext, former);
    const [secret] = seen;
    expect(toHex(secret!)).toBe(toHex(secrets[3]!));
    identity.eraseFormerPrekeys();
    expect(toHex(secret!)).toBe('00'.repeat(32));
  });

  it('are never asked of a provider without the second suite', () => {
    expect(hybridIdentity(1, { provider: CLASSICAL }).suite).toBe(1);
  });
});
