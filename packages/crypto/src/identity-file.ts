import { ByteReader, ByteWriter, fromUtf8, isId, utf8 } from '@ruvector/core';
import {
  IDENTITY_FILE_BYTES_MAX,
  KDF_COST_LOG2_MAX,
  KDF_COST_LOG2_MIN,
} from './identity-file-limits.js';
import { COMPOSITE_SECRET_BYTES, type SavedSecrets } from './identity-secrets.js';
import { KDF_BLOCK_SIZE, KDF_PARALLELISM, KDF_SALT_BYTES } from './password-key.js';
import { FORMER_PREKEYS_MAX, type SavedPrekey } from './prekeys.js';
import type { Suite } from './suite.js';

/**
 * An exported identity: `RVID`, version 1; then u8 suite, u8 kdf (1 = scrypt), u8 log2 N, u8 r,
 * u8 p, salt 32, nonce 12; the sealed secrets, with all of the above as associated data; CRC-32.
 * The checksum tells damage from a wrong password before any work is done, and proves nothing else.
 *
 * The secrets: u8 length and agent id, the same for the swarm id (0 = none), Ed25519 32, X25519 32;
 * in suite 2 composite 64, u8 count of prekeys, and of each 32 and u64 when it was replaced, in
 * milliseconds since 1970 (0 for the present one, which is the first).
 */
const MAGIC = 'RVID';
const VERSION = 1;
const KDF_SCRYPT = 1;
const NONCE_BYTES = 12;
const HEADER_BYTES = MAGIC.length + 1 + 5 + KDF_SALT_BYTES + NONCE_BYTES;
const CHECKSUM_BYTES = 4;

/** What stands in the open. */
export interface IdentityFileHeader {
  readonly suite: Suite;
  /** See `KDF_COST_LOG2`. */
  readonly costLog2: number;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
}

/** What is sealed. */
export interface IdentityFileContent {
  readonly agentId: string | undefined;
  readonly swarmId: string | undefined;
  readonly secrets: SavedSecrets;
}

/** @returns the header as it stands in the file, which is the associated data too. */
export function writeHeader({ suite, costLog2, salt, nonce }: IdentityFileHeader): Uint8Array {
  return new ByteWriter()
    .header(MAGIC, VERSION)
    .u8(suite)
    .u8(KDF_SCRYPT)
    .u8(costLog2)
    .u8(KDF_BLOCK_SIZE)
    .u8(KDF_PARALLELISM)
    .raw(salt)
    .raw(nonce)
    .bytes();
}

export function writeFile(header: Uint8Array, sealed: Uint8Array): Uint8Array {
  return new ByteWriter().raw(header).raw(sealed).checksum().bytes();
}

/**
 * Takes a file apart. What it asks of the key derivation is held against floor and ceiling here.
 *
 * @returns views of `file`, which nobody may change meanwhile.
 * @throws EdgeError `ERR_MALFORMED`
 */
export function readFile(file: Uint8Array): IdentityFileHeader & {
  readonly aad: Uint8Array;
  readonly sealed: Uint8Array;
} {
  const reader = new ByteReader(file, 'identity');
  if (file.length > IDENTITY_FILE_BYTES_MAX) reader.fail('longer than any identity');
  reader.checksum();
  reader.header(MAGIC, VERSION);
  const suite = reader.u8();
  if (suite !== 1 && suite !== 2) return reader.fail(`suite ${suite} is unknown`);
  if (reader.u8() !== KDF_SCRYPT) reader.fail('unknown key derivation');
  const costLog2 = reader.u8();
  if (costLog2 < KDF_COST_LOG2_MIN || costLog2 > KDF_COST_LOG2_MAX)
    reader.fail(`cost 2^${costLog2} is out of range`);
  if (reader.u8() !== KDF_BLOCK_SIZE || reader.u8() !== KDF_PARALLELISM)
    reader.fail('unknown parameters of the key derivation');
  const [salt, nonce] = [reader.raw(KDF_SALT_BYTES), reader.raw(NONCE_BYTES)];
  const sealed = file.subarray(HEADER_BYTES, file.length - CHECKSUM_BYTES);
  return { suite, costLog2, salt, nonce, aad: file.subarray(0, HEADER_BYTES), sealed };
}

/** @returns secret bytes in memory of their own: the caller erases them. */
export function writeContent({ agentId, swarmId, secrets }: IdentityFileContent): Uint8Array {
  const { ed25519, x25519, hybrid } = secrets;
  const parts = [shortText(agentId), shortText(swarmId), ed25519, x25519];
  if (hybrid !== undefined) {
    parts.push(hybrid.composite, Uint8Array.of(hybrid.prekeys.length));
    for (const { secretKey, replacedAt = 0 } of hybrid.prekeys)
      parts.push(secretKey, new ByteWriter(8).u64(BigInt(replacedAt)).bytes());
  }
  // not a ByteWriter: one that grows leaves copies behind
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Reads what `writeContent` made.
 *
 * @returns copies: the caller erases `bytes`.
 * @throws EdgeError `ERR_MALFORMED`
 */
export function readContent(bytes: Uint8Array, suite: Suite): IdentityFileContent {
  const reader = new ByteReader(bytes, 'secrets of an identity');
  const [agentId, swarmId] = [readId(reader), readId(reader)];
  const [ed25519, x25519] = [reader.raw(32).slice(), reader.raw(32).slice()];
  const hybrid = suite === 1 ? undefined : readHybrid(reader);
  reader.end();
  return { agentId, swarmId, secrets: { ed25519, x25519, hybrid } };
}

function readHybrid(reader: ByteReader): SavedSecrets['hybrid'] {
  const composite = reader.raw(COMPOSITE_SECRET_BYTES).slice();
  const count = reader.u8();
  if (count < 1 || count > 1 + FORMER_PREKEYS_MAX) reader.fail(`${count} prekeys are out of range`);
  const prekeys: SavedPrekey[] = [];
  for (let i = 0; i < count; i++) {
    const secretKey = reader.raw(32).slice();
    const replacedAt = Number(reader.u64());
    prekeys.push({ secretKey, replacedAt: i === 0 ? undefined : replacedAt });
  }
  return { composite, prekeys };
}

function shortText(text: string | undefined): Uint8Array {
  const bytes = utf8(text ?? '');
  return Uint8Array.of(bytes.length, ...bytes);
}

function readId(reader: ByteReader): string | undefined {
  const length = reader.u8();
  if (length === 0) return undefined;
  const id = fromUtf8(reader.raw(length));
  return isId(id) ? id : reader.fail('an id that is none');
}
