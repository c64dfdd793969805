import { utf8, type CryptoProvider } from '@ruvector/core';
import {
  constantTimeEqual,
  defaultProvider,
  ENVELOPE_REFUSED,
  openEnvelope,
  sealEnvelope,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newPair } from './fixture.js';
import { flipped, provider } from './handshake-fixture.js';
import { code, newSessions, reply, shake } from './pairwise-fixture.js';

/** Bytes that count how often one of them is read. */
function watched(bytes: Uint8Array) {
  const seen: number[] = [];
  const proxy = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) seen.push(Number(key));
      return Reflect.get(target, key, target) as unknown;
    },
  });
  return { proxy, seen };
}

/** The default provider, writing down what it is asked for. */
function spied() {
  const asked: string[] = [];
  const { ed25519, aes256gcm, ...rest } = defaultProvider();
  const told = (name: string) => void asked.push(name);
  const provider: CryptoProvider = {
    ...rest,
    ed25519: {
      ...ed25519,
      verify: (...args) => (told('verify'), ed25519.verify(...args)),
    },
    aes256gcm: {
      ...aes256gcm,
      open: (...args) => (told('open'), aes256gcm.open(...args)),
      openDetached: (...args) => (told('open'), aes256gcm.openDetached(...args)),
    },
    hkdfSha256: (...args) => (told('derive'), rest.hkdfSha256(...args)),
  };
  return { asked, provider };
}

describe('timing uniformity', () => {
  it('a comparison of secrets reads every byte of both once, wherever they differ', () => {
    const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
    const every = [...secret.keys()];
    for (let at = 0; at <= secret.length; at++) {
      const guess = secret.slice();
      if (at < secret.length) guess[at]! ^= 0x80;
      const [a, b] = [watched(secret), watched(guess)];
      expect(constantTimeEqual(a.proxy, b.proxy)).toBe(at === secret.length);
      expect([a.seen, b.seen]).toEqual([every, every]);
    }
  });

  it('a forged envelope costs one verification and no derivation, whichever byte is forged', () => {
    const { fields, sealing, receiving, chain } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    const right = spied();
    openEnvelope(envelope, { ...newPair().receiving, provider: right.provider });
    expect(right.asked).toEqual(['verify', 'open']); // so that the spy is seen to see
    for (let at = 132; at < envelope.length; at++) {
      const { asked, provider: spy } = spied();
      let derivations = 0;
      const counting = { derive: (j: number) => (derivations++, chain.derive(j)) };
      const options = { ...receiving, provider: spy, keys: () => counting as never };
      const refused = openEnvelope(flipped(envelope, 8 * at), options);
      expect(refused).toEqual({ ok: false, code: 'ERR_ENVELOPE_SIGNATURE' });
      expect([asked, derivations]).toEqual([['verify'], 0]);
    }
  });

  it('a wrong key commitment is told before the seal is tried, wherever it differs', () => {
    for (let at = 0; at < 32; at++) {
      const { fields, sealing, receiving } = newPair();
      const { chain } = sealing;
      const lying = {
        next: 0,
        derive(counter: number) {
          const keys = chain.derive(counter);
          if (!keys.ok) return keys;
          const keyCommitment = keys.keyCommitment.slice();
          keyCommitment[at]! ^= 1;
          return { ...keys, keyCommitment };
        },
      };
      const envelope = sealEnvelope(fields(), { ...sealing, chain: lying as never });
      const { asked, provider: spy } = spied();
      const refused = openEnvelope(envelope, { ...receiving, provider: spy });
      expect(refused).toEqual({ ok: false, code: 'ERR_ENVELOPE_COMMITMENT' });
      expect(asked).toEqual(['verify']);
    }
  });
});

describe('error uniformity', () => {
  it('a lattice ciphertext that was tampered with gives another secret, and no error', () => {
    const { mlKem768, xwing } = provider;
    for (const [kem, seedBytes] of [
      [mlKem768, 64],
      [xwing, 32],
    ] as const) {
      const pair = kem.keygen(new Uint8Array(seedBytes).fill(3));
      const { ciphertext, sharedSecret } = kem.encapsulate(pair.publicKey);
      for (const bit of [0, 7, 4000, 8 * 1088 - 1]) {
        const other = kem.decapsulate(flipped(ciphertext, bit), pair.secretKey);
        expect(other).toHaveLength(sharedSecret.length);
        expect(other).not.toEqual(sharedSecret);
      }
    }
  });

  it('a peer whose packet is refused hears nothing, whatever was wrong with it', () => {
    const { low, high, clock } = newSessions();
    const first = low.initiate();
    const taken = high.receive(first);
    const second = reply(taken);
    const packets = [
      new Uint8Array(0),
      first.subarray(1),
      flipped(first, 0),
      flipped(first, 8 * 20),
      flipped(first, 8 * first.length - 1),
      flipped(second, 8 * second.length - 1),
      second,
      first,
    ];
    const refused = packets.map((packet) => high.receive(packet));
    for (const verdict of refused) expect(Object.keys(verdict)).toEqual(['ok', 'code']);
    expect(new Set(refused.map(code)).size).toBeGreaterThanOrEqual(4); // told to the own log alone
    clock.advance(1);
    shake(low, high);
    const frame = low.seal(utf8('hello'));
    for (let bit = 0; bit < 8 * frame.length; bit += 5)
      expect(Object.keys(high.receive(flipped(frame, bit)))).toEqual(['ok', 'code']);
    expect(high.receive(frame)).toMatchObject({ ok: true });
  });

  it('one constant is all that a peer may be told, and it names no rule', () => {
    expect(ENVELOPE_REFUSED).toBe('ERR_ENVELOPE');
  });
});
