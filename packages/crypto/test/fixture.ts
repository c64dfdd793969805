import { ManualClock } from '@ruvector/core/testing';
import { seededRandom, type Entropy } from '@ruvector/core';
import {
  createSenderChain,
  IdentityManager,
  memberKeyId,
  MemberRegistry,
  ReplayWindow,
  trustOnFirstUse,
  type AdmissionPolicy,
  type EnvelopeFields,
  type OpenOptions,
  type Registration,
} from '@ruvector/crypto';

export const SWARM = 'swarm-1';
export const EPOCH = 77n;
const SWARM_KEY = new Uint8Array(32).fill(7);

/** Reproducible bytes where a test wants the same keys on every run. */
export function seededEntropy(seed: number): Entropy {
  const random = seededRandom(seed);
  return {
    fill(bytes) {
      for (let i = 0; i < bytes.length; i++) bytes[i] = random.uint32() & 255;
    },
  };
}

export interface Agent {
  readonly identity: IdentityManager;
  readonly registration: Registration;
  readonly memberKeyId: Uint8Array;
}

export const newClock = () => new ManualClock(1_700_000_000_000);

export function newAgent(agentId: string, clock = newClock(), swarmId = SWARM): Agent {
  let seed = 0;
  for (const char of agentId + swarmId) seed = (seed * 31 + char.charCodeAt(0)) % 2 ** 32;
  const identity = IdentityManager.create({ agentId, swarmId, clock, random: seededEntropy(seed) });
  const registration = identity.createRegistration(agentId, ['embed', 'search']);
  return { identity, registration, memberKeyId: memberKeyId(registration.record) };
}

export function newRegistry(clock = newClock(), admission: AdmissionPolicy = trustOnFirstUse()) {
  return new MemberRegistry({ swarmId: SWARM, admission, clock });
}

export const chainOf = (sender: Uint8Array, epoch = EPOCH) =>
  createSenderChain({ swarmId: SWARM, swarmKey: SWARM_KEY, epoch, sender });

/** Two members, alice and bob, and all that bob needs to open what alice seals. */
export function newPair() {
  const clock = newClock();
  const [alice, bob] = [newAgent('alice', clock), newAgent('bob', clock)];
  const registry = newRegistry(clock);
  registry.apply(alice.registration);
  registry.apply(bob.registration);
  const chain = chainOf(alice.memberKeyId);
  const window = new ReplayWindow();
  const receiving: OpenOptions = {
    registry,
    swarmId: SWARM,
    clock,
    window,
    keys: () => chain,
    self: bob.memberKeyId,
  };
  const fields = (over: Partial<EnvelopeFields> = {}): EnvelopeFields => ({
    swarmId: SWARM,
    sender: alice.memberKeyId,
    epoch: EPOCH,
    timestamp: clock.now(),
    type: 1,
    topic: 'news',
    body: Uint8Array.of(1, 2, 3),
    ...over,
  });
  const sealing = {
    sign: (message: Uint8Array) => alice.identity.sign(message),
    chain: chainOf(alice.memberKeyId),
    entropy: seededEntropy(5),
  };
  return { clock, alice, bob, registry, chain, window, receiving, fields, sealing };
}
