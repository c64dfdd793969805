import { concatBytes, equalBytes, utf8 } from '@ruvector/core';
import {
  createSenderChain,
  DST,
  openEnvelope,
  ReplayWindow,
  sealEnvelope,
  sha256,
  type OpenOptions,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { EPOCH, newPair, SWARM } from './fixture.js';
import { ciphertextUnderTwoKeys } from './gcm-collision.js';
import { newKind } from './kinds-fixture.js';
import { outcome, PROVIDERS } from './providers.js';

const NONCE_AT = 132;
const SEALED_AT = 144;
const AFTER_SEALED = 32 + 64; // commitment, signature

const codeOf = (envelope: Uint8Array, options: OpenOptions) => {
  const opened = openEnvelope(envelope, options);
  return opened.ok ? undefined : opened.code;
};

/** A group envelope with its last 64 bytes made anew: what its own sender could send. */
function signedAgain(envelope: Uint8Array, sign: (message: Uint8Array) => Uint8Array): Uint8Array {
  const header = envelope.subarray(0, NONCE_AT);
  const sealed = envelope.subarray(NONCE_AT, -AFTER_SEALED);
  const commitment = envelope.subarray(-AFTER_SEALED, -64);
  const message = concatBytes(DST('envelope'), header, sha256(sealed), commitment);
  return concatBytes(envelope.subarray(0, -64), sign(message));
}

describe('replay into another topic', () => {
  it('fails: the topic is sealed, and no byte of it can be changed', () => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields({ topic: 'news' }), sealing);
    // type and length of the topic stand before it; sealed bytes change one for one
    for (let at = 0; at < 'news'.length; at++) {
      const moved = envelope.slice();
      moved[SEALED_AT + 3 + at]! ^= 1;
      expect(codeOf(moved, receiving)).toBe('ERR_ENVELOPE_SIGNATURE');
      const { sign } = sealing;
      expect(codeOf(signedAgain(moved, sign), receiving)).toBe('ERR_ENVELOPE_SEAL');
    }
    expect(openEnvelope(envelope, receiving)).toMatchObject({ payload: { topic: 'news' } });
  });

  it('fails for a plain envelope too: the topic is signed', () => {
    const { seal, codeOf: code, open } = newKind('plain');
    const envelope = seal({ topic: 'news' });
    const topicAt = envelope.findIndex((_, at) =>
      equalBytes(envelope.subarray(at, at + 4), utf8('news')),
    );
    const moved = envelope.slice();
    moved.set(utf8('olds'), topicAt);
    expect(code(moved)).toBe('ERR_ENVELOPE_SIGNATURE');
    expect(open(envelope)).toMatchObject({ payload: { topic: 'news' } });
  });

  it('fails for a receiver that asks the same windows for all topics: it opens once', () => {
    const { fields, sealing, receiving } = newPair();
    const [news, olds] = ['news', 'olds'].map((topic) => sealEnvelope(fields({ topic }), sealing));
    const again = [news!, olds!, news!, olds!].map((envelope) => codeOf(envelope, receiving));
    expect(again).toEqual([undefined, undefined, 'ERR_ENVELOPE_REPLAY', 'ERR_ENVELOPE_REPLAY']);
  });
});

describe('any header bit flipped', () => {
  it('is refused, by the signature or before', () => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    for (let bit = 0; bit < 8 * NONCE_AT; bit++)
      expect(codeOf(flipped(envelope, bit), receiving), `bit ${bit}`).toMatch(/^ERR_ENVELOPE_/);
    expect(codeOf(envelope, receiving)).toBeUndefined();
  });

  it('is refused though its own sender signs that: the seal covers the header', () => {
    const { fields, sealing, receiving, chain, window } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    const codes = new Set<string | undefined>();
    for (let bit = 0; bit < 8 * NONCE_AT; bit++)
      codes.add(codeOf(signedAgain(flipped(envelope, bit), sealing.sign), receiving));
    expect(codes.has(undefined)).toBe(false);
    expect(codes.has('ERR_ENVELOPE_SIGNATURE')).toBe(false);
    expect(codes.has('ERR_ENVELOPE_SEAL')).toBe(true);
    expect([chain.next, window.check(0)]).toEqual([0, true]);
    expect(codeOf(signedAgain(envelope, sealing.sign), receiving)).toBeUndefined();
  });
});

describe.each(PROVIDERS)('AES-256-GCM of %s', (_, { aes256gcm }) => {
  const [key, nonce] = [new Uint8Array(32).fill(1), new Uint8Array(12).fill(2)];
  const { ciphertext, tag } = aes256gcm.sealDetached(key, nonce, utf8('text'));

  it.each([0, 4, 8, 12, 13, 15, 17])('takes no tag of %i bytes', (length) => {
    const cut = concatBytes(tag, tag).subarray(0, length);
    const open = outcome(() => aes256gcm.openDetached(key, nonce, ciphertext, cut));
    expect(open).toBeInstanceOf(RangeError);
    const joined = concatBytes(ciphertext, cut);
    const result = outcome(() => aes256gcm.open(key, nonce, joined));
    expect(result).toBeInstanceOf(Error);
  });

  it.each([0, 1, 8, 11, 13, 16])('takes no nonce of %i bytes, sealing or opening', (length) => {
    const other = new Uint8Array(length).fill(2);
    const sealed = concatBytes(ciphertext, tag);
    for (const use of [
      () => aes256gcm.seal(key, other, utf8('text')),
      () => aes256gcm.sealDetached(key, other, utf8('text')),
      () => aes256gcm.open(key, other, sealed),
      () => aes256gcm.openDetached(key, other, ciphertext, tag),
    ])
      expect(outcome(use)).toBeInstanceOf(RangeError);
  });
});

describe('two keys, one ciphertext', () => {
  /** What a member can make that is in two epochs, or two swarms, with one of their messages. */
  function salamander() {
    const { fields, sealing, receiving, alice } = newPair();
    const [provider] = PROVIDERS.map(([, each]) => each);
    const otherChain = () =>
      createSenderChain({
        swarmId: SWARM,
        swarmKey: new Uint8Array(32).fill(8),
        epoch: EPOCH,
        sender: alice.memberKeyId,
      });
    const body = new Uint8Array(64 - 19 - 4); // with type, topic and so on four whole blocks
    const envelope = sealEnvelope(fields({ body }), sealing);
    const keys = [receiving.keys({} as never)!, otherChain()].map((chain) => {
      const derived = chain.derive(0);
      if (!derived.ok) throw new Error(derived.code);
      return derived.messageKey.slice();
    });
    const sealed = ciphertextUnderTwoKeys(
      provider!.aes256gcm,
      [keys[0]!, keys[1]!],
      envelope.subarray(NONCE_AT, SEALED_AT),
      envelope.subarray(0, NONCE_AT),
      envelope.subarray(SEALED_AT, -AFTER_SEALED - 16),
    );
    const forged = envelope.slice();
    forged.set(sealed, SEALED_AT);
    const other = { ...receiving, keys: otherChain, window: new ReplayWindow() };
    const twoFaced = signedAgain(forged, sealing.sign);
    return { twoFaced, sealed, keys, envelope, receiving, other, aes256gcm: provider!.aes256gcm };
  }

  it('can be made: AES-GCM alone opens it under both', () => {
    const { sealed, keys, envelope, aes256gcm } = salamander();
    const [nonce, aad] = [envelope.slice(NONCE_AT, SEALED_AT), envelope.slice(0, NONCE_AT)];
    const texts = keys.map((key) => aes256gcm.open(key, nonce, sealed, aad));
    expect(texts.map(({ length }) => length)).toEqual([64, 64]);
    expect(texts[0]).not.toEqual(texts[1]);
  });

  it('opens for one of two receivers only: the commitment is to one key', () => {
    const { twoFaced, receiving, other } = salamander();
    expect(codeOf(twoFaced, other)).toBe('ERR_ENVELOPE_COMMITMENT');
    expect(codeOf(twoFaced, receiving)).toBeUndefined();
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}
