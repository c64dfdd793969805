import { toBase64Url, utf8, concatBytes } from '@ruvector/core';
import {
  availableProviders,
  canonicalize,
  createCryptoProvider,
  DST,
  IdentityManager,
  memberKeyId,
  MemberRegistry,
  trustOnFirstUse,
  type AdmissionPolicy,
  type Registration,
  type RegistrationOptions,
  type RegistrationRecord,
} from '@ruvector/crypto';
import { newClock, seededEntropy, SWARM } from './fixture.js';

/** With what suite 2 needs: the fastest here. */
export const PQ = await createCryptoProvider(availableProviders()[0]!, { pq: true });
/** Without it. */
export const CLASSICAL = await createCryptoProvider('noble');

/** An identity of suite 2 with the keys of this seed. */
export function hybridIdentity(seed: number, over = {}): IdentityManager {
  const random = seededEntropy(seed);
  return IdentityManager.create({
    swarmId: SWARM,
    clock: newClock(),
    random,
    provider: PQ,
    ...over,
  });
}

/** The same agent without the second suite: same seed, same Ed25519 and X25519 keys. */
export const classicalIdentity = (seed: number, over = {}) =>
  hybridIdentity(seed, { provider: CLASSICAL, ...over });

export function hybridAgent(agentId: string, seed: number) {
  const identity = hybridIdentity(seed);
  const registration = identity.createRegistration(agentId, ['embed']);
  return { identity, registration, memberKeyId: memberKeyId(registration.record) };
}

export const nextOf = (
  identity: IdentityManager,
  previous: Registration,
  options: RegistrationOptions = {},
) => identity.createRegistration(previous.record.agent_id, ['next'], { previous, ...options });

export const hybridRegistry = (
  clock = newClock(),
  admission: AdmissionPolicy = trustOnFirstUse(),
) => new MemberRegistry({ swarmId: SWARM, admission, clock, provider: PQ });

export const codeOf = (result: { ok: boolean; code?: string }) =>
  result.ok ? undefined : result.code;

/** What is signed, by hand. */
export const bytesOf = (record: RegistrationRecord) =>
  concatBytes(DST('registration'), utf8(canonicalize(record)));

/** A changed record, signed again with both keys: what a stranger's code may send. */
export function resigned(
  identity: IdentityManager,
  { record, signatures }: Registration,
  over: Partial<RegistrationRecord>,
): Registration {
  const changed = { ...record, ...over };
  const ed25519 = toBase64Url(identity.sign(bytesOf(changed)));
  const composite = toBase64Url(identity.signComposite(bytesOf(changed)));
  return { record: changed, signatures: { ...signatures, ed25519, composite } };
}
