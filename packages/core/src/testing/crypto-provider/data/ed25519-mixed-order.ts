/**
 * Signatures of Ed25519 with a part of small order in the key, in R, or in both. A verifier without
 * cofactor, as the contract wants it, takes one exactly if these parts cancel; one with cofactor
 * takes them all.
 *
 * With B, L, T and h as in ed25519-small-order.ts, and for each pair of orders m and n of these
 * parts: A = [a]B + [8 / m]T, R = [2]B + [8 / n]T and S = 2 + h · a modulo L, with the smallest a
 * from 1 for which [8 / n]T + [h · 8 / m]T is the neutral point (valid) or is not. Where only one
 * of the two can be, there is only one. The tests of @ruvector/crypto make them anew.
 */

/** The message M under all of these signatures. */
export const MIXED_ORDER_MESSAGE = 'mixed order';

/** `orders`: of the small part of A, then of R. */
export const MIXED_ORDER = [
  {
    orders: [1, 1],
    valid: true,
    publicKey: '5866666666666666666666666666666666666666666666666666666666666666',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: 'fe078c4e1797b8057111aec70eea61a26ba72ceb2f77ebfbaba246231dd2aa07',
  },
  {
    orders: [2, 1],
    valid: true,
    publicKey: '194b0a87b7973cfdfbfcdb98e813e9600861d99f715ed95e549611882e4e98ed',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: 'a02b68ec74945682bf01389c5bb6903ad7df661bfe5c17bbeca3118b7a68780a',
  },
  {
    orders: [2, 2],
    valid: true,
    publicKey: '245c079551b9a0f1a9aec79baef0c668a9e05d3617a15de23dd6dcf60c329fdd',
    r: '245c079551b9a0f1a9aec79baef0c668a9e05d3617a15de23dd6dcf60c329fdd',
    s: 'b4767c249414e7411aaba75c4eecca61fbd6b0bfe054fd177ca9097f53ef3d05',
  },
  {
    orders: [4, 1],
    valid: true,
    publicKey: '9bad33f580df7ecc49df5342bac8145d5bedc40f573d1b067f3c4ce449689a15',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: '2ecfe602ed5f71efee505b3a8c39a22d66aa4a7469b67fa15d59a24f59bd4d03',
  },
  {
    orders: [4, 2],
    valid: true,
    publicKey: '9d7343a2d9e5d12de3965c79889ef8e2a8e08c6bc30c02fd47a891ff1a5c3a10',
    r: '245c079551b9a0f1a9aec79baef0c668a9e05d3617a15de23dd6dcf60c329fdd',
    s: '573c159352b4002e0b55ac0f859d7761f4ce562050e0ed9da07c78becf9aec08',
  },
  {
    orders: [4, 4],
    valid: true,
    publicKey: '9bad33f580df7ecc49df5342bac8145d5bedc40f573d1b067f3c4ce449689a15',
    r: 'e4dd22778010b28a10d0ddcf35d7a144216299cbe36ba86b31952ef0a294176e',
    s: 'e98d9ec89b7edbb2c0fcb5887116ca5761b53140c901d0fab5afac22ee39dc0d',
  },
  {
    orders: [8, 1],
    valid: true,
    publicKey: 'e9b2fe981587efae6478f48ba1fa60cec6126d0e26dde72a0a24f640dcd783e5',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: '22a1312d9e40a99c6b045f1f4e698b8013dbd0277c21e0d8a387ed3f00029b08',
  },
  {
    orders: [8, 2],
    valid: true,
    publicKey: 'd0424b701d60255de5df705071059ccd22b8349bb4138202ebbd65e9e0ad211b',
    r: '245c079551b9a0f1a9aec79baef0c668a9e05d3617a15de23dd6dcf60c329fdd',
    s: '67059a3ca743d0fc75b18e390eb2800d0d871acb462229792105ebcc0b3f0b03',
  },
  {
    orders: [8, 4],
    valid: true,
    publicKey: 'f06d5f4586877511233030d4528b095ce0a5229c4c58a77e4bb3dbd44b06ba37',
    r: 'e4dd22778010b28a10d0ddcf35d7a144216299cbe36ba86b31952ef0a294176e',
    s: '9f9f7da6bdee1cb934dfa2ae397004294bb91e2cdf8c0aa082ecd8f3f5801101',
  },
  {
    orders: [8, 8],
    valid: true,
    publicKey: '3c60e60c1868f00ee9fc085d2421acbb3640e41edb633a64bb8abeab517e997e',
    r: 'e6ff0e4955925b2100e8ceebbd4ffe93e6fdfc71c226b33409a570d916254f72',
    s: '5bde07d178614d8352585b6d479bf4455b37d7c7cc41b900bbe0cd6dc5187c01',
  },
  {
    orders: [1, 2],
    valid: false,
    publicKey: '5866666666666666666666666666666666666666666666666666666666666666',
    r: '245c079551b9a0f1a9aec79baef0c668a9e05d3617a15de23dd6dcf60c329fdd',
    s: '3202678b004e1c3a23f244fc42805441aa3c48c6c686d6abee70c97f00b8c406',
  },
  {
    orders: [1, 4],
    valid: false,
    publicKey: '5866666666666666666666666666666666666666666666666666666666666666',
    r: 'e4dd22778010b28a10d0ddcf35d7a144216299cbe36ba86b31952ef0a294176e',
    s: '3523808a8df49ee2a1bc05c7a11037e18ef38d7ded679b54c10d783b1341af0e',
  },
  {
    orders: [1, 8],
    valid: false,
    publicKey: '5866666666666666666666666666666666666666666666666666666666666666',
    r: 'e6ff0e4955925b2100e8ceebbd4ffe93e6fdfc71c226b33409a570d916254f72',
    s: '966af6697eb110ae16f805991b67a3e055b270b57924bac6e3d7050d0efd980d',
  },
  {
    orders: [2, 1],
    valid: false,
    publicKey: '9599999999999999999999999999999999999999999999999999999999999999',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: '9961fcfd7563ca44502a57a120e4310b84d759fea00bf0dab26594ad37eee10c',
  },
  {
    orders: [2, 2],
    valid: false,
    publicKey: '9599999999999999999999999999999999999999999999999999999999999999',
    r: '245c079551b9a0f1a9aec79baef0c668a9e05d3617a15de23dd6dcf60c329fdd',
    s: '6269087c0861ee5784ab72e42041451ac16876f6a8dbd945c91f00db71499c00',
  },
  {
    orders: [2, 4],
    valid: false,
    publicKey: '9599999999999999999999999999999999999999999999999999999999999999',
    r: 'e4dd22778010b28a10d0ddcf35d7a144216299cbe36ba86b31952ef0a294176e',
    s: '34f52ae10b86f4cd1f7dacbb8945433c86f96ecb56960c1f83860ba71949f00d',
  },
  {
    orders: [2, 8],
    valid: false,
    publicKey: '9599999999999999999999999999999999999999999999999999999999999999',
    r: 'e6ff0e4955925b2100e8ceebbd4ffe93e6fdfc71c226b33409a570d916254f72',
    s: '1b50c85deb1706fbf80706add3c701f025a688d9ddf6d433806a65b44ec5b604',
  },
  {
    orders: [4, 1],
    valid: false,
    publicKey: 'e4dd22778010b28a10d0ddcf35d7a144216299cbe36ba86b31952ef0a294176e',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: '1f5a00d738f2d4bbf9152b5485fd328427e7864da683eaa6e172b0abd6a18703',
  },
  {
    orders: [4, 2],
    valid: false,
    publicKey: '9bad33f580df7ecc49df5342bac8145d5bedc40f573d1b067f3c4ce449689a15',
    r: '245c079551b9a0f1a9aec79baef0c668a9e05d3617a15de23dd6dcf60c329fdd',
    s: 'fbd61e0338e66ba4228f4d7d38c8b33d89026637f5bd7a42bead94858eb0ee00',
  },
  {
    orders: [4, 4],
    valid: false,
    publicKey: '97f67187662e452bf15eb092dc1e016772d7c2ab3570763f8a357715d60f657a',
    r: 'e4dd22778010b28a10d0ddcf35d7a144216299cbe36ba86b31952ef0a294176e',
    s: 'bfb717616e769d0821a96d0446aefe9ffee5cb7f1b746ff72ab12cfe8224250f',
  },
  {
    orders: [4, 8],
    valid: false,
    publicKey: '9bad33f580df7ecc49df5342bac8145d5bedc40f573d1b067f3c4ce449689a15',
    r: 'e6ff0e4955925b2100e8ceebbd4ffe93e6fdfc71c226b33409a570d916254f72',
    s: '267971a5795fe6d71a7b6cbcc7d2e0d3a3dac4c0145935a146986e604e53a009',
  },
  {
    orders: [8, 1],
    valid: false,
    publicKey: '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: '8cee5ac15eb44a1ebffe9b028b16b92fabb1b5dc7e5c880aeb6565ec4303be08',
  },
  {
    orders: [8, 2],
    valid: false,
    publicKey: '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819',
    r: '245c079551b9a0f1a9aec79baef0c668a9e05d3617a15de23dd6dcf60c329fdd',
    s: '3aeb9da1a5d36a90321f3b63171a12584f718915f6be00cb34acdd0951b6410f',
  },
  {
    orders: [8, 4],
    valid: false,
    publicKey: '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819',
    r: 'e4dd22778010b28a10d0ddcf35d7a144216299cbe36ba86b31952ef0a294176e',
    s: '9d4e18176856d6c54b81f8ae278c70011492e769e5428e3ed59a6c58fb9a4b05',
  },
  {
    orders: [8, 8],
    valid: false,
    publicKey: '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819',
    r: 'e6ff0e4955925b2100e8ceebbd4ffe93e6fdfc71c226b33409a570d916254f72',
    s: '55fb9f93eabad42bf8e99433dcf66a94c001cd757c4391398f53c8113d443106',
  },
] as const;
