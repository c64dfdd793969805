import {
  ByteReader,
  ByteWriter,
  checkString,
  fromBase64Url,
  isId,
  MalformedError,
  toBase64Url,
  utf8,
} from '@ruvector/core';

import { isRole, type Role } from './role.js';

/**
 * What a newcomer needs to join in one call. It holds a secret: hand it over on stdin or by
 * environment.
 */
export interface Invitation {
  readonly swarmId: string;
  /** The agent id of the coordinator that admits. */
  readonly coordinator: string;
  /** Where that coordinator listens, most useful first. */
  readonly addresses: readonly string[];
  readonly invitationId: Uint8Array;
  readonly secret: Uint8Array;
  /** The coordinator's member key id: the anchor that its answer is checked against. */
  readonly anchor: Uint8Array;
  /** The swarm's epoch when it was made: no earlier one is followed. */
  readonly epoch: number;
  /** Of that epoch's commit, 32 bytes; zeros before the first. */
  readonly commitHash: Uint8Array;
  /** The coordinator's X25519 public key. */
  readonly publicKey: Uint8Array;
  readonly role: Role;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const PREFIX = 'ruvector-invitation.';
const MAGIC = 'RVIN';
const VERSION = 2;
const CHARS_MAX = 8192;
const ADDRESSES_MAX = 8;
const ADDRESS_BYTES_MAX = 512;

export const INVITATION_ID_BYTES = 16;
export const SECRET_BYTES = 32;
const HASH_BYTES = 32;

/** @throws TypeError, RangeError for addresses that `parseInvitation` would not take */
export function encodeInvitation(invitation: Invitation): string {
  checkAddresses(invitation.addresses);
  const writer = new ByteWriter(512);
  writer.header(MAGIC, VERSION).text(invitation.swarmId).text(invitation.coordinator);
  writer.u8(invitation.addresses.length);
  for (const address of invitation.addresses) writer.text(address);
  writer.raw(invitation.invitationId).raw(invitation.secret);
  writer.raw(invitation.anchor).raw(invitation.publicKey);
  writer.u64(BigInt(invitation.epoch)).raw(invitation.commitHash);
  writer.text(invitation.role).u64(BigInt(invitation.expiresAt));
  return PREFIX + toBase64Url(writer.bytes());
}

function checkAddresses(addresses: readonly string[]): void {
  if (!Array.isArray(addresses))
    throw new TypeError(`addresses must be an array of strings, got ${typeof addresses}`);
  if (addresses.length > ADDRESSES_MAX)
    throw new RangeError(`addresses must be at most ${ADDRESSES_MAX}, got ${addresses.length}`);
  for (const [i, address] of addresses.entries()) {
    const { length } = utf8(checkString(`addresses[${i}]`, address, { min: 1 }));
    if (length > ADDRESS_BYTES_MAX)
      throw new RangeError(
        `addresses[${i}] must have at most ${ADDRESS_BYTES_MAX} bytes, got ${length}`,
      );
  }
}

/**
 * Reads an invitation string; white space around it is ignored.
 *
 * @throws MalformedError if it is damaged; the message holds nothing of it
 * @example
 * const hub = new P2PSwarm('hub', undefined, []);
 * await hub.connect();
 * parseInvitation(await hub.invite({ role: 'scout' })).role; // => 'scout'
 * await hub.close();
 */
export function parseInvitation(text: string): Invitation {
  if (typeof text !== 'string') throw new TypeError('invitation must be a string');
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX)) throw new MalformedError(`an invitation starts with ${PREFIX}`);
  if (trimmed.length > CHARS_MAX)
    throw new MalformedError(`an invitation has at most ${CHARS_MAX} characters`);
  const reader: ByteReader = new ByteReader(
    fromBase64Url(trimmed.slice(PREFIX.length)),
    'invitation',
  );
  reader.header(MAGIC, VERSION);
  const [swarmId, coordinator] = [reader.text(128), reader.text(128)];
  if (!isId(swarmId) || !isId(coordinator)) reader.fail('an id has other characters');
  const addressCount = reader.u8();
  if (addressCount > ADDRESSES_MAX) reader.fail(`${addressCount} addresses`);
  const addresses = Array.from({ length: addressCount }, () => reader.text(ADDRESS_BYTES_MAX));
  const invitationId = reader.raw(INVITATION_ID_BYTES).slice();
  const secret = reader.raw(SECRET_BYTES).slice();
  const anchor = reader.raw(HASH_BYTES).slice();
  const publicKey = reader.raw(HASH_BYTES).slice();
  const epoch = Number(reader.u64());
  if (!Number.isSafeInteger(epoch)) reader.fail('the epoch is out of range');
  const commitHash = reader.raw(HASH_BYTES).slice();
  const role = reader.text(16);
  if (!isRole(role)) reader.fail('the role is unknown');
  const expiresAt = Number(reader.u64());
  if (!Number.isSafeInteger(expiresAt)) reader.fail('the expiry is out of range');
  reader.end();
  return {
    swarmId,
    coordinator,
    addresses,
    invitationId,
    secret,
    anchor,
    publicKey,
    epoch,
    commitHash,
    role,
    expiresAt,
  };
}
