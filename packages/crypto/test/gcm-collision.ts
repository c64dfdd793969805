import { concatBytes, fromHex, toHex } from '@ruvector/core';
import type { CryptoProvider } from '@ruvector/core';

type Gcm = CryptoProvider['aes256gcm'];

const BLOCK = 16;
/** Which block of the ciphertext is given up, so that both tags agree. */
const FREE = 2;
const ONE = 1n << 127n; // x^0 is the highest bit

/**
 * A ciphertext with a tag that is right under both keys (Dodis, Grubbs, Ristenpart, Woodage, "Fast
 * message franking", 2018, §3): GHASH is linear, so one block of sixteen bytes can be solved for.
 *
 * @param ciphertext - whole blocks; all but one of them stay as they are.
 * @returns ciphertext ‖ tag.
 */
export function ciphertextUnderTwoKeys(
  gcm: Gcm,
  keys: readonly [Uint8Array, Uint8Array],
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const sides = keys.map((key) => ({
    h: hashKeyOf(gcm, key, nonce),
    mask: maskOf(gcm, key, nonce),
  }));
  const [one, two] = [sides[0]!, sides[1]!];
  const blocks = [...blocksOf(aad), ...blocksOf(ciphertext)];
  blocks.push((BigInt(8 * aad.length) << 64n) | BigInt(8 * ciphertext.length));
  const at = blocksOf(aad).length + FREE;
  blocks[at] = 0n;
  const power = blocks.length - at;
  const difference = ghash(blocks, one.h) ^ one.mask ^ ghash(blocks, two.h) ^ two.mask;
  const free = multiply(difference, inverse(raise(one.h, power) ^ raise(two.h, power)));
  blocks[at] = free;
  const solved = ciphertext.slice();
  solved.set(bytesOf(free), FREE * BLOCK);
  return concatBytes(solved, bytesOf(ghash(blocks, one.h) ^ one.mask));
}

/** What the hash of a message is masked with: the tag of nothing, whose hash is zero. */
const maskOf = (gcm: Gcm, key: Uint8Array, nonce: Uint8Array) =>
  numberOf(gcm.seal(key, nonce, new Uint8Array(0)));

/** H, from the tag over a block of zeros as associated data: that is length · H. */
function hashKeyOf(gcm: Gcm, key: Uint8Array, nonce: Uint8Array): bigint {
  const tag = numberOf(gcm.seal(key, nonce, new Uint8Array(0), new Uint8Array(BLOCK)));
  const lengths = BigInt(8 * BLOCK) << 64n;
  return multiply(tag ^ maskOf(gcm, key, nonce), inverse(lengths));
}

const ghash = (blocks: readonly bigint[], h: bigint) =>
  blocks.reduce((sum, block) => multiply(sum ^ block, h), 0n);

/** In GF(2^128) as SP 800-38D §6.3 writes it. */
function multiply(a: bigint, b: bigint): bigint {
  let [sum, factor] = [0n, b];
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) sum ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ (0xe1n << 120n) : factor >> 1n;
  }
  return sum;
}

function raise(base: bigint, exponent: number): bigint {
  let result = ONE;
  for (let n = 0; n < exponent; n++) result = multiply(result, base);
  return result;
}

/** a^(2^128 − 2). */
function inverse(a: bigint): bigint {
  let [result, square] = [ONE, a];
  for (let n = 1; n < 128; n++) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
}

function blocksOf(bytes: Uint8Array): bigint[] {
  return Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, n) => {
    const block = new Uint8Array(BLOCK);
    block.set(bytes.subarray(n * BLOCK, (n + 1) * BLOCK));
    return numberOf(block);
  });
}

const numberOf = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes)}`);
const bytesOf = (block: bigint) => fromHex(block.toString(16).padStart(2 * BLOCK, '0'));
