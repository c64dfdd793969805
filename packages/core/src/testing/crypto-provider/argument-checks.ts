import type { PostQuantumCryptoProvider } from '../../crypto-provider.js';
import { noise } from '../noise.js';
import type { CryptoProviderCase, Primitive } from './case.js';
import { assertNamedMistake, thrownBy } from './named-mistake.js';
import type { Operation, Parameter } from './operation.js';
import { OPERATIONS } from './operations.js';
import { assertTellsNothing } from './secrecy.js';

const BYTES = 40;

/** What a caller hears who gives something else than the contract wants. */
export function argumentCases(primitive: Primitive): CryptoProviderCase[] {
  const operations = OPERATIONS[primitive];
  const sized = operations.some(({ parameters }) => parameters.some(({ bytes }) => bytes));
  const secret = operations.some(({ parameters }) => parameters.some((p) => p.secret));
  return [
    {
      title: `${primitive} answers what is no Uint8Array with a TypeError that names the parameter`,
      needs: [primitive],
      run: (provider) =>
        eachParameter(provider, operations, (parameter, attempt) => {
          for (const value of notBytes(parameter))
            assertNamedMistake(() => attempt(value), TypeError, parameter.name);
        }),
    },
    ...only(sized, {
      title: `${primitive} answers a wrong length with a RangeError that names the parameter`,
      needs: [primitive],
      run: (provider) =>
        eachParameter(provider, operations, (parameter, attempt) => {
          const { name, bytes } = parameter;
          if (bytes === undefined) return;
          for (const length of [0, 1, bytes - 1, bytes + 1, 2 * bytes])
            assertNamedMistake(() => attempt(noise(length, 1)), RangeError, name);
        }),
    }),
    ...only(secret, {
      title: `${primitive} repeats nothing of a secret in an error`,
      needs: [primitive],
      run: (provider) =>
        eachParameter(provider, operations, (parameter, attempt) => {
          if (parameter.secret !== true) return;
          const text = 'kT7wQz3mYb9LrX2cVh6NpD4sGf8Ja5Ru'.slice(0, (parameter.bytes ?? 33) - 1);
          const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
          const mistakes: unknown[] = [text, [...bytes], bytes.buffer];
          if (parameter.bytes !== undefined) mistakes.push(bytes);
          for (const value of mistakes) {
            const kind = value === bytes ? RangeError : TypeError;
            const error = assertNamedMistake(() => attempt(value), kind, parameter.name);
            assertTellsNothing(error, bytes, parameter.name);
          }
        }),
    }),
    ...only(secret, {
      title: `${primitive} repeats nothing of a secret in an error about another argument`,
      needs: [primitive],
      run: (provider) => eachMistakeBeside(provider, operations),
    }),
  ];
}

/** Every argument is wrong in turn: of type, length or value. What is thrown tells no other one. */
function eachMistakeBeside(
  provider: PostQuantumCryptoProvider,
  operations: readonly Operation[],
): void {
  for (const { name, parameters, sample, call } of operations) {
    if (!parameters.some(({ secret }) => secret)) continue;
    const args = sample(provider, 8, BYTES);
    call(provider, ...args); // with nothing wrong nothing is thrown
    for (const [wrong, { bytes = BYTES }] of parameters.entries())
      for (const value of ['x'.repeat(bytes), null, noise(bytes + 1, 1), new Uint8Array(bytes)]) {
        const error = thrownBy(() => call(provider, ...args.with(wrong, value as Uint8Array)));
        if (error === undefined) continue; // right as well: other bytes, where any will do
        for (const [i, parameter] of parameters.entries())
          if (i !== wrong && parameter.secret === true)
            assertTellsNothing(error, args[i]!, `${name}: ${parameter.name}`);
      }
  }
}

const only = (condition: boolean, test: CryptoProviderCase): CryptoProviderCase[] =>
  condition ? [test] : [];

/** Each parameter of each operation, with a call in which it alone is another than it should be. */
function eachParameter(
  provider: PostQuantumCryptoProvider,
  operations: readonly Operation[],
  visit: (parameter: Parameter, attempt: (value: unknown) => unknown) => void,
): void {
  for (const { parameters, sample, call } of operations) {
    const args = sample(provider, 7, BYTES);
    for (const [i, parameter] of parameters.entries())
      visit(parameter, (value) =>
        call(provider, ...args.map((arg, at) => (at === i ? (value as Uint8Array) : arg))),
      );
  }
}

/** What may look like bytes and is none. */
function notBytes({ bytes = BYTES, optional }: Parameter): unknown[] {
  const values = ['x'.repeat(bytes), 7, 7n, true, null, {}, () => 7, { length: bytes }];
  const buffers = [new ArrayBuffer(bytes), new DataView(new ArrayBuffer(bytes))];
  const arrays = [Array(bytes).fill(0), new Uint8ClampedArray(bytes), new Uint16Array(bytes)];
  return [...values, ...buffers, ...arrays, ...(optional === true ? [] : [undefined])];
}
