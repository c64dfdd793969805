import type { PostQuantumCryptoProvider } from '../../crypto-provider.js';

/** One argument. All are byte arrays. */
export interface Parameter {
  readonly name: string;
  /** The only length that is right; any is if there is none. */
  readonly bytes?: number;
  /** What no error may repeat. */
  readonly secret?: true;
  readonly optional?: true;
}

/** One function of a provider. It gives the same for the same arguments, if it draws nothing. */
export interface Operation {
  readonly name: string;
  /** Fresh randomness goes into the result. */
  readonly draws?: true;
  readonly parameters: readonly Parameter[];
  /**
   * Arguments that belong together, other ones for another seed.
   *
   * @param bytes - the length of what may have any.
   */
  sample(provider: PostQuantumCryptoProvider, seed: number, bytes: number): Uint8Array[];
  call(provider: PostQuantumCryptoProvider, ...args: Uint8Array[]): unknown;
  /** How many bytes come out for these arguments, array by array. */
  sizes(...args: Uint8Array[]): number[];
}
