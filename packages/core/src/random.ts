/** Reproducible randomness for simulation and algorithms; never for keys or nonces. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in 0 … 2^32 − 1. */
  uint32(): number;
}

/** Unpredictable bytes, for keys and nonces only. */
export interface Entropy {
  /** Overwrites all of `bytes`. */
  fill(bytes: Uint8Array): void;
}

/** The limit of one `getRandomValues` call (Web Cryptography API §10.1.1). */
const ENTROPY_BYTES_MAX = 65_536;

/**
 * The platform's secure generator.
 *
 * @example
 * const key = new Uint8Array(32);
 * systemEntropy.fill(key);
 */
export const systemEntropy: Entropy = {
  fill(bytes) {
    for (let at = 0; at < bytes.length; at += ENTROPY_BYTES_MAX)
      globalThis.crypto.getRandomValues(
        bytes.subarray(at, at + ENTROPY_BYTES_MAX) as Uint8Array<ArrayBuffer>,
      );
  },
};

/**
 * So many unpredictable bytes in new memory: a key, a nonce, an id that nobody guesses.
 *
 * @example
 * randomBytes(systemEntropy, 16).length; // => 16
 */
export function randomBytes(entropy: Entropy, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  entropy.fill(bytes);
  return bytes;
}

/**
 * A seeded generator: xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number
 * generators", 2018) with its state filled by splitmix32. The same seed gives the same numbers on
 * every platform.
 *
 * @param seed - a safe integer; both its halves count.
 * @example
 * seededRandom(7).uint32() === seededRandom(7).uint32(); // => true
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a safe integer, got ${seed}`);
  let mix = seed | 0;
  const fill = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b] = [fill(), fill()];
  mix ^= Math.floor(seed / 2 ** 32); // the upper half enters here: two seeds never share a state
  let [c, d] = [fill(), fill()];
  const uint32 = () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result;
  };
  // 53 bits, as many as a double in [0, 1) can hold
  const next = () => ((uint32() >>> 5) * 67_108_864 + (uint32() >>> 6)) / 9_007_199_254_740_992;
  return { next, uint32 };
}

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
