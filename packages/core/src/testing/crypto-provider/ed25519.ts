import { fromHex } from '../../bytes.js';
import type { Ed25519 } from '../../crypto-provider.js';
import { assertBytes, assertSame, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { everyBitFlipped, everyTruncation, extensions } from './changed-bytes.js';
import { ED25519_LARGE, RFC_8032 } from './data/ed25519.js';

/** Signatures of RFC 8032, and that each is for one message and one key. */
export const ed25519Cases: readonly CryptoProviderCase[] = [
  {
    title: 'ed25519 makes and verifies the keys and signatures of RFC 8032 §7.1',
    needs: ['ed25519'],
    run({ ed25519 }) {
      for (const vector of RFC_8032) {
        const [secretKey, message] = [fromHex(vector.secretKey), fromHex(vector.message)];
        const [publicKey, signature] = [fromHex(vector.publicKey), fromHex(vector.signature)];
        assertBytes(ed25519.getPublicKey(secretKey), publicKey, `${vector.name}: public key`);
        assertBytes(ed25519.sign(message, secretKey), signature, `${vector.name}: signature`);
        assertTrue(ed25519.verify(signature, message, publicKey), `${vector.name}: was refused`);
      }
    },
  },
  {
    title:
      'ed25519 signs 1 MiB and a byte with the recorded signature, and sees its last bit flipped',
    needs: ['ed25519'],
    run({ ed25519 }) {
      const [secretKey, message] = [noise(32, 1), noise((1 << 20) + 1, 2)];
      const signature = ed25519.sign(message, secretKey);
      assertBytes(signature, fromHex(ED25519_LARGE), 'the signature');
      const publicKey = ed25519.getPublicKey(secretKey);
      assertTrue(ed25519.verify(signature, message, publicKey), 'it was refused');
      message[message.length - 1]! ^= 1;
      assertSame(ed25519.verify(signature, message, publicKey), false, 'with a flipped bit');
    },
  },
  {
    title: 'ed25519 takes what it signed, for messages of 0 to 130 bytes',
    needs: ['ed25519'],
    run({ ed25519 }) {
      for (let n = 0; n <= 130; n++) {
        const { signature, message, publicKey } = signed(ed25519, n);
        assertTrue(ed25519.verify(signature, message, publicKey), `${n} bytes were refused`);
      }
    },
  },
  {
    title: 'ed25519 refuses a signature with any one bit flipped',
    needs: ['ed25519'],
    run({ ed25519 }) {
      const { signature, message, publicKey } = signed(ed25519, 20);
      let bit = 0;
      for (const forged of everyBitFlipped(signature))
        assertSame(ed25519.verify(forged, message, publicKey), false, `bit ${bit++}`);
    },
  },
  {
    title: 'ed25519 refuses a signature of any other length',
    needs: ['ed25519'],
    run({ ed25519 }) {
      const { signature, message, publicKey } = signed(ed25519, 20);
      for (const forged of [...everyTruncation(signature), ...extensions(signature)])
        assertSame(ed25519.verify(forged, message, publicKey), false, `${forged.length} bytes`);
    },
  },
  {
    title: 'ed25519 refuses a signature for a message with any one bit flipped',
    needs: ['ed25519'],
    run({ ed25519 }) {
      const { signature, message, publicKey } = signed(ed25519, 20);
      let bit = 0;
      for (const other of everyBitFlipped(message))
        assertSame(ed25519.verify(signature, other, publicKey), false, `bit ${bit++}`);
    },
  },
  {
    title: 'ed25519 refuses a signature for a message that was cut or extended',
    needs: ['ed25519'],
    run({ ed25519 }) {
      const { signature, message, publicKey } = signed(ed25519, 20);
      for (const other of [...everyTruncation(message), ...extensions(message)])
        assertSame(ed25519.verify(signature, other, publicKey), false, `${other.length} bytes`);
    },
  },
  {
    title: 'ed25519 refuses a signature under a key with any one bit flipped',
    needs: ['ed25519'],
    run({ ed25519 }) {
      const { signature, message, publicKey } = signed(ed25519, 20);
      let bit = 0;
      for (const other of everyBitFlipped(publicKey))
        assertSame(ed25519.verify(signature, message, other), false, `bit ${bit++}`);
    },
  },
  {
    title: "ed25519 refuses a signature under somebody else's key",
    needs: ['ed25519'],
    run({ ed25519 }) {
      const { signature, message } = signed(ed25519, 20);
      for (let n = 0; n < 20; n++) {
        const foreign = ed25519.getPublicKey(noise(32, 100 + n));
        assertSame(ed25519.verify(signature, message, foreign), false, `key ${n}`);
      }
    },
  },
  {
    title: 'ed25519 answers any 64 bytes under any 32 bytes with false, and never throws',
    needs: ['ed25519'],
    run({ ed25519 }) {
      for (let n = 0; n < 100; n++) {
        const signature = noise(64, n);
        signature[63]! &= 0x0f; // mostly below the group order, where a verifier does look further
        assertSame(ed25519.verify(signature, noise(8, n), noise(32, ~n)), false, `seed ${n}`);
      }
    },
  },
];

/** A key, a message of so many bytes, and the signature. */
export function signed(ed25519: Ed25519, bytes: number) {
  const [secretKey, message] = [noise(32, 11), noise(bytes, 12)];
  const signature = ed25519.sign(message, secretKey);
  return { signature, message, publicKey: ed25519.getPublicKey(secretKey) };
}
