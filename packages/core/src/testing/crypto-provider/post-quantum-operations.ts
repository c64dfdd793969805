import { noise } from '../noise.js';
import type { PostQuantumPrimitive } from './case.js';
import type { Operation, Parameter } from './operation.js';

const message: Parameter = { name: 'message' };
const signature: Parameter = { name: 'signature' };
const context: Parameter = { name: 'context', optional: true };
const seed = (bytes: number): Parameter => ({ name: 'seed', bytes, secret: true, optional: true });
const secretKey = (bytes: number): Parameter => ({ name: 'secretKey', bytes, secret: true });
const publicKey = (bytes: number): Parameter => ({ name: 'publicKey', bytes });
const said = (bytes: Uint8Array | undefined) => (bytes === undefined ? {} : { context: bytes });

/** The part of the table in operations.ts that a provider may have or not. */
export const POST_QUANTUM_OPERATIONS: Readonly<Record<PostQuantumPrimitive, readonly Operation[]>> =
  {
    mlDsa65: [
      {
        name: 'mlDsa65.keygen',
        parameters: [/* @__PURE__ */ seed(32)],
        sample: (_, n) => [noise(32, n)],
        call: (p, from) => p.mlDsa65.keygen(from),
        sizes: () => [32, 1952],
      },
      {
        name: 'mlDsa65.sign',
        parameters: [message, /* @__PURE__ */ secretKey(32), context],
        sample: (_, n, bytes) => [noise(bytes, n), noise(32, n + 1), noise(20, n + 2)],
        call: (p, m, sk, c) => p.mlDsa65.sign(m, sk, { ...said(c), deterministic: true }),
        sizes: () => [3309],
      },
      {
        name: 'mlDsa65.verify',
        parameters: [signature, message, /* @__PURE__ */ publicKey(1952), context],
        sample: ({ mlDsa65 }, n, bytes) => {
          const [m, c, pair] = [noise(bytes, n), noise(20, n + 2), mlDsa65.keygen(noise(32, n))];
          const options = { context: c, deterministic: true };
          return [mlDsa65.sign(m, pair.secretKey, options), m, pair.publicKey, c];
        },
        call: (p, s, m, pk, c) => p.mlDsa65.verify(s, m, pk, said(c)),
        sizes: () => [],
      },
    ],
    compositeSignature: [
      {
        name: 'compositeSignature.keygen',
        parameters: [/* @__PURE__ */ seed(64)],
        sample: (_, n) => [noise(64, n)],
        call: (p, from) => p.compositeSignature.keygen(from),
        sizes: () => [64, 1984],
      },
      {
        name: 'compositeSignature.sign',
        draws: true,
        parameters: [message, /* @__PURE__ */ secretKey(64), context],
        sample: (_, n, bytes) => [noise(bytes, n), noise(64, n + 1), noise(20, n + 2)],
        call: (p, m, sk, c) => p.compositeSignature.sign(m, sk, said(c)),
        sizes: () => [3373],
      },
      {
        name: 'compositeSignature.verify',
        parameters: [signature, message, /* @__PURE__ */ publicKey(1984), context],
        sample: ({ compositeSignature }, n, bytes) => {
          const [m, c] = [noise(bytes, n), noise(20, n + 2)];
          const pair = compositeSignature.keygen(noise(64, n));
          return [compositeSignature.sign(m, pair.secretKey, { context: c }), m, pair.publicKey, c];
        },
        call: (p, s, m, pk, c) => p.compositeSignature.verify(s, m, pk, said(c)),
        sizes: () => [],
      },
    ],
    mlKem768: /* @__PURE__ */ encapsulation('mlKem768', {
      secret: 64,
      publicBytes: 1184,
      sealed: 1088,
      drawn: 32,
    }),
    xwing: /* @__PURE__ */ encapsulation('xwing', {
      secret: 32,
      publicBytes: 1216,
      sealed: 1120,
      drawn: 64,
    }),
  };

interface Bytes {
  readonly secret: number;
  readonly publicBytes: number;
  readonly sealed: number;
  readonly drawn: number;
}

function encapsulation(
  kem: 'mlKem768' | 'xwing',
  { secret, publicBytes, sealed, drawn }: Bytes,
): readonly Operation[] {
  return [
    {
      name: `${kem}.keygen`,
      parameters: [seed(secret)],
      sample: (_, n) => [noise(secret, n)],
      call: (p, from) => p[kem].keygen(from),
      sizes: () => [secret, publicBytes],
    },
    {
      name: `${kem}.encapsulate`,
      parameters: [publicKey(publicBytes), seed(drawn)],
      sample: (p, n) => [p[kem].keygen(noise(secret, n)).publicKey, noise(drawn, n + 1)],
      call: (p, pk, from) => p[kem].encapsulate(pk, from === undefined ? {} : { seed: from }),
      sizes: () => [sealed, 32],
    },
    {
      name: `${kem}.encapsulate`,
      draws: true,
      parameters: [publicKey(publicBytes)],
      sample: (p, n) => [p[kem].keygen(noise(secret, n)).publicKey],
      call: (p, pk) => p[kem].encapsulate(pk),
      sizes: () => [sealed, 32],
    },
    {
      name: `${kem}.decapsulate`,
      parameters: [{ name: 'ciphertext', bytes: sealed }, secretKey(secret)],
      sample: (p, n) => {
        const pair = p[kem].keygen(noise(secret, n));
        const from = noise(drawn, n + 1);
        return [p[kem].encapsulate(pair.publicKey, { seed: from }).ciphertext, pair.secretKey];
      },
      call: (p, ct, sk) => p[kem].decapsulate(ct, sk),
      sizes: () => [32],
    },
  ];
}
