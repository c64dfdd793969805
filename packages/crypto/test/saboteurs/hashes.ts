import { hkdfSha256, sha256, spoilt, type Saboteur } from './saboteur.js';

const EMPTY = new Uint8Array(0);

export const HASH_SABOTEURS: readonly Saboteur[] = [
  {
    flaw: 'has no name',
    caught: ['it has a name, and every primitive that the suite was told of'],
    provider: spoilt({ name: '' }),
  },
  {
    flaw: 'hashes the buffer behind a view',
    caught: ['sha256 takes a view into a larger buffer for just that view'],
    provider: spoilt({
      sha256: (message) =>
        sha256(message instanceof Uint8Array ? new Uint8Array(message.buffer) : message),
    }),
  },
  {
    flaw: 'hashes the first 64 KiB',
    caught: [
      'sha256 of a million times "a" is as FIPS 180-2 B.3 says',
      'sha256 of 1 MiB and a byte is the recorded digest',
    ],
    provider: spoilt({
      sha256: (message) =>
        sha256(message instanceof Uint8Array ? message.subarray(0, 1 << 16) : message),
    }),
  },
  {
    flaw: 'hashes the first MiB',
    caught: ['sha256 of 1 MiB and a byte is the recorded digest'],
    provider: spoilt({
      sha256: (message) =>
        sha256(message instanceof Uint8Array ? message.subarray(0, 1 << 20) : message),
    }),
  },
  {
    flaw: 'hashes text as well',
    caught: ['sha256 answers what is no Uint8Array with a TypeError that names the parameter'],
    provider: spoilt({
      sha256: (message: unknown) =>
        sha256(typeof message === 'string' ? Buffer.from(message) : (message as Uint8Array)),
    }),
  },
  {
    flaw: 'gives out the same array for the same message',
    caught: [
      'sha256 gives out plain arrays that share memory with nothing',
      'sha256 gives the same again after a caller has overwritten what it gave out',
    ],
    provider: spoilt({ sha256: remembered() }),
  },
  {
    flaw: 'derives without info',
    caught: [
      'hkdfSha256 derives as RFC 5869 A.1 to A.3 say',
      'hkdfSha256 derives the recorded bytes from inputs longer than a block, up to the last',
      'hkdfSha256 gives something else for every change of info',
    ],
    provider: spoilt({
      hkdfSha256: (ikm, salt, info, length) => {
        hkdfSha256(ikm, salt, info, length);
        return hkdfSha256(ikm, salt, EMPTY, length);
      },
    }),
  },
  {
    flaw: 'takes key material without the zeros at its end',
    caught: ['hkdfSha256 gives something else for every change of ikm'],
    provider: spoilt({
      hkdfSha256: (ikm, salt, info, length) => {
        hkdfSha256(ikm, salt, info, length);
        const end = ikm.findLastIndex((byte) => byte !== 0) + 1;
        return hkdfSha256(ikm.subarray(0, end), salt, info, length);
      },
    }),
  },
  {
    flaw: 'derives more than there is, and nothing, without a word',
    caught: ['hkdfSha256 answers any other length with an error that names it, not ikm'],
    provider: spoilt({
      hkdfSha256: (ikm, salt, info, length) =>
        hkdfSha256(ikm, salt, info, length > 8160 ? 8160 : length),
    }),
  },
  {
    flaw: 'says from what it was to derive too much',
    caught: ['hkdfSha256 answers any other length with an error that names it, not ikm'],
    provider: spoilt({
      hkdfSha256: (ikm, salt, info, length) => {
        if (length > 8160) throw new RangeError(`length is too large, of ${ikm.join(' ')}`);
        return hkdfSha256(ikm, salt, info, length);
      },
    }),
  },
];

function remembered(): typeof sha256 {
  const known = new Map<string, Uint8Array>();
  return (message) => {
    const digest = sha256(message);
    const name = digest.join();
    if (!known.has(name)) known.set(name, digest);
    return known.get(name)!;
  };
}
