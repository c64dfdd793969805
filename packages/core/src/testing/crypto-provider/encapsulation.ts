import { toHex } from '../../bytes.js';
import type { KeyEncapsulation } from '../../crypto-provider.js';
import { assertBytes, assertSame } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { someBitsFlipped } from './changed-bytes.js';
import { assertNamedMistake } from './named-mistake.js';

const SECRET_KEY_BYTES = { mlKem768: 64, xwing: 32 } as const;
const SEED_BYTES = { mlKem768: 32, xwing: 64 } as const;

type Kem = 'mlKem768' | 'xwing';

/** What holds for encapsulation by lattices, alone or beside a curve. */
export function encapsulationCases(name: Kem): CryptoProviderCase[] {
  return [...keyCases(name), ...secretCases(name)];
}

const pairOf = (name: Kem, kem: KeyEncapsulation, n: number) =>
  kem.keygen(noise(SECRET_KEY_BYTES[name], n));

/** Which keys there are. */
function keyCases(name: Kem): CryptoProviderCase[] {
  const needs = [name];
  const secretBytes = SECRET_KEY_BYTES[name];
  return [
    {
      title: `${name}.keygen with a seed takes a copy of it for the secret key`,
      needs,
      run({ [name]: kem }) {
        const seed = noise(secretBytes, 1);
        const pair = kem.keygen(seed);
        assertBytes(pair.secretKey, seed, 'secretKey');
        assertBytes(kem.keygen(seed).publicKey, pair.publicKey, 'publicKey, once more');
        seed.fill(0);
        assertBytes(pair.secretKey, noise(secretBytes, 1), 'secretKey, seed overwritten');
      },
    },
    {
      title: `${name} without a seed draws another key and another secret each time`,
      needs,
      run({ [name]: kem }) {
        const pairs = [1, 2, 3, 4].map(() => kem.keygen());
        for (const { secretKey, publicKey } of pairs)
          assertBytes(kem.keygen(secretKey).publicKey, publicKey, 'publicKey of the secret key');
        for (let at = 0; at < secretBytes; at += 16) {
          const parts = pairs.map(({ secretKey }) => toHex(secretKey.subarray(at, at + 16)));
          assertSame(new Set(parts).size, pairs.length, `different bytes from ${at} on`);
        }
        const made = pairs.map(() => kem.encapsulate(pairs[0]!.publicKey));
        const secrets = made.flatMap(({ ciphertext, sharedSecret }) => {
          const tail = ciphertext.subarray(-16); // X-Wing: of the curve's part
          return [sharedSecret, ciphertext.subarray(0, 16), tail].map(toHex);
        });
        assertSame(new Set(secrets).size, 3 * made.length, 'different secrets and ciphertexts');
      },
    },
    {
      title: `${name} answers a public key with a coefficient not below 3329 with a RangeError`,
      needs,
      run({ [name]: kem }) {
        const { publicKey } = pairOf(name, kem, 5);
        for (const [at, high, low] of [
          [0, 0x0d, 0x01], // 3329 in the first coefficient, in bits 0 to 11 of three bytes
          [1149, 0x0f, 0xff],
        ] as const) {
          const forged = publicKey.slice();
          forged[at] = low;
          forged[at + 1] = (forged[at + 1]! & 0xf0) | high;
          assertNamedMistake(() => kem.encapsulate(forged), RangeError, 'publicKey');
        }
        const last = publicKey.slice();
        last.set([0xff], 1151); // the upper eight bits of the last coefficient
        assertNamedMistake(() => kem.encapsulate(last), RangeError, 'publicKey');
      },
    },
  ];
}

/** Who comes to know which secret. */
function secretCases(name: Kem): CryptoProviderCase[] {
  const needs = [name];
  return [
    {
      title: `${name} gives both sides the same secret, and nobody else`,
      needs,
      run({ [name]: kem }) {
        const [pair, other] = [pairOf(name, kem, 1), pairOf(name, kem, 2)];
        for (let n = 0; n < 4; n++) {
          const { ciphertext, sharedSecret } =
            n === 0
              ? kem.encapsulate(pair.publicKey)
              : kem.encapsulate(pair.publicKey, { seed: noise(SEED_BYTES[name], n) });
          const opened = kem.decapsulate(ciphertext, pair.secretKey);
          assertBytes(opened, sharedSecret, 'the secret of the holder of the key');
          const foreign = toHex(kem.decapsulate(ciphertext, other.secretKey));
          assertSame(foreign === toHex(sharedSecret), false, 'the secret of somebody else');
        }
      },
    },
    {
      title: `${name} answers a ciphertext with a bit flipped with another secret, always the same`,
      needs,
      run({ [name]: kem }) {
        const { secretKey, publicKey } = pairOf(name, kem, 3);
        const { ciphertext, sharedSecret } = kem.encapsulate(publicKey);
        const secrets = [...someBitsFlipped(ciphertext, 32)].map((forged) => {
          const secret = kem.decapsulate(forged, secretKey);
          assertBytes(kem.decapsulate(forged, secretKey), secret, 'the secret, once more');
          return secret;
        });
        const different = new Set([sharedSecret, ...secrets].map(toHex));
        assertSame(different.size, 33, 'different secrets');
      },
    },
    {
      title: `${name} gives a secret for any bytes of the right length, and never throws`,
      needs,
      run({ [name]: kem }) {
        const { secretKey, publicKey } = pairOf(name, kem, 4);
        const { length } = kem.encapsulate(publicKey).ciphertext;
        for (const bytes of [new Uint8Array(length), new Uint8Array(length).fill(0xff)])
          assertSame(kem.decapsulate(bytes, secretKey).length, 32, 'bytes of the secret');
      },
    },
  ];
}
