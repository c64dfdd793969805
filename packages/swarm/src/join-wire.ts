import {
  ByteReader,
  concatBytes,
  isEdgeError,
  randomBytes,
  utf8,
  type Entropy,
  type Json,
} from '@ruvector/core';
import { aes256gcm, hkdfSha256, type Registration } from '@ruvector/crypto';

import { INVITATION_ID_BYTES } from './invitation.js';
import { encodeJson, parseJson } from './message.js';
import type { Role } from './role.js';

/**
 * The bytes of admission: a request sealed with the invitation's secret, and an answer.
 *
 * `RVJ1`, kind, invitation id 16, nonce 32, salt 32, sealed body. The nonce is the newcomer's and
 * says which request is answered; the salt is drawn anew by whoever seals, so that each key below
 * seals once and the AES-GCM nonce can be zero. Answers are sealed with a key that also needs the
 * Diffie–Hellman secret of newcomer and coordinator: other holders of the invitation cannot answer.
 * No key of the swarm is told here; that comes through the session of newcomer and coordinator.
 */
type JoinKind = 'request' | 'welcome' | 'refusal';

export interface JoinHead {
  readonly kind: JoinKind;
  readonly invitationId: Uint8Array;
  readonly nonce: Uint8Array;
}

export interface JoinFrame extends JoinHead {
  readonly salt: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface JoinRequest {
  readonly registration: Registration;
  /** Milliseconds since 1970, by the newcomer's clock. */
  readonly sent_at: number;
  /** By the registration's Ed25519 key over `possessionBytes`, base64url. */
  readonly signature: string;
}

export interface Welcome {
  readonly role: Role;
  /** The coordinator's registration; the others come as sealed messages. */
  readonly coordinator: Registration;
}

const MAGIC = /* @__PURE__ */ utf8('RVJ1');
const KINDS: readonly JoinKind[] = ['request', 'welcome', 'refusal'];
const SALT_BYTES = 32;
export const JOIN_NONCE_BYTES = 32;
const GCM_NONCE = /* @__PURE__ */ new Uint8Array(12);
const NO_SECRET = /* @__PURE__ */ new Uint8Array(0);
const FRAME_BYTES_MAX = 64 << 10;

/** What a newcomer signs: that it holds the keys of the registration that it shows. */
export function possessionBytes(
  swarmId: string,
  { invitationId, nonce }: Pick<JoinHead, 'invitationId' | 'nonce'>,
): Uint8Array {
  return concatBytes(utf8('ruvector-edge/2/join-request\0'), invitationId, nonce, utf8(swarmId));
}

export function isJoinFrame(frame: Uint8Array): boolean {
  return MAGIC.every((byte, i) => frame[i] === byte);
}

export function readJoinFrame(frame: Uint8Array): JoinFrame {
  const reader: ByteReader = new ByteReader(frame, 'join frame');
  if (frame.length > FRAME_BYTES_MAX) reader.fail(`${frame.length} bytes are too many`);
  reader.raw(MAGIC.length);
  const kind = KINDS[reader.u8()];
  if (!kind) return reader.fail('unknown kind');
  const invitationId = reader.raw(INVITATION_ID_BYTES).slice();
  const nonce = reader.raw(JOIN_NONCE_BYTES).slice();
  const salt = reader.raw(SALT_BYTES).slice();
  return { kind, invitationId, nonce, salt, sealed: reader.raw(reader.remaining).slice() };
}

/** @param shared - the pairwise key of newcomer and coordinator; only answers have it. */
export function sealJoin(
  head: JoinHead,
  body: Json | object,
  keys: { readonly secret: Uint8Array; readonly shared?: Uint8Array; readonly entropy: Entropy },
): Uint8Array {
  const salt = randomBytes(keys.entropy, SALT_BYTES);
  const header = headerBytes(head, salt);
  const key = joinKey({ ...head, salt }, keys.secret, keys.shared);
  return concatBytes(header, aes256gcm.seal(key, GCM_NONCE, encodeJson(body), header));
}

/** @returns `undefined` if the frame was not sealed with these secrets. */
export function openJoin(frame: JoinFrame, secret: Uint8Array, shared?: Uint8Array): unknown {
  const key = joinKey(frame, secret, shared);
  try {
    const header = headerBytes(frame, frame.salt);
    return parseJson(aes256gcm.open(key, GCM_NONCE, frame.sealed, header));
  } catch (error) {
    if (isEdgeError(error)) return undefined;
    throw error;
  }
}

function headerBytes({ kind, invitationId, nonce }: JoinHead, salt: Uint8Array): Uint8Array {
  const kindByte = Uint8Array.of(KINDS.indexOf(kind));
  return concatBytes(MAGIC, kindByte, invitationId, nonce, salt);
}

function joinKey(
  { kind, nonce, salt }: JoinHead & { readonly salt: Uint8Array },
  secret: Uint8Array,
  shared: Uint8Array = NO_SECRET,
): Uint8Array {
  const info = utf8(`ruvector-edge/2/join-${kind}\0`);
  return hkdfSha256(concatBytes(secret, shared), concatBytes(nonce, salt), info, 32);
}
