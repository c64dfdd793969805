import { ed25519 as curve, ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, toHex, type Ed25519 } from '@ruvector/core';
import { ed25519, withEd25519, type Saboteur } from './saboteur.js';

const ORDER = curve.Point.Fn.ORDER;
const SMALL_ORDER = ED25519_TORSION_SUBGROUP.map((hex) => curve.Point.fromHex(hex).toBytes());
const isSmallOrder = (point: Uint8Array) => SMALL_ORDER.some((small) => equalBytes(small, point));

/** [S]B = R + [h]A as bytes, without the rules that come before: what OpenSSL did before 3.5. */
const lenient: Ed25519['verify'] = (signature, message, publicKey) => {
  if (signature.length !== 64) return false;
  const { Point } = curve;
  const encodedR = signature.subarray(0, 32);
  const s = Point.Fn.create(bytesToNumberLE(signature.subarray(32)));
  const h = Point.Fn.create(bytesToNumberLE(sha512(concatBytes(encodedR, publicKey, message))));
  const key = Point.fromBytes(publicKey, true); // takes every spelling
  const expectedR = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(h));
  return equalBytes(expectedR.toBytes(), encodedR);
};

/** Verifies as it should, or as `instead` says where that says yes. */
const orIf = (instead: Ed25519['verify']) =>
  withEd25519({
    verify: (signature, message, publicKey) =>
      ed25519.verify(signature, message, publicKey) || instead(signature, message, publicKey),
  });

const isTorsionFree = (publicKey: Uint8Array) => {
  try {
    return curve.Point.fromBytes(publicKey).isTorsionFree();
  } catch {
    return false;
  }
};

const isCanonical = (point: Uint8Array) => {
  try {
    return equalBytes(curve.Point.fromBytes(point, true).toBytes(), point);
  } catch {
    return true; // no point at all
  }
};

export const ED25519_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'takes S plus the group order for S',
    caught: ['ed25519 refuses S plus any multiple of the group order, the same S to lenient eyes'],
    provider: withEd25519({
      verify: (signature, message, publicKey) => {
        if (signature.length !== 64) return ed25519.verify(signature, message, publicKey);
        const s = bytesToNumberLE(signature.subarray(32)) % ORDER;
        const same = concatBytes(signature.subarray(0, 32), numberToBytesLE(s, 32));
        return ed25519.verify(same, message, publicKey);
      },
    }),
  },
  {
    flaw: 'takes a public key of small order',
    caught: ['ed25519 refuses a signature under a key of small order'],
    provider: orIf((s, m, publicKey) => isSmallOrder(publicKey) && lenient(s, m, publicKey)),
  },
  {
    flaw: 'compares a public key with the canonical spellings of small order only',
    caught: [
      'ed25519 refuses a signature under a key of small order that is not spelt canonically',
    ],
    provider: orIf((s, m, publicKey) => !isCanonical(publicKey) && lenient(s, m, publicKey)),
  },
  {
    flaw: 'takes an R of small order',
    caught: ['ed25519 refuses a signature with an R of small order'],
    provider: orIf(
      (s, m, publicKey) => isSmallOrder(s.subarray(0, 32)) && lenient(s, m, publicKey),
    ),
  },
  {
    flaw: 'compares R as a point and not as bytes',
    caught: ['ed25519 refuses a signature with an R of small order that is not spelt canonically'],
    provider: orIf((s, m, publicKey) => {
      const isOther = s.length === 64 && !isCanonical(s.subarray(0, 32));
      return isOther && curve.verify(s, m, publicKey, { zip215: true });
    }),
  },
  {
    flaw: 'verifies with cofactor',
    caught: ['ed25519 refuses a signature that holds with cofactor only'],
    provider: orIf((s, m, publicKey) => {
      const points = s.length === 64 ? [publicKey, s.subarray(0, 32)] : [];
      const strict = points.length === 2 && points.every((p) => isCanonical(p) && !isSmallOrder(p));
      return strict && curve.verify(s, m, publicKey, { zip215: true });
    }),
  },
  {
    flaw: 'refuses a public key with a part of small order',
    caught: ['ed25519 takes a signature whose parts of small order cancel'],
    provider: withEd25519({
      verify: (signature, message, publicKey) =>
        ed25519.verify(signature, message, publicKey) && isTorsionFree(publicKey),
    }),
  },
  {
    flaw: 'believes what it signed itself, whatever it is said to be for',
    caught: [
      'ed25519 refuses a signature for a message with any one bit flipped',
      'ed25519 refuses a signature for a message that was cut or extended',
      'ed25519 refuses a signature under a key with any one bit flipped',
      "ed25519 refuses a signature under somebody else's key",
      'ed25519 signs 1 MiB and a byte with the recorded signature, and sees its last bit flipped',
    ],
    provider: believingItself(),
  },
  {
    flaw: 'ignores the highest bit of a signature',
    caught: ['ed25519 refuses a signature with any one bit flipped'],
    provider: orIf((signature, message, publicKey) => {
      const other = signature.slice();
      if (other.length === 64) other[63]! &= 0x7f;
      return ed25519.verify(other, message, publicKey);
    }),
  },
  {
    flaw: 'throws on a signature of a wrong length',
    caught: ['ed25519 refuses a signature of any other length'],
    provider: withEd25519({
      verify: (signature, message, publicKey) => {
        if (signature.length !== 64) throw new RangeError('signature must have 64 bytes');
        return ed25519.verify(signature, message, publicKey);
      },
    }),
  },
  {
    flaw: 'throws on a public key that is no point',
    caught: [
      'ed25519 refuses a signature under a key with any one bit flipped',
      'ed25519 answers any 64 bytes under any 32 bytes with false, and never throws',
    ],
    provider: withEd25519({
      verify: (signature, message, publicKey) => {
        const verdict = ed25519.verify(signature, message, publicKey);
        if (!verdict) curve.Point.fromBytes(publicKey, true);
        return verdict;
      },
    }),
  },
  {
    flaw: 'looks at the first 64 bytes of a signature',
    caught: ['ed25519 refuses a signature of any other length'],
    provider: withEd25519({
      verify: (signature, message, publicKey) =>
        ed25519.verify(signature.subarray(0, 64), message, publicKey),
    }),
  },
  {
    flaw: 'signs with a key that its owner has overwritten',
    caught: ['ed25519 takes an array for what it holds now, also if its owner has overwritten it'],
    provider: withEd25519({ sign: signingRemembered() }),
  },
  {
    flaw: 'keeps the seed instead of a copy',
    caught: [
      'ed25519.keygen with a seed takes a copy of it for the secret key',
      'ed25519 gives out plain arrays that share memory with nothing',
      'ed25519 gives the same again after a caller has overwritten what it gave out',
    ],
    provider: withEd25519({
      keygen: (seed) => {
        const pair = ed25519.keygen(seed);
        return seed === undefined ? pair : { ...pair, secretKey: seed };
      },
    }),
  },
  {
    flaw: 'draws the first half of a key only',
    caught: ['ed25519.keygen without a seed draws another key each time'],
    provider: withEd25519({
      keygen: (seed) => ed25519.keygen(seed ?? ed25519.keygen().secretKey.fill(0, 16)),
    }),
  },
  {
    flaw: 'gives out views of a pool',
    caught: ['ed25519 gives out plain arrays that share memory with nothing'],
    provider: withEd25519({
      sign: (message, secretKey) => Buffer.from(ed25519.sign(message, secretKey)),
    }),
  },
  {
    flaw: 'says which bytes the wrong key had',
    caught: ['ed25519 repeats nothing of a secret in an error'],
    provider: withEd25519({
      sign: (message, secretKey) => {
        if (secretKey.length !== 32)
          throw new RangeError(`secretKey must have 32 bytes, got ${toHex(secretKey)}`);
        return ed25519.sign(message, secretKey);
      },
    }),
  },
  {
    flaw: 'signs no message of no bytes',
    caught: [
      'ed25519 gives out as many bytes as the contract says',
      'ed25519 makes and verifies the keys and signatures of RFC 8032 §7.1',
      'ed25519 takes what it signed, for messages of 0 to 130 bytes',
    ],
    provider: withEd25519({
      sign: (message, secretKey) => {
        if (message.length === 0) throw new RangeError('message must not be empty');
        return ed25519.sign(message, secretKey);
      },
    }),
  },
  {
    flaw: 'signs some of the longer messages otherwise',
    compared: true,
    caught: [
      'ed25519 gives what node gives',
      'ed25519 gives what node gives for arguments of which some bytes were changed',
    ],
    provider: withEd25519({
      sign: (message, secretKey) => {
        const signature = ed25519.sign(message, secretKey);
        if (message.length > 150 && signature[0]! % 4 === 1) signature.reverse();
        return signature;
      },
    }),
  },
];

/** Looks a signature up among its own. */
function believingItself() {
  const own = new Set<string>();
  return withEd25519({
    sign: (message, secretKey) => {
      const signature = ed25519.sign(message, secretKey);
      own.add(toHex(signature));
      return signature;
    },
    verify: (signature, message, publicKey) =>
      ed25519.verify(signature, message, publicKey) || own.has(toHex(signature)),
  });
}

/** Signs with what a key array held when it came first. */
function signingRemembered(): Ed25519['sign'] {
  const copies = new WeakMap<Uint8Array, Uint8Array>();
  return (message, secretKey) => {
    if (!copies.has(secretKey)) copies.set(secretKey, secretKey.slice());
    return ed25519.sign(message, copies.get(secretKey)!);
  };
}
