import { checkBytes, concatBytes, equalBytes } from '@ruvector/core';
import { fromBase32, toBase32 } from './base32.js';
import { sha256 } from './primitives.js';

const CID_BYTES = 36;
const CID_CHARS = 59; // multibase 'b' and ⌈36 · 8 / 5⌉ characters

/**
 * The content id of some bytes: CIDv1, raw codec, SHA-256, base32 in lower case.
 *
 * @example
 * artifactId(utf8('hello')); // => 'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'
 * @see https://github.com/multiformats/cid
 */
export function artifactId(bytes: Uint8Array): string {
  // CID version 1, codec raw (0x55), hash SHA-256 (0x12) of 32 bytes
  const cid = concatBytes(Uint8Array.of(1, 0x55, 0x12, 32), sha256(checkBytes('bytes', bytes)));
  return `b${toBase32(cid)}`;
}

/**
 * Whether these are the bytes that the id names. `false` for any text that is not such an id.
 *
 * @example
 * verifyArtifact(artifactId(utf8('hello')), utf8('hullo')); // => false
 */
export function verifyArtifact(id: string, bytes: Uint8Array): boolean {
  return isArtifactId(id) && artifactId(bytes) === id;
}

/**
 * Whether a value is a content id as `artifactId` writes it: that kind only, that spelling only.
 */
export function isArtifactId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== CID_CHARS || value[0] !== 'b') return false;
  const cid = fromBase32(value.slice(1), CID_BYTES);
  return cid !== undefined && equalBytes(cid.subarray(0, 4), Uint8Array.of(1, 0x55, 0x12, 32));
}
