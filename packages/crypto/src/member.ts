import { fromBase64Url } from '@ruvector/core';
import type { Registration } from './registration-record.js';

/** A verified member. The arrays are the registry's own: read them only. */
export interface Member {
  readonly agentId: string;
  readonly memberKeyId: Uint8Array;
  readonly registration: Registration;
  readonly ed25519PublicKey: Uint8Array;
  readonly x25519PublicKey: Uint8Array;
  readonly capabilities: readonly string[];
  /** Milliseconds since 1970, as the member says. */
  readonly joinedAt: number;
  /** Of its registration: 1 for the first, then one more for each change. */
  readonly rev: number;
}

/** The member that a verified registration speaks of. */
export function memberOf(registration: Registration, memberKeyId: Uint8Array): Member {
  const { record } = registration;
  return Object.freeze({
    agentId: record.agent_id,
    memberKeyId,
    registration,
    ed25519PublicKey: fromBase64Url(record.ed25519_public_key),
    x25519PublicKey: fromBase64Url(record.x25519_public_key),
    capabilities: record.capabilities,
    joinedAt: record.joined_at,
    rev: record.rev,
  });
}

/** Its public keys of all kinds, as its record spells them. */
export function publicKeysOf({ registration: { record } }: Member): string[] {
  return [record.ed25519_public_key, record.x25519_public_key];
}
