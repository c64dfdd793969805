/** AES-256-GCM: McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B. */
export const GCM = [
  {
    name: 'test case 13',
    key: '0000000000000000000000000000000000000000000000000000000000000000',
    nonce: '000000000000000000000000',
    plaintext: '',
    aad: '',
    ciphertext: '',
    tag: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    name: 'test case 14',
    key: '0000000000000000000000000000000000000000000000000000000000000000',
    nonce: '000000000000000000000000',
    plaintext: '00000000000000000000000000000000',
    aad: '',
    ciphertext: 'cea7403d4d606b6e074ec5d3baf39d18',
    tag: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    name: 'test case 15',
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    nonce: 'cafebabefacedbaddecaf888',
    plaintext:
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
      '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255',
    aad: '',
    ciphertext:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
      '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad',
    tag: 'b094dac5d93471bdec1a502270e3cc6c',
  },
  {
    name: 'test case 16',
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    nonce: 'cafebabefacedbaddecaf888',
    plaintext:
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
      '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    ciphertext:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
      '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
] as const;

/**
 * The tags of texts of n bytes, n from 0 to 66 (so around one and four blocks), added up without
 * carry (exclusive or): key `noise(32, n)`, nonce `noise(12, n + 100)`, text `noise(n, n + 200)`,
 * associated data `noise((7 * n) % 40, n + 300)`. Made with node:crypto, as the tests of
 * @ruvector/crypto do again.
 */
export const GCM_SWEEP = { bytesMost: 66, sum: 'da8d08e2cec6336ffd262fc259ebb4f9' } as const;

/**
 * The same for associated data of n bytes, n from 0 to 300: `noise(n, n + 300)` with the text
 * `noise(5, n + 200)`, key and nonce as above.
 */
export const GCM_AAD_SWEEP = { bytesMost: 300, sum: '898921f4111de42a78a4756380dd3aa7' } as const;

/**
 * The tag of the 1 MiB and a byte of `noise((1 << 20) + 1, 3)` under key `noise(32, 1)`, nonce
 * `noise(12, 2)` and the associated data `noise(20, 4)`. Made with node:crypto, too.
 */
export const GCM_LARGE_TAG = '3a1e80e6b6ead999f8413eca3081d177';
