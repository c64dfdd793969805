/**
 * What a lenient verifier of Ed25519 takes although a point of small order stands where none may.
 *
 * B is the base point and L its order, T the point of order 8 that is spelt
 * c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a, and h(R, A, M) is
 * SHA-512(R ‖ A ‖ M) modulo L, over the spellings as they stand. In all of these [S]B = R + [h]A
 * holds, so that anyone can check them with an implementation of the curve; the tests of
 * @ruvector/crypto make them anew. The eight points of small order have fourteen spellings: eight
 * canonical ones, then six with y not below p or with a sign where x is zero.
 */

/** The message M under all of these signatures. */
export const SMALL_ORDER_MESSAGE = 'small order';

/**
 * A key of small order: R = [S]B with the smallest S from 1 for which [h]A is the neutral point.
 */
export const SMALL_ORDER_KEYS = [
  {
    canonical: true,
    publicKey: '0100000000000000000000000000000000000000000000000000000000000000',
    r: '5866666666666666666666666666666666666666666666666666666666666666',
    s: 1,
  },
  {
    canonical: true,
    publicKey: 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    r: '5866666666666666666666666666666666666666666666666666666666666666',
    s: 1,
  },
  {
    canonical: true,
    publicKey: '0000000000000000000000000000000000000000000000000000000000000080',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: 2,
  },
  {
    canonical: true,
    publicKey: '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    r: 'f47e49f9d07ad2c1606b4d94067c41f9777d4ffda709b71da1d88628fce34d85',
    s: 6,
  },
  {
    canonical: true,
    publicKey: 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    r: 'd4b4f5784868c3020403246717ec169ff79e26608ea126a1ab69ee77d1b16712',
    s: 3,
  },
  {
    canonical: true,
    publicKey: '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    r: 'f1797bed4f44b2e7080dc20812d29fdfcd93208acf33ca6d89b977c8931b4ee0',
    s: 24,
  },
  {
    canonical: true,
    publicKey: '0000000000000000000000000000000000000000000000000000000000000000',
    r: '2f1132ca61ab38dff00f2fea3228f24c6c71d58085b80e47e19515cb27e8d047',
    s: 4,
  },
  {
    canonical: true,
    publicKey: 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: 2,
  },
  {
    canonical: false,
    publicKey: '0100000000000000000000000000000000000000000000000000000000000080',
    r: '5866666666666666666666666666666666666666666666666666666666666666',
    s: 1,
  },
  {
    canonical: false,
    publicKey: 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    r: '5866666666666666666666666666666666666666666666666666666666666666',
    s: 1,
  },
  {
    canonical: false,
    publicKey: 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    r: '5866666666666666666666666666666666666666666666666666666666666666',
    s: 1,
  },
  {
    canonical: false,
    publicKey: 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: 2,
  },
  {
    canonical: false,
    publicKey: 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    r: 'c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022',
    s: 2,
  },
  {
    canonical: false,
    publicKey: 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    r: 'd4b4f5784868c3020403246717ec169ff79e26608ea126a1ab69ee77d1b16712',
    s: 3,
  },
] as const;

/**
 * An R of small order: A = [a]B + [t]T and S = h · a modulo L, with the smallest a from 1 and for
 * it the smallest t from 0 for which R + [h · t]T is the neutral point.
 */
export const SMALL_ORDER_R = [
  {
    canonical: true,
    publicKey: '5866666666666666666666666666666666666666666666666666666666666666',
    r: '0100000000000000000000000000000000000000000000000000000000000000',
    s: '040d13786688fe5a1e88ab6a2585c30c2ce9a539881b1a76f61fb563be88d70f',
  },
  {
    canonical: true,
    publicKey: '3cf9fd650758e65ec23c00771ec97a869c9290dc9612235d94230f87f1633f63',
    r: 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    s: '851a19ca556f1a0b5ae19a1f9cc951795c9f12b235cae73679705a6ea225120c',
  },
  {
    canonical: true,
    publicKey: '55ae61520ca466adcc4ae4a32dc1633a5d749c64a5b50f136fc3469f27e487e6',
    r: '0000000000000000000000000000000000000000000000000000000000000080',
    s: '465a0da76a5d2401bbb9295d1cbcb2669fed5dfa4f1700b0842464de9fa3c60c',
  },
  {
    canonical: true,
    publicKey: '528b312e93bc0c3705c89c20dcd85600e229ad3d6872b1c656d3873fbe62e6e2',
    r: '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    s: '5541a16427f0cb6ece4470a9c88afa647067188a252ccec0ab207929d703fb03',
  },
  {
    canonical: true,
    publicKey: '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819',
    r: 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    s: 'f45a4c8a2914d3e0e5839832cb94629576da7dace5ad077bef6ebf223510c209',
  },
  {
    canonical: true,
    publicKey: '13661d745ad63221ca5da0456fa618713511dc60668aa464e55b09a20ff7fc1d',
    r: '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    s: 'd572fc3cfc62fed29cfb54ff31507a63a07626bfb049881e8316072d9d2a2900',
  },
  {
    canonical: true,
    publicKey: '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819',
    r: '0000000000000000000000000000000000000000000000000000000000000000',
    s: '1a268b9c898573d1b14b9d10288acf957aee0548ba772f4723434f3433068704',
  },
  {
    canonical: true,
    publicKey: '131604d01865fbedf9f662d25311c68a197cf286f2683724873a147fed6ada35',
    r: 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    s: 'bf696e8b7d2d337c81cf26cf4f9e539c6669955fb9ad4a433476540f1375b80e',
  },
  {
    canonical: false,
    publicKey: '5866666666666666666666666666666666666666666666666666666666666666',
    r: '0100000000000000000000000000000000000000000000000000000000000080',
    s: '286ec3ba2bd010e16ab5dd323a681c8d0b4ca961a1da2d1e3711403ca6d1e806',
  },
  {
    canonical: false,
    publicKey: '5866666666666666666666666666666666666666666666666666666666666666',
    r: 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    s: '1a34d4e67bb4991f9cca261ed41c52919a28119c2e59e2fa6fd9bb0178a9e106',
  },
  {
    canonical: false,
    publicKey: '5866666666666666666666666666666666666666666666666666666666666666',
    r: 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    s: '8e35fb672ae1b675f8f0f2ee73ef4be17fe18e2069e22f5470645127c7b49101',
  },
  {
    canonical: false,
    publicKey: '13661d745ad63221ca5da0456fa618713511dc60668aa464e55b09a20ff7fc1d',
    r: 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    s: 'a4470f3d863fb262e26e7e6918692a8f63fef4f305e188e4795c27985f7f6408',
  },
  {
    canonical: false,
    publicKey: '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819',
    r: 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    s: '8a4d64e2bc7a16ccb9841dc7119c6ddeeccfdf98724f81bffa2d78bf249b7f05',
  },
  {
    canonical: false,
    publicKey: 'da99e28ba529cdde35a25fba9059e78ecaee239f99755b9b1aa4f65df00803e2',
    r: 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    s: 'ba92ff796713a6df13d236a4f9782f32dae991e454765a539cb99d332d46c20f',
  },
] as const;
