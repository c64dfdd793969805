import { concatBytes } from '@ruvector/core';
import { readEnvelopeHeader, VerifiedRoots } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { chainOf, EPOCH } from './fixture.js';
import { newKind } from './kinds-fixture.js';

/** Where index, count and path stand in a batched envelope of suite 1. */
const placeAt = (envelope: Uint8Array) =>
  132 + 12 + new DataView(envelope.buffer).getUint32(128) + 32;
const put = (envelope: Uint8Array, offset: number, value: number) => {
  const changed = envelope.slice();
  new DataView(changed.buffer).setUint32(placeAt(envelope) + offset, value);
  return changed;
};
const newBatch = (count: number) => {
  const kind = newKind('batched');
  const envelopes = kind.sealAll(
    Array.from({ length: count }, (_, i) => ({ body: Uint8Array.of(i) })),
  );
  return { ...kind, envelopes };
};

describe('envelopes of one batch', () => {
  it.each([1, 2, 3, 255, 256])('open each by itself, in any order: %i of them', (count) => {
    const { envelopes, open } = newBatch(count);
    const opened = [...envelopes].reverse().map((envelope) => open(envelope));
    expect(opened.every(({ ok }) => ok)).toBe(true);
    const bodies = opened.map((one) => (one.ok ? one.payload.body[0] : undefined));
    expect(bodies).toEqual(envelopes.map((_, i) => i).reverse());
  });

  it('carry 8 hashes at most: 256 bytes of path', () => {
    const { envelopes } = newBatch(256);
    const alone = newBatch(1).envelopes[0]!;
    expect(envelopes[0]!.length - alone.length).toBe(256);
  });

  it('do not open with the place of another one', () => {
    const { envelopes, codeOf } = newBatch(4);
    for (const index of [1, 2, 3])
      expect(codeOf(put(envelopes[0]!, 0, index))).toBe('ERR_ENVELOPE_SIGNATURE');
  });

  it.each([4, 5, 256, 2 ** 31, 2 ** 32 - 1])('have no place %i of 4', (index) => {
    const { envelopes, codeOf } = newBatch(4);
    expect(codeOf(put(envelopes[0]!, 0, index))).toBe('ERR_ENVELOPE_FORMAT');
  });

  it.each([
    [0, 'FORMAT'],
    [1, 'SIZE'],
    [5, 'SIZE'],
    [6, 'SIGNATURE'], // as long a path, on the same sides: only the signature knows the count
    [8, 'SIGNATURE'],
    [9, 'SIZE'],
    [257, 'FORMAT'],
    [2 ** 32 - 1, 'FORMAT'],
  ])('are not of a batch of %i when they are of 7: %s', (count, code) => {
    const { envelopes, codeOf } = newBatch(7);
    const first = envelopes[count === 5 ? 4 : 0]!;
    expect(codeOf(put(first, 4, count))).toBe(`ERR_ENVELOPE_${code}`);
  });

  it('are refused with a path that is too long, too short or of another one', () => {
    const { envelopes, codeOf } = newBatch(4);
    const at = placeAt(envelopes[0]!) + 8;
    const [head, path, signature] = [
      envelopes[0]!.subarray(0, at),
      envelopes[0]!.subarray(at, -64),
      envelopes[0]!.subarray(-64),
    ];
    expect(path).toHaveLength(64);
    const withPath = (other: Uint8Array) => codeOf(concatBytes(head, other, signature));
    expect(withPath(path.subarray(32))).toBe('ERR_ENVELOPE_SIZE');
    expect(withPath(new Uint8Array(0))).toBe('ERR_ENVELOPE_SIZE');
    expect(withPath(concatBytes(path, new Uint8Array(32)))).toBe('ERR_ENVELOPE_SIZE');
    expect(withPath(envelopes[2]!.subarray(at, -64))).toBe('ERR_ENVELOPE_SIGNATURE');
    expect(withPath(path)).toBeUndefined();
  });

  it('of equal content differ: no two have one counter', () => {
    const { sealAll, codeOf } = newKind('batched');
    const twins = sealAll([{}, {}, {}]);
    expect(twins.map((envelope) => readEnvelopeHeader(envelope)!.counter)).toEqual([0, 1, 2]);
    expect(twins.map((envelope) => codeOf(envelope))).toEqual([undefined, undefined, undefined]);
    expect(codeOf(twins[1]!)).toBe('ERR_ENVELOPE_REPLAY');
  });
});

describe('the root of a batch', () => {
  /** The same message, sealed for another swarm, epoch or sender, with the root of the first. */
  const transplant = (envelope: Uint8Array, at: number) => {
    const changed = envelope.slice();
    changed[at]! ^= 1;
    return changed;
  };

  it('is no proof in another epoch, swarm or of another sender, remembered or not', () => {
    const { envelopes, codeOf, open, alice } = newBatch(2);
    const roots = new VerifiedRoots();
    expect(open(envelopes[0]!, { roots }).ok).toBe(true);
    const other = chainOf(alice.memberKeyId, EPOCH ^ 1n);
    for (const over of [{}, { roots }]) {
      const keys = () => other;
      expect(codeOf(transplant(envelopes[1]!, 111), { ...over, keys })).toBe(
        'ERR_ENVELOPE_SIGNATURE',
      );
      expect(codeOf(transplant(envelopes[1]!, 39), over)).toBe('ERR_ENVELOPE_SWARM');
      expect(codeOf(transplant(envelopes[1]!, 71), over)).toBe('ERR_ENVELOPE_SIGNATURE');
    }
    expect(open(envelopes[1]!, { roots }).ok).toBe(true);
  });

  it('of one epoch does not vouch for leaves of the next, grafted with its signature', () => {
    const { envelopes, codeOf } = newBatch(1);
    const next = newBatch(1);
    const grafted = next.envelopes[0]!.slice();
    grafted.set(envelopes[0]!.subarray(-64), grafted.length - 64);
    grafted[119] = 1; // another counter, so another leaf and root
    expect(codeOf(grafted)).toBe('ERR_ENVELOPE_SIGNATURE');
  });

  it('is verified once for all that remember it', () => {
    const { envelopes, open, receiving } = newBatch(50);
    const provider = receiving.provider!;
    let verified = 0;
    const counting = {
      ...provider,
      ed25519: {
        ...provider.ed25519,
        verify: (...args: Parameters<typeof provider.ed25519.verify>) => {
          verified += 1;
          return provider.ed25519.verify(...args);
        },
      },
    };
    const roots = new VerifiedRoots();
    expect(envelopes.every((one) => open(one, { roots, provider: counting }).ok)).toBe(true);
    expect([verified, roots.size]).toEqual([1, 1]);
  });

  it('that is remembered does not excuse another signature, path or leaf', () => {
    const { envelopes, codeOf, open } = newBatch(2);
    const roots = new VerifiedRoots();
    expect(open(envelopes[0]!, { roots }).ok).toBe(true);
    const second = envelopes[1]!;
    for (const at of [second.length - 1, second.length - 64, placeAt(second) + 8, 140, 150])
      expect(codeOf(transplant(second, at), { roots })).toBe('ERR_ENVELOPE_SIGNATURE');
    expect(roots.size).toBe(1);
    expect(open(second, { roots }).ok).toBe(true);
  });
});

describe('VerifiedRoots', () => {
  const bytes = (n: number) => Uint8Array.of(n);

  it('remembers what was right, up to its bound, and forgets the one not asked for longest', () => {
    const roots = new VerifiedRoots(2);
    const asked: number[] = [];
    const check = (n: number) => roots.check(bytes(n), bytes(0), () => asked.push(n) > 0);
    for (const n of [1, 2, 1, 3, 1, 2]) expect(check(n)).toBe(true);
    expect([asked, roots.size]).toEqual([[1, 2, 3, 2], 2]);
  });

  it('remembers nothing that was wrong', () => {
    const roots = new VerifiedRoots();
    expect(roots.check(bytes(1), bytes(2), () => false)).toBe(false);
    expect(roots.size).toBe(0);
    expect(() => new VerifiedRoots(0)).toThrow(RangeError);
  });
});
