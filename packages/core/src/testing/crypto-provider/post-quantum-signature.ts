import { concatBytes } from '../../bytes.js';
import type { CompositeSignature, PostQuantumCryptoProvider } from '../../crypto-provider.js';
import { assertBytes, assertSame, assertTrue } from '../assertions.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase } from './case.js';
import { someBitsFlipped, someOtherLengths } from './changed-bytes.js';
import { assertNamedMistake } from './named-mistake.js';

export type SignatureScheme = 'mlDsa65' | 'compositeSignature';

const SEED_BYTES = { mlDsa65: 32, compositeSignature: 64 } as const;
const SIGNATURE_BYTES = { mlDsa65: 3309, compositeSignature: 3373 } as const;
const PUBLIC_KEY_BYTES = { mlDsa65: 1952, compositeSignature: 1984 } as const;

/** What holds for a signature of lattices, alone or as one half. */
export function signatureCases(scheme: SignatureScheme): CryptoProviderCase[] {
  const refuses = (what: string, judge: (signer: Signer) => void): CryptoProviderCase => ({
    title: `${scheme} refuses ${what}`,
    needs: [scheme],
    run: (provider) => judge(signerOf(scheme, provider[scheme])),
  });
  return [
    {
      title: `${scheme}.keygen with a seed takes a copy of it for the secret key`,
      needs: [scheme],
      run: (provider) => assertSeedIsCopied(provider[scheme], SEED_BYTES[scheme]),
    },
    {
      title: `${scheme}.keygen without a seed draws another key each time`,
      needs: [scheme],
      run: ({ [scheme]: signer }) => assertKeysAreDrawn(signer, SEED_BYTES[scheme]),
    },
    {
      title: `${scheme} takes what it signed, under contexts of 0 to 255 bytes`,
      needs: [scheme],
      run: (provider) => assertTakesItsOwn(scheme, provider),
    },
    {
      title: `${scheme} answers a context of more than 255 bytes with a RangeError that names it`,
      needs: [scheme],
      run({ [scheme]: signer }) {
        const { message, secretKey, signature, publicKey } = signerOf(scheme, signer);
        const options = { context: new Uint8Array(256) };
        for (const act of [
          () => signer.sign(message, secretKey, options),
          () => signer.verify(signature, message, publicKey, options),
        ])
          assertNamedMistake(act, RangeError, 'context');
      },
    },
    refuses('a signature with a bit flipped anywhere', ({ signature, judge }) => {
      for (const forged of someBitsFlipped(signature, 40)) judge({ signature: forged });
    }),
    refuses('a signature of any other length', ({ signature, judge }) => {
      for (const forged of someOtherLengths(signature)) judge({ signature: forged });
    }),
    refuses('a signature for a message that was changed', ({ message, judge }) => {
      for (const other of someBitsFlipped(message, 8)) judge({ message: other });
      for (const other of [message.slice(1), concatBytes(message, Uint8Array.of(0))])
        judge({ message: other });
    }),
    refuses('a signature under another context, or none', ({ context, message, judge }) => {
      for (const other of [context.slice(1), concatBytes(context, Uint8Array.of(0)), undefined])
        judge({ context: other });
      judge({ context: context.slice(0, -1), message: concatBytes(context.slice(-1), message) });
      judge({ context: undefined, message: concatBytes(context, message) });
    }),
    refuses("a signature under somebody else's key", ({ scheme: signer, judge }) => {
      for (let n = 0; n < 4; n++)
        judge({ publicKey: signer.keygen(noise(SEED_BYTES[scheme], 100 + n)).publicKey });
    }),
    refuses('any bytes under any key, and never throws', ({ judge }) => {
      const [s, k] = [SIGNATURE_BYTES[scheme], PUBLIC_KEY_BYTES[scheme]];
      for (const signature of [new Uint8Array(s), new Uint8Array(s).fill(0xff), noise(s, 1)])
        for (const publicKey of [new Uint8Array(k), new Uint8Array(k).fill(0xff), noise(k, 2)])
          judge({ signature, publicKey });
    }),
  ];
}

interface Signed {
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly context: Uint8Array | undefined;
}

/** A key, a message, and the signature under a context. */
type Signer = ReturnType<typeof signerOf>;

export function signerOf(name: SignatureScheme, scheme: CompositeSignature) {
  const { secretKey, publicKey } = scheme.keygen(noise(SEED_BYTES[name], 11));
  const [message, context] = [noise(20, 12), noise(8, 13)];
  const sign = () => scheme.sign(message, secretKey);
  const signature = scheme.sign(message, secretKey, { context });
  return {
    scheme,
    ...{ secretKey, publicKey, message, context, signature },
    /** Signs under no context. */
    sign,
    /** Expects `false` for the signature with something changed. */
    judge(changed: Partial<Signed>) {
      const { context: said, ...all } = { signature, message, publicKey, context, ...changed };
      const options = said === undefined ? {} : { context: said };
      const verdict = scheme.verify(all.signature, all.message, all.publicKey, options);
      assertSame(verdict, false, `with another ${Object.keys(changed).join(' and ')}`);
    },
  };
}

function assertSeedIsCopied(scheme: CompositeSignature, bytes: number): void {
  const seed = noise(bytes, 1);
  const pair = scheme.keygen(seed);
  assertBytes(pair.secretKey, seed, 'secretKey');
  assertBytes(scheme.keygen(seed).publicKey, pair.publicKey, 'publicKey, once more');
  seed.fill(0);
  assertBytes(pair.secretKey, noise(bytes, 1), 'secretKey, after the seed was overwritten');
}

function assertKeysAreDrawn(scheme: CompositeSignature, bytes: number): void {
  const pairs = [1, 2, 3, 4].map(() => scheme.keygen());
  for (const { secretKey, publicKey } of pairs)
    assertBytes(scheme.keygen(secretKey).publicKey, publicKey, 'publicKey of the secret key');
  for (let at = 0; at < bytes; at += 16) {
    const parts = pairs.map(({ secretKey }) => secretKey.subarray(at, at + 16).join());
    assertSame(new Set(parts).size, pairs.length, `different bytes from ${at} on`);
  }
}

function assertTakesItsOwn(name: SignatureScheme, provider: PostQuantumCryptoProvider): void {
  const { [name]: scheme } = provider;
  const { secretKey, publicKey } = scheme.keygen(noise(SEED_BYTES[name], 11));
  for (const [at, context] of [undefined, noise(0, 1), noise(1, 1), noise(255, 1)].entries()) {
    const message = noise(at * 50, 12);
    const options = context === undefined ? {} : { context };
    const signature = scheme.sign(message, secretKey, options);
    const what = `a context of ${context?.length ?? 'no'} bytes`;
    assertTrue(scheme.verify(signature, message, publicKey, options), `${what} was refused`);
  }
  const signature = scheme.sign(noise(5, 1), secretKey, { context: noise(0, 1) });
  assertTrue(scheme.verify(signature, noise(5, 1), publicKey), 'no context is an empty one');
}
