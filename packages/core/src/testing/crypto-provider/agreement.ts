import { seededRandom } from '../../random.js';
import type { PostQuantumCryptoProvider } from '../../crypto-provider.js';
import { assertSame } from '../assertions.js';
import type { CryptoProviderCase, Primitive } from './case.js';
import type { Operation } from './operation.js';
import { OPERATIONS, textOf } from './operations.js';
import { POST_QUANTUM_OPERATIONS } from './post-quantum-operations.js';

const ROUNDS = 32;
/** Of lattices, which are slow where the platform has none. */
const POST_QUANTUM_ROUNDS = 4;
const BYTES_MOST = 300;

/**
 * Whether a provider gives what another gives: for arguments that belong together, and for the same
 * with some bytes changed, where both have to refuse with the same kind of error or the same
 * verdict.
 */
export function agreementCases(
  primitive: Primitive,
  reference: PostQuantumCryptoProvider,
  seed: number,
): CryptoProviderCase[] {
  const rounds = primitive in POST_QUANTUM_OPERATIONS ? POST_QUANTUM_ROUNDS : ROUNDS;
  const trial = (title: string, prepare: (args: Uint8Array[], n: number) => void) => ({
    title: `${primitive} ${title}`,
    needs: [primitive],
    run(provider: PostQuantumCryptoProvider) {
      for (const operation of OPERATIONS[primitive].filter(({ draws }) => draws !== true))
        for (let round = 0; round < rounds; round++) {
          const n = seed + 1_000 * round;
          const args = operation.sample(reference, n, seededRandom(n).uint32() % BYTES_MOST);
          prepare(args, n);
          const what = `${operation.name}, seed ${seed}, round ${round}`;
          const [actual, expected] = [provider, reference].map((p) => outcome(operation, p, args));
          assertSame(actual, expected, what);
        }
    },
  });
  return [
    trial(`gives what ${reference.name} gives`, () => undefined),
    trial(
      `gives what ${reference.name} gives for arguments of which some bytes were changed`,
      change,
    ),
  ];
}

/** Changes a byte or two, anywhere. */
function change(args: Uint8Array[], n: number): void {
  const random = seededRandom(~n);
  for (let times = 0; times < 2; times++) {
    const array = args[random.uint32() % args.length]!;
    if (array.length > 0) array[random.uint32() % array.length]! ^= 1 << (random.uint32() % 8);
  }
}

function outcome(
  { call }: Operation,
  provider: PostQuantumCryptoProvider,
  args: Uint8Array[],
): string {
  try {
    return textOf(call(provider, ...args));
  } catch (error) {
    return `${(error as Error).name} ${(error as { code?: string }).code ?? ''}`;
  }
}
