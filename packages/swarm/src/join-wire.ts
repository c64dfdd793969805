import { ByteReader, ByteWriter, concatBytes, isEdgeError, utf8, type Json } from '@ruvector/core';
import { aes256gcm, hkdfSha256, type Registration } from '@ruvector/crypto';

import { INVITATION_ID_BYTES } from './invitation.js';
import { encodeJson, parseJson } from './message.js';
import type { Role } from './role.js';

/**
 * The bytes of admission: a request sealed with the invitation's secret, and an answer.
 *
 * `RVJ1`, kind, invitation id 16, nonce 32, sealed body. The nonce is the newcomer's and random, so
 * each key below seals once and the AES-GCM nonce can be zero. A welcome is sealed with a key that
 * also needs the Diffie–Hellman secret of newcomer and coordinator: who finds the invitation later
 * does not learn the swarm key from a recording.
 */
export type JoinKind = 'request' | 'welcome' | 'refusal';

export interface JoinFrame {
  readonly kind: JoinKind;
  readonly invitationId: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
}

/** A registration with the role that a coordinator vouches for. */
export interface RosterEntry {
  readonly registration: Registration;
  readonly role: Role;
}

export interface Welcome {
  readonly swarmKey: string;
  readonly role: Role;
  /** All members, the coordinator first. */
  readonly roster: readonly RosterEntry[];
}

const MAGIC = utf8('RVJ1');
const KINDS: readonly JoinKind[] = ['request', 'welcome', 'refusal'];
export const JOIN_NONCE_BYTES = 32;
const HEADER_BYTES = MAGIC.length + 1 + INVITATION_ID_BYTES + JOIN_NONCE_BYTES;
const GCM_NONCE = new Uint8Array(12);
const NO_SECRET = new Uint8Array(0);

export function isJoinFrame(frame: Uint8Array): boolean {
  return MAGIC.every((byte, i) => frame[i] === byte);
}

export function readJoinFrame(frame: Uint8Array): JoinFrame {
  const reader: ByteReader = new ByteReader(frame, 'join frame');
  reader.raw(MAGIC.length);
  const kind = KINDS[reader.u8()];
  if (!kind) reader.fail('unknown kind');
  const invitationId = reader.raw(INVITATION_ID_BYTES).slice();
  const nonce = reader.raw(JOIN_NONCE_BYTES).slice();
  return { kind, invitationId, nonce, sealed: reader.raw(reader.remaining).slice() };
}

/** @param shared - the pairwise key of newcomer and coordinator; only a welcome has it. */
export function sealJoin(
  frame: Omit<JoinFrame, 'sealed'>,
  secret: Uint8Array,
  body: Json,
  shared: Uint8Array = NO_SECRET,
): Uint8Array {
  const header = headerBytes(frame);
  const plaintext = encodeJson(body, JOIN_BODY_BYTES_MAX);
  const sealed = aes256gcm.seal(joinKey(frame, secret, shared), GCM_NONCE, plaintext, header);
  return concatBytes(header, sealed);
}

/** @returns `undefined` if the frame was not sealed with these secrets. */
export function openJoin(
  frame: JoinFrame,
  secret: Uint8Array,
  shared: Uint8Array = NO_SECRET,
): unknown | undefined {
  const key = joinKey(frame, secret, shared);
  try {
    return parseJson(aes256gcm.open(key, GCM_NONCE, frame.sealed, headerBytes(frame)));
  } catch (error) {
    if (isEdgeError(error)) return undefined;
    throw error;
  }
}

/** Room for a roster of 1,024 members at about 1 kB each. */
const JOIN_BODY_BYTES_MAX = 4 << 20;

function headerBytes({ kind, invitationId, nonce }: Omit<JoinFrame, 'sealed'>): Uint8Array {
  const writer = new ByteWriter(HEADER_BYTES).raw(MAGIC).u8(KINDS.indexOf(kind));
  return writer.raw(invitationId).raw(nonce).bytes();
}

function joinKey(
  { kind, nonce }: Omit<JoinFrame, 'sealed'>,
  secret: Uint8Array,
  shared: Uint8Array,
): Uint8Array {
  const info = utf8(`ruvector-edge/2/join-${kind}\0`);
  return hkdfSha256(concatBytes(secret, shared), nonce, info, 32);
}
