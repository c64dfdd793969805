import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatBytes, fromHex, toHex } from '@ruvector/core';
import type { CryptoProvider, PostQuantumCryptoProvider } from '@ruvector/core';
import type { TestRunner } from '@ruvector/core/testing';
import { canonicalize, createCryptoProvider, parseCanonical } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './providers.js';
import { Replaying } from './replaying.js';

/**
 * Project Wycheproof and the vectors of the authors of JCS, X-Wing and the composite signatures,
 * from a folder of the reader's own: they are too large for this repository.
 * `RUVECTOR_VECTORS=FOLDER` names it.
 */
const folder = process.env['RUVECTOR_VECTORS'] ?? '';

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly [field: string]: string | number;
}

interface Group {
  readonly tests: readonly Vector[];
  /** Of ML-DSA the key alone, in hexadecimal. */
  readonly publicKey?: { readonly pk: string } | string;
  readonly keySize?: number;
  readonly ivSize?: number;
  readonly tagSize?: number;
}

const groupsOf = (name: string): readonly Group[] => {
  const text = readFileSync(join(folder, 'wycheproof', `${name}_test.json`), 'utf8');
  return (JSON.parse(text) as { testGroups: Group[] }).testGroups;
};
const hex = (vector: Vector, field: string) => fromHex(String(vector[field]));
const succeeds = (f: () => unknown) => {
  try {
    f();
    return true;
  } catch {
    return false;
  }
};

const webcrypto = await createCryptoProvider('webcrypto');
const suites: Record<string, () => void> = {
  [join(folder, 'wycheproof')]: () => {
    describe.each(PROVIDERS)('Wycheproof, %s', (_, provider) => {
      wycheproof(provider);
      wycheproofLattices(provider);
    });
    describe('Wycheproof, promises of webcrypto', () => {
      const replaying = new Replaying();
      const { it: add } = replaying.runner({ describe, it });
      const { name, hkdfSha256, async: promises } = webcrypto;
      const provider = { ...replaying.provider(name, promises), hkdfSha256 };
      wycheproof(provider, add);
    });
  },
  [join(folder, 'composite-sigs.json')]: () =>
    describe.each(PROVIDERS)('the example of the composite draft, %s', (_, provider) => {
      compositeDraft(provider);
    }),
  [join(folder, 'xwing.json')]: () =>
    describe.each(PROVIDERS)('the examples of the X-Wing draft, %s', (_, provider) => {
      xwingDraft(provider);
    }),
  [join(folder, 'jcs')]: () =>
    describe('the vectors of the JCS authors', () => {
      jcs();
    }),
};

describe('published vectors', () => {
  const present = folder === '' ? [] : Object.keys(suites).filter((path) => existsSync(path));
  for (const path of present) suites[path]!();

  it('are all there if a folder is named', () => {
    expect(present).toHaveLength(folder === '' ? 0 : Object.keys(suites).length);
  });
});

function wycheproof(provider: CryptoProvider, add: TestRunner['it'] = it): void {
  add('Ed25519: accepts all valid signatures and no other', async () => {
    const wrong = groupsOf('ed25519').flatMap(({ publicKey, tests }) =>
      tests.filter((vector) => {
        const key = fromHex((publicKey as { pk: string }).pk);
        const ok = provider.ed25519.verify(hex(vector, 'sig'), hex(vector, 'msg'), key);
        return ok !== (vector.result === 'valid');
      }),
    );
    expect(wrong).toEqual([]);
  });

  add('X25519: gives every shared secret, and throws where it is zero', async () => {
    const zero = '0'.repeat(64);
    const wrong = groupsOf('x25519').flatMap(({ tests }) =>
      tests.filter((vector) => {
        const [secretKey, publicKey] = [hex(vector, 'private'), hex(vector, 'public')];
        const agree = () => provider.x25519.getSharedSecret(secretKey, publicKey);
        return vector['shared'] === zero ? succeeds(agree) : toHex(agree()) !== vector['shared'];
      }),
    );
    expect(wrong).toEqual([]);
  });

  add('HKDF-SHA256: derives every valid output and refuses the others', async () => {
    const wrong = groupsOf('hkdf_sha256').flatMap(({ tests }) =>
      tests.filter((vector) => {
        const [ikm, salt, info] = ['ikm', 'salt', 'info'].map((field) => hex(vector, field));
        const derive = () => provider.hkdfSha256(ikm!, salt!, info!, Number(vector['size']));
        return vector.result === 'valid' ? toHex(derive()) !== vector['okm'] : succeeds(derive);
      }),
    );
    expect(wrong).toEqual([]);
  });

  add(
    'AES-256-GCM: seals and opens what is valid with its one nonce and tag length only',
    async () => {
      const groups = groupsOf('aes_gcm').filter(({ keySize }) => keySize === 256);
      const wrong = groups.flatMap(({ ivSize, tagSize, tests }) =>
        tests.filter((vector) => {
          const [key, nonce, aad] = ['key', 'iv', 'aad'].map((field) => hex(vector, field));
          const sealed = concatBytes(hex(vector, 'ct'), hex(vector, 'tag'));
          const open = () => provider.aes256gcm.open(key!, nonce!, sealed, aad);
          if (vector.result !== 'valid' || ivSize !== 96 || tagSize !== 128) return succeeds(open);
          const again = provider.aes256gcm.seal(key!, nonce!, hex(vector, 'msg'), aad);
          return toHex(open()) !== vector['msg'] || toHex(again) !== toHex(sealed);
        }),
      );
      expect(wrong).toEqual([]);
    },
  );
}

function wycheproofLattices({ mlDsa65, mlKem768 }: PostQuantumCryptoProvider): void {
  it('ML-DSA-65: accepts all valid signatures and no other', () => {
    const groups = groupsOf('mldsa_65_verify');
    const wrong = groups.flatMap(({ publicKey, tests }) =>
      tests.filter((vector) => {
        const context = vector['ctx'] === undefined ? {} : { context: hex(vector, 'ctx') };
        const key = fromHex(publicKey as string);
        const accepted = () => {
          if (!mlDsa65.verify(hex(vector, 'sig'), hex(vector, 'msg'), key, context))
            throw new Error('refused');
        };
        return succeeds(accepted) !== (vector.result === 'valid');
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('ML-KEM-768: makes every key and opens every ciphertext, and refuses the others', () => {
    const tests = groupsOf('mlkem_768').flatMap((group) => group.tests);
    const wrong = tests.filter((vector) => {
      const open = () => {
        const { secretKey, publicKey } = mlKem768.keygen(hex(vector, 'seed'));
        const secret = mlKem768.decapsulate(hex(vector, 'c'), secretKey);
        return [toHex(publicKey), toHex(secret)];
      };
      if (vector.result !== 'valid') return succeeds(open);
      return open().join() !== [vector['ek'], vector['K']].join();
    });
    expect(wrong).toEqual([]);
  });
}

function compositeDraft({ compositeSignature }: PostQuantumCryptoProvider): void {
  it('has the public key of its seeds, and takes its signatures with and without a context', () => {
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
    const file = JSON.parse(readFileSync(join(folder, 'composite-sigs.json'), 'utf8')) as {
      m: string;
      ctx: string;
      tests: { tcId: string; pk: string; sk: string; s: string; sWithContext: string }[];
    };
    const example = file.tests.find(({ tcId }) => tcId === 'id-MLDSA65-Ed25519-SHA512')!;
    const [message, key] = [bytes(file.m), bytes(example.pk)];
    const [plain, bound] = [bytes(example.s), bytes(example.sWithContext)];
    const context = { context: bytes(file.ctx) };
    expect(compositeSignature.keygen(bytes(example.sk)).publicKey).toEqual(key);
    expect(compositeSignature.verify(plain, message, key)).toBe(true);
    expect(compositeSignature.verify(bound, message, key, context)).toBe(true);
    expect(compositeSignature.verify(plain, message, key, context)).toBe(false);
    expect(compositeSignature.verify(bound, message, key)).toBe(false);
  });
}

function xwingDraft({ xwing }: PostQuantumCryptoProvider): void {
  const text = readFileSync(join(folder, 'xwing.json'), 'utf8');
  const examples = JSON.parse(text) as Record<'seed' | 'eseed' | 'ss' | 'pk' | 'ct', string>[];
  it.each(examples.map((example, n) => ({ n, ...example })))(
    'example $n has its keys, ciphertext and secret',
    ({ seed, eseed, ss, pk, ct }) => {
      const { secretKey, publicKey } = xwing.keygen(fromHex(seed));
      const sent = xwing.encapsulate(publicKey, { seed: fromHex(eseed) });
      const opened = xwing.decapsulate(fromHex(ct), secretKey);
      const all = [publicKey, sent.ciphertext, sent.sharedSecret, opened];
      expect(all.map(toHex)).toEqual([pk, ct, ss, ss]);
    },
  );
}

function jcs(): void {
  it.each(readdirSync(join(folder, 'jcs/input')))('%s gets its canonical text', (name) => {
    const read = (side: string) => readFileSync(join(folder, 'jcs', side, name), 'utf8');
    const text = read('output');
    expect(canonicalize(JSON.parse(read('input')))).toBe(text);
    expect(parseCanonical(text)).toEqual(JSON.parse(text));
  });
}
