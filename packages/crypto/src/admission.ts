import { checkId } from '@ruvector/core';
import type { Registration } from './registration-record.js';

/**
 * Decides who may join. Asked only about registrations whose signatures hold.
 *
 * @returns true to admit; false, or a code that says why not, to refuse.
 */
export type AdmissionPolicy = (registration: Registration) => boolean | string;

/**
 * Admits exactly the agents named, by whatever key they come with first.
 *
 * @example
 * const policy = allowList(['worker-1']);
 * const identity = IdentityManager.create({ swarmId: 'swarm-1' });
 * policy(identity.createRegistration('worker-2', [])); // => false
 */
export function allowList(agentIds: Iterable<string>): AdmissionPolicy {
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
export function trustOnFirstUse(): AdmissionPolicy {
  return () => true;
}
