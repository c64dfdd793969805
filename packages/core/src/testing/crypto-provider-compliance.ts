import type { CryptoProvider, PostQuantumCryptoProvider } from '../crypto-provider.js';
import { assertSame, assertTrue } from './assertions.js';
import { applicable, type TestRunner } from './case.js';
import { aes256gcmCases } from './crypto-provider/aes256gcm.js';
import { agreementCases } from './crypto-provider/agreement.js';
import { argumentCases } from './crypto-provider/argument-checks.js';
import type { CryptoProviderCase, Primitive } from './crypto-provider/case.js';
import { compositeSignatureCases } from './crypto-provider/composite-signature.js';
import { ed25519StrictnessCases } from './crypto-provider/ed25519-strictness.js';
import { ed25519Cases } from './crypto-provider/ed25519.js';
import { encapsulationCases } from './crypto-provider/encapsulation.js';
import { hkdfSha256Cases } from './crypto-provider/hkdf-sha256.js';
import { keyGenerationCases } from './crypto-provider/key-generation.js';
import { mlDsa65Cases } from './crypto-provider/ml-dsa-65.js';
import { mlKem768Cases } from './crypto-provider/ml-kem-768.js';
import { OPERATIONS } from './crypto-provider/operations.js';
import { ownershipCases } from './crypto-provider/ownership.js';
import { signatureCases } from './crypto-provider/post-quantum-signature.js';
import { sha256Cases } from './crypto-provider/sha256.js';
import { x25519Cases } from './crypto-provider/x25519.js';
import { xwingCases } from './crypto-provider/xwing.js';

/** What a provider claims. A primitive set to false leaves its cases out. */
export interface CryptoProviderSupports {
  /** @default true */
  sha256?: boolean;
  /** @default true */
  hkdfSha256?: boolean;
  /** @default true */
  ed25519?: boolean;
  /** @default true */
  x25519?: boolean;
  /** @default true */
  aes256gcm?: boolean;
  /** @default false */
  mlDsa65?: boolean;
  /** @default false */
  mlKem768?: boolean;
  /** @default false */
  xwing?: boolean;
  /** @default false */
  compositeSignature?: boolean;
}

/** What a provider is compared with, if with anything. */
export interface CryptoProviderComplianceOptions {
  /**
   * Another provider, which has to give the same bytes and verdicts.
   * @default none: those cases are left out
   */
  reference?: CryptoProvider;
  /** For the arguments on which the two are compared. Every error names it. @default 1 */
  seed?: number;
}

const DEFAULTS: Required<CryptoProviderSupports> = {
  sha256: true,
  hkdfSha256: true,
  ed25519: true,
  x25519: true,
  aes256gcm: true,
  mlDsa65: false,
  mlKem768: false,
  xwing: false,
  compositeSignature: false,
};

/**
 * The law of `CryptoProvider`, case by case: published vectors; whatever was changed, cut or
 * extended is refused; all verifiers of Ed25519 are equally strict; whose the arrays are; what a
 * caller's mistakes are called. It brings its own vectors and assertions and does no cryptography
 * itself, so it runs anywhere.
 *
 * @param runner - `describe` and `it` of any test framework.
 * @param name - what the cases are listed under.
 * @param supports - the primitives that the provider claims to have. Those of
 *   `PostQuantumCryptoProvider` are left out unless they are claimed.
 * @param provider - the provider, or what makes one for each case.
 * @example
 * const titles: string[] = [];
 * const runner = {
 *   describe: (_: string, body: () => void) => body(),
 *   it: (title: string) => titles.push(title),
 * };
 * const unmade = async () => Promise.reject(new Error('nothing runs here'));
 * cryptoProviderCompliance(runner, 'mine', { aes256gcm: false }, unmade);
 * titles.includes('sha256 pads messages of 0 to 130 bytes right'); // => true
 * titles.some((title) => title.startsWith('aes256gcm')); // => false
 */
export function cryptoProviderCompliance(
  runner: TestRunner,
  name: string,
  supports: CryptoProviderSupports,
  provider: CryptoProvider | (() => CryptoProvider | Promise<CryptoProvider>),
  { reference, seed = 1 }: CryptoProviderComplianceOptions = {},
): void {
  const claims = { ...DEFAULTS, ...supports };
  // no case touches a primitive that was not claimed, so both may be taken for complete
  const make = async () =>
    (typeof provider === 'function' ? await provider() : provider) as PostQuantumCryptoProvider;
  const compared = reference as PostQuantumCryptoProvider | undefined;
  const cases = [
    ...allCases(),
    ...primitives().flatMap((p) => (compared ? agreementCases(p, compared, seed) : [])),
  ];
  runner.describe(`${name} keeps the law of CryptoProvider`, () => {
    runner.it('it has a name, and every primitive that the suite was told of', async () =>
      assertShape(await make(), claims),
    );
    for (const test of applicable(cases, claims))
      runner.it(test.title, async () => test.run(await make()));
  });
}

const primitives = () => Object.keys(OPERATIONS) as Primitive[];

function allCases(): CryptoProviderCase[] {
  return [
    ...sha256Cases,
    ...hkdfSha256Cases,
    ...ed25519Cases,
    ...ed25519StrictnessCases,
    ...x25519Cases,
    ...aes256gcmCases,
    ...mlDsa65Cases,
    ...mlKem768Cases,
    ...xwingCases,
    ...compositeSignatureCases,
    ...(['ed25519', 'x25519'] as const).flatMap(keyGenerationCases),
    ...(['mlDsa65', 'compositeSignature'] as const).flatMap(signatureCases),
    ...(['mlKem768', 'xwing'] as const).flatMap(encapsulationCases),
    ...primitives().flatMap((primitive) => [
      ...ownershipCases(primitive),
      ...argumentCases(primitive),
    ]),
  ];
}

function assertShape(
  provider: PostQuantumCryptoProvider,
  claims: Required<CryptoProviderSupports>,
): void {
  assertTrue(typeof provider.name === 'string' && provider.name !== '', 'name is no text');
  for (const primitive of primitives().filter((p) => claims[p]))
    for (const { name } of OPERATIONS[primitive]) {
      const owner: unknown = name.includes('.') ? provider[primitive] : provider;
      const method = (owner as Record<string, unknown> | undefined)?.[name.split('.').at(-1)!];
      assertSame(typeof method, 'function', `type of ${name}`);
    }
}
