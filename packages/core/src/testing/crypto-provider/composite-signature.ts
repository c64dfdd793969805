import { concatBytes, fromBase64Url, fromHex, utf8 } from '../../bytes.js';
import type { CompositeSignature } from '../../crypto-provider.js';
import { assertBytes, assertSame, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { someBitsFlipped } from './changed-bytes.js';
import {
  COMPOSITE_EXAMPLE,
  COMPOSITE_PUBLIC_KEY,
  COMPOSITE_SIGNATURE,
} from './data/composite-signature.js';

const needs = ['compositeSignature'] as const;
const ML_DSA = { signature: 3309, publicKey: 1952 } as const;

/** Two signatures in one, draft-ietf-lamps-pq-composite-sigs-19: neither will do alone. */
export const compositeSignatureCases: readonly CryptoProviderCase[] = [
  {
    title: 'compositeSignature makes the public key and takes the signature in its draft',
    needs,
    run({ compositeSignature }) {
      const { message, mlDsaSeed, ed25519Seed } = COMPOSITE_EXAMPLE;
      const publicKey = fromBase64Url(COMPOSITE_PUBLIC_KEY);
      const seed = concatBytes(fromHex(mlDsaSeed), fromHex(ed25519Seed));
      assertBytes(compositeSignature.keygen(seed).publicKey, publicKey, 'the public key');
      const signature = fromBase64Url(COMPOSITE_SIGNATURE);
      const verdict = compositeSignature.verify(signature, utf8(message), publicKey);
      assertTrue(verdict, 'it was refused');
    },
  },
  /* @__PURE__ */ halfCase('has zeros for', (half) => new Uint8Array(half.length)),
  /* @__PURE__ */ halfCase('has no', () => new Uint8Array(0)),
  /* @__PURE__ */ halfCase('has been cut in', (half) => half.slice(0, -1)),
  /* @__PURE__ */ halfCase('has from another message', (_, other) => other),
  {
    title: 'compositeSignature refuses its halves in the other order',
    needs,
    run({ compositeSignature }) {
      const { mlDsa, ed25519, judge } = halves(compositeSignature);
      judge(concatBytes(ed25519, mlDsa), 'swapped');
    },
  },
  {
    title: 'compositeSignature refuses a half by another key',
    needs,
    run({ compositeSignature }) {
      const { mlDsa, ed25519, judge, message } = halves(compositeSignature);
      const other = compositeSignature.keygen(noise(64, 99)).secretKey;
      const foreign = compositeSignature.sign(message, other);
      judge(concatBytes(foreign.slice(0, ML_DSA.signature), ed25519), 'ML-DSA by another');
      judge(concatBytes(mlDsa, foreign.slice(ML_DSA.signature)), 'Ed25519 by another');
    },
  },
  {
    title: 'compositeSignature refuses a signature under a key with a bit flipped in either half',
    needs,
    run({ compositeSignature }) {
      const { mlDsa, ed25519, message, publicKey } = halves(compositeSignature);
      const signature = concatBytes(mlDsa, ed25519);
      const [lattice, curve] = [
        publicKey.slice(0, ML_DSA.publicKey),
        publicKey.slice(ML_DSA.publicKey),
      ];
      const others = [
        ...[...someBitsFlipped(lattice, 16)].map((changed) => concatBytes(changed, curve)),
        ...[...someBitsFlipped(curve, 16)].map((changed) => concatBytes(lattice, changed)),
      ];
      for (const other of others)
        assertSame(compositeSignature.verify(signature, message, other), false, 'a changed key');
    },
  },
  {
    title: 'compositeSignature refuses Ed25519 alone that poses as a composite',
    needs: ['compositeSignature', 'ed25519'],
    run({ compositeSignature, ed25519 }) {
      const { message, judge } = halves(compositeSignature);
      const alone = ed25519.sign(message, SEED.slice(32));
      judge(alone, 'Ed25519 and nothing else');
      judge(concatBytes(new Uint8Array(ML_DSA.signature), alone), 'Ed25519 behind zeros');
      judge(concatBytes(noise(ML_DSA.signature, 1), alone), 'Ed25519 behind noise');
    },
  },
  {
    title: 'compositeSignature refuses signatures of the bare message by both of its keys',
    needs: ['compositeSignature', 'ed25519', 'mlDsa65'],
    run({ compositeSignature, ed25519, mlDsa65 }) {
      const { message, judge } = halves(compositeSignature);
      const [ofMlDsa, ofEd25519] = [SEED.slice(0, 32), SEED.slice(32)];
      const bare = ed25519.sign(message, ofEd25519);
      judge(concatBytes(mlDsa65.sign(message, ofMlDsa), bare), 'of the bare message');
    },
  },
  {
    title: 'compositeSignature has halves that are no signatures of the message by themselves',
    needs: ['compositeSignature', 'ed25519', 'mlDsa65'],
    run({ compositeSignature, ed25519, mlDsa65 }) {
      const { mlDsa, ed25519: curve, message, publicKey } = halves(compositeSignature);
      const [lattice, point] = [
        publicKey.slice(0, ML_DSA.publicKey),
        publicKey.slice(ML_DSA.publicKey),
      ];
      assertSame(mlDsa65.verify(mlDsa, message, lattice), false, 'ML-DSA');
      assertSame(ed25519.verify(curve, message, point), false, 'Ed25519');
    },
  },
];

const SEED = /* @__PURE__ */ noise(64, 21);

function halves(compositeSignature: CompositeSignature) {
  const message = noise(20, 22);
  const { secretKey, publicKey } = compositeSignature.keygen(SEED);
  const signature = compositeSignature.sign(message, secretKey);
  const elsewhere = compositeSignature.sign(noise(20, 23), secretKey);
  const split = (whole: Uint8Array) =>
    [whole.slice(0, ML_DSA.signature), whole.slice(ML_DSA.signature)] as const;
  const [mlDsa, ed25519] = split(signature);
  return {
    ...{ mlDsa, ed25519, message, publicKey },
    otherHalves: split(elsewhere),
    judge(forged: Uint8Array, what: string) {
      assertSame(compositeSignature.verify(forged, message, publicKey), false, what);
    },
  };
}

function halfCase(
  what: string,
  change: (half: Uint8Array, other: Uint8Array) => Uint8Array,
): CryptoProviderCase {
  return {
    title: `compositeSignature refuses a signature that ${what} one of its halves`,
    needs,
    run({ compositeSignature }) {
      const { mlDsa, ed25519, otherHalves, judge } = halves(compositeSignature);
      judge(concatBytes(change(mlDsa, otherHalves[0]), ed25519), 'ML-DSA');
      judge(concatBytes(mlDsa, change(ed25519, otherHalves[1])), 'Ed25519');
    },
  };
}
