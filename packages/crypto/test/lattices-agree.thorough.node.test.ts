import { toHex } from '@ruvector/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noble, node } from './both-providers.js';
import { outcome } from './providers.js';
import { blob, bytes } from './seed.js';

// In a Node without lattices of its own both are noble, and this says little; newer ones are tested
// too.

const RUNS = { numRuns: 24 };
const BOTH = [noble, node] as const;

/** A byte anywhere, as a part of the length, or counted from the end, where the hints are. */
const place = fc.oneof(
  fc.double({ min: 0, max: 0.999, noNaN: true }),
  fc.integer({ min: 1, max: 100 }),
);
const changes = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { maxLength: 3 });

function changed(array: Uint8Array, list: readonly (readonly [number, number])[]): Uint8Array {
  const copy = array.slice();
  for (const [at, value] of list)
    copy[at < 1 ? Math.floor(at * copy.length) : copy.length - at] = value;
  return copy;
}

describe('noble and Node agree on', () => {
  it('every key, and every signature that is deterministic', () => {
    const property = fc.property(bytes(32), blob(300), blob(255), (seed, message, context) => {
      const [a, b] = BOTH.map(({ mlDsa65 }) => {
        const { secretKey, publicKey } = mlDsa65.keygen(seed);
        const how = { context, deterministic: true };
        return [publicKey, mlDsa65.sign(message, secretKey, how)].map(toHex);
      });
      expect(b).toEqual(a);
    });
    fc.assert(property, RUNS);
  });

  it.each([
    ['ML-DSA-65', 'mlDsa65', 32],
    ['the composite', 'compositeSignature', 64],
  ] as const)(
    'every verdict on %s, of signatures by either and of changed ones',
    (_, name, size) => {
      const inputs = [bytes(size), blob(300), blob(255), changes, changes, fc.boolean()] as const;
      const property = fc.property(
        ...inputs,
        (seed, message, context, inSignature, inKey, ours) => {
          const { [name]: signer } = ours ? noble : node;
          const { secretKey, publicKey } = signer.keygen(seed);
          const signature = changed(signer.sign(message, secretKey, { context }), inSignature);
          const key = changed(publicKey, inKey);
          const [a, b] = BOTH.map((p) => p[name].verify(signature, message, key, { context }));
          expect(b).toBe(a);
          const untouched = inSignature.length + inKey.length === 0;
          expect(a || !untouched).toBe(true);
        },
      );
      fc.assert(property, RUNS);
    },
  );

  it.each([
    ['ML-KEM-768', 'mlKem768', 64, 32],
    ['X-Wing', 'xwing', 32, 64],
  ] as const)('every key, ciphertext and secret of %s', (_, name, size, drawn) => {
    const inputs = [bytes(size), bytes(drawn), changes, changes, fc.boolean()] as const;
    const property = fc.property(...inputs, (seed, drawing, inKey, inCiphertext, ours) => {
      const { [name]: kem } = ours ? noble : node;
      const { secretKey, publicKey } = kem.keygen(seed);
      const { ciphertext, sharedSecret } = kem.encapsulate(publicKey);
      const key = changed(publicKey, inKey);
      const forged = changed(ciphertext, inCiphertext);
      const [a, b] = BOTH.map((p) => [
        p[name].keygen(seed),
        outcome(() => p[name].encapsulate(key, { seed: drawing })),
        p[name].decapsulate(ciphertext, secretKey),
        p[name].decapsulate(forged, secretKey),
      ]);
      expect(b).toEqual(a);
      expect(a![2]).toEqual(sharedSecret);
    });
    fc.assert(property, RUNS);
  });
});
