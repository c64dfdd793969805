import { ByteReader, ByteWriter, concatBytes, equalBytes, isEdgeError } from '@ruvector/core';
import { TAG_BYTES } from './backend.js';
import { DST } from './domain.js';
import type { EpochIdentity, EpochProvider } from './epoch-keyring.js';
import type { EpochMember } from './epoch-roster.js';
import { EPOCH_SECRET_BYTES } from './epoch-secret.js';

/** What a welcome gives access to, and whom. */
export interface WelcomeTo {
  readonly epoch: number;
  readonly commitHash: Uint8Array;
  /** Member key id. */
  readonly recipient: Uint8Array;
}

/** Why a welcome is refused; `docs/errors.md` says what each code means. */
export type WelcomeCode =
  'ERR_WELCOME_MALFORMED' | 'ERR_WELCOME_RECIPIENT' | 'ERR_WELCOME_SEAL' | 'ERR_WELCOME_SECRET';

/** Opens what the pairwise session with a member carried; `undefined` if it does not open. */
export type SessionOpener = (member: EpochMember, sealed: Uint8Array) => Uint8Array | undefined;
/** Seals for a member through the live session with it; `undefined` if there is none. */
export type SessionSealer = (member: EpochMember, bytes: Uint8Array) => Uint8Array | undefined;

/** What a live session may make of the 126 bytes of a welcome. */
const WELCOME_SESSION_BYTES_MAX = 4096;

const MAGIC = 'RVEW';
const VERSION = 1;
const BY_SESSION = 1;
const BY_XWING = 2;
const HEADER_BYTES = 4 + 1 + 1 + 8 + 32 + 32;
const KEM_CIPHERTEXT_BYTES = 1120;
const ZERO_NONCE = /* @__PURE__ */ new Uint8Array(12); // the key seals one message only

/**
 * The bytes that go to a member without a live session: only its prekey's secret opens them.
 * @returns `undefined` if the prekey is no key: its owner harms itself only.
 */
export function welcomeByKem(
  secret: Uint8Array,
  to: WelcomeTo,
  kemPublicKey: Uint8Array,
  provider: EpochProvider & Required<Pick<EpochProvider, 'xwing'>>,
): Uint8Array | undefined {
  const header = headerOf(BY_XWING, to);
  const encapsulated = unlessRefused(() => provider.xwing.encapsulate(kemPublicKey));
  if (encapsulated === undefined) return undefined;
  const { ciphertext, sharedSecret } = encapsulated;
  const key = welcomeKey(sharedSecret, to, provider);
  const sealed = provider.aes256gcm.seal(key, ZERO_NONCE, secret, header);
  key.fill(0);
  return concatBytes(header, ciphertext, sealed);
}

/** The same through a live session, if the sealer has one with the member. */
export function welcomeBySession(
  secret: Uint8Array,
  to: WelcomeTo,
  member: EpochMember,
  sealFor: SessionSealer,
): Uint8Array | undefined {
  const header = headerOf(BY_SESSION, to);
  const plaintext = concatBytes(DST('welcome'), header, secret);
  const sealed = sealFor(member, plaintext);
  plaintext.fill(0);
  if (sealed === undefined) return undefined;
  if (!(sealed instanceof Uint8Array) || sealed.length > WELCOME_SESSION_BYTES_MAX)
    throw new RangeError(`sealFor must give at most ${WELCOME_SESSION_BYTES_MAX} bytes`);
  return new ByteWriter(HEADER_BYTES + 2 + sealed.length)
    .raw(header)
    .u16(sealed.length)
    .raw(sealed)
    .bytes();
}

/** What opens welcomes. */
export interface WelcomeOpener {
  readonly identity: EpochIdentity;
  readonly provider: EpochProvider;
  /** Who made the commit: the other end of the session. */
  readonly committer: EpochMember;
  readonly openFrom: SessionOpener | undefined;
  /** The own prekey, as the roster has it. */
  readonly kemPublicKey: Uint8Array | null | undefined;
}

/**
 * The secret in a welcome, not yet held against the commit, or why there is none. Never throws on
 * account of `bytes`.
 */
export function openWelcome(
  bytes: unknown,
  expected: WelcomeTo,
  opener: WelcomeOpener,
): Uint8Array | WelcomeCode {
  const parts = splitWelcome(bytes);
  if (parts === undefined) return 'ERR_WELCOME_MALFORMED';
  const { way, header } = parts;
  if (!equalBytes(header, headerOf(way, expected))) return 'ERR_WELCOME_RECIPIENT';
  const secret =
    parts.way === BY_SESSION
      ? secretFromSession(parts, opener)
      : secretFromKem(parts, expected, opener);
  return secret ?? 'ERR_WELCOME_SEAL';
}

interface WelcomeParts {
  readonly way: number;
  readonly header: Uint8Array;
  /** With X-Wing only. */
  readonly kemCiphertext: Uint8Array;
  readonly sealed: Uint8Array;
}

function splitWelcome(bytes: unknown): WelcomeParts | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  const stable = bytes.slice(); // another thread may write into shared memory
  const reader = new ByteReader(stable, 'welcome');
  try {
    reader.header(MAGIC, VERSION);
    const way = reader.u8();
    if (way !== BY_SESSION && way !== BY_XWING) return undefined;
    const header = stable.subarray(0, HEADER_BYTES);
    reader.raw(HEADER_BYTES - 6);
    const kemCiphertext = reader.raw(way === BY_XWING ? KEM_CIPHERTEXT_BYTES : 0);
    const sealedBytes = way === BY_XWING ? EPOCH_SECRET_BYTES + TAG_BYTES : reader.u16();
    const sealed = reader.raw(sealedBytes);
    reader.end();
    return sealedBytes <= WELCOME_SESSION_BYTES_MAX
      ? { way, header, kemCiphertext, sealed }
      : undefined;
  } catch (error) {
    if (isEdgeError(error, 'ERR_MALFORMED')) return undefined;
    throw error;
  }
}

function secretFromSession(
  { header, sealed }: WelcomeParts,
  { openFrom, committer }: WelcomeOpener,
): Uint8Array | undefined {
  const plaintext = openFrom?.(committer, sealed);
  if (plaintext === undefined) return undefined;
  const start = concatBytes(DST('welcome'), header);
  const isWelcome =
    plaintext.length === start.length + EPOCH_SECRET_BYTES &&
    equalBytes(plaintext.subarray(0, start.length), start);
  const secret = isWelcome ? plaintext.slice(start.length) : undefined;
  plaintext.fill(0);
  return secret;
}

function secretFromKem(
  { header, kemCiphertext, sealed }: WelcomeParts,
  to: WelcomeTo,
  { identity, provider, kemPublicKey }: WelcomeOpener,
): Uint8Array | undefined {
  if (!kemPublicKey) return undefined;
  const sharedSecret = unlessRefused(() => identity.decapsulate?.(kemCiphertext, kemPublicKey));
  if (sharedSecret === undefined) return undefined;
  const key = welcomeKey(sharedSecret, to, provider);
  try {
    return provider.aes256gcm.open(key, ZERO_NONCE, sealed, header);
  } catch (error) {
    if (isEdgeError(error, 'ERR_CRYPTO_OPEN')) return undefined;
    throw error;
  } finally {
    key.fill(0);
  }
}

/** Keys and ciphertexts of strangers may be none, or for a prekey that is gone. */
function unlessRefused<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch (error) {
    const isGone = isEdgeError(error) && !isEdgeError(error, 'ERR_IDENTITY_DESTROYED');
    if (isGone || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Erases the shared secret that it is given. */
function welcomeKey(
  sharedSecret: Uint8Array,
  { commitHash, recipient }: WelcomeTo,
  provider: EpochProvider,
): Uint8Array {
  const info = concatBytes(DST('welcome'), recipient);
  const key = provider.hkdfSha256(sharedSecret, commitHash, info, 32);
  sharedSecret.fill(0);
  return key;
}

function headerOf(way: number, { epoch, commitHash, recipient }: WelcomeTo): Uint8Array {
  return new ByteWriter(HEADER_BYTES)
    .header(MAGIC, VERSION)
    .u8(way)
    .u64(BigInt(epoch))
    .raw(commitHash)
    .raw(recipient)
    .bytes();
}
