import { checkId } from '@ruvector/core';
import type { Registration } from './registration-record.js';

/** What else a policy may want to know about a registration. */
export interface AdmissionRequest {
  /** What the newcomer shows: of unknown shape, vouched for by nobody. */
  readonly invite?: unknown;
  /** It is the next revision of one who is a member, or was one until it fell silent. */
  readonly isKnown: boolean;
  /** Milliseconds since 1970, by the registry's clock. */
  readonly now: number;
}

/**
 * Decides who may join. Asked last, and only about registrations that break no other rule: whom it
 * admits is a member.
 *
 * @returns true to admit; false, or a code that says why not, to refuse.
 */
export type AdmissionPolicy = (
  registration: Registration,
  request: AdmissionRequest,
) => boolean | string;

/**
 * Admits exactly the agents named, by whatever key they come with first.
 *
 * @example
 * const policy = allowList(['worker-1']);
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * policy(identity.createRegistration('worker-2', [])); // => false
 */
export function allowList(agentIds: Iterable<string>): (registration: Registration) => boolean {
  const allowed = new Set<string>();
  for (const agentId of agentIds) allowed.add(checkId('agentIds', agentId));
  return ({ record }) => allowed.has(record.agent_id);
}

/**
 * Admits everybody; the first key that comes with an id keeps it. Only for swarms whose network
 * keeps strangers out.
 *
 * @example
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * trustOnFirstUse()(identity.createRegistration('worker-1', [])); // => true
 */
export function trustOnFirstUse(): (registration: Registration) => boolean {
  return () => true;
}
