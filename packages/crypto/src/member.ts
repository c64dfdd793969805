import { fromBase64Url } from '@ruvector/core';
import { signerOf, suiteOf, type Registration } from './registration-record.js';
import type { Suite } from './suite.js';

/** A verified member. The arrays are the registry's own: read them only. */
export interface Member {
  readonly agentId: string;
  readonly memberKeyId: Uint8Array;
  readonly registration: Registration;
  readonly suite: Suite;
  readonly ed25519PublicKey: Uint8Array;
  readonly x25519PublicKey: Uint8Array;
  /** ML-DSA-65 and Ed25519, 1,984 bytes; none in suite 1. */
  readonly compositePublicKey?: Uint8Array | undefined;
  /** The X-Wing prekey, 1,216 bytes; none in suite 1. */
  readonly kemPublicKey?: Uint8Array | undefined;
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
    suite: suiteOf(record),
    ...signerOf(record),
    x25519PublicKey: fromBase64Url(record.x25519_public_key),
    kemPublicKey: record.kem_public_key === null ? undefined : fromBase64Url(record.kem_public_key),
    capabilities: record.capabilities,
    joinedAt: record.joined_at,
    rev: record.rev,
  });
}
