/** SHA-256 of ASCII text: FIPS 180-2, appendix B, and of the empty text. */
export const FIPS_180 = [
  {
    message: '',
    digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  },
  {
    message: 'abc',
    digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  },
  {
    message: 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    digest: '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  },
] as const;

/** Of a million times "a": FIPS 180-2, appendix B.3. */
export const MILLION_A = 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0';

/**
 * The digests of `noise(n, n)` for n from 0 to 130, all lengths of padding twice over, added up
 * without carry (exclusive or). Made with node:crypto, as the tests of @ruvector/crypto do again.
 */
export const SHA256_SWEEP = {
  bytesMost: 130,
  sum: '9db1fe15ce86c0b2b0d29b598e9c9e5ed6854d782800359d67952cdc726387ae',
} as const;

/** Of the 1 MiB and a byte of `noise((1 << 20) + 1, 1)`. Made with node:crypto, too. */
export const SHA256_LARGE = '26bbad8916c73ff4c2a6916580c65ab0ba5d9df1c25eb4e4f693868ffcbc4074';
