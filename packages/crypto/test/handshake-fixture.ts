import {
  createHandshake,
  HandshakeTimes,
  type HandshakeOptions,
  type HandshakeRole,
} from '@ruvector/crypto';
import { postQuantumProvider } from '@ruvector/crypto/pq';
import { newAgent, newClock, newRegistry, seededEntropy, SWARM } from './fixture.js';

export const provider = postQuantumProvider();

/** Two members of one swarm that know each other, and the handshakes that they make. */
export function newHandshakes(clock = newClock()) {
  const registry = newRegistry(clock);
  const endOf = (name: string, seed: number): End => {
    const agent = newAgent(name, clock);
    registry.apply(agent.registration);
    const times = new HandshakeTimes({ clock });
    return { ...agent, member: registry.get(name)!, times, entropy: seededEntropy(seed) };
  };
  const [alice, bob] = [endOf('alice', 1), endOf('bob', 2)];
  const optionsOf = (role: HandshakeRole, own: End, other: End): HandshakeOptions => ({
    role,
    identity: own.identity,
    memberKeyId: own.memberKeyId,
    peer: other.member,
    swarmId: SWARM,
    clock,
    provider,
    times: own.times,
    entropy: own.entropy,
  });
  return {
    clock,
    alice,
    bob,
    initiator: (over: Partial<HandshakeOptions> = {}) =>
      createHandshake({ ...optionsOf('initiator', alice, bob), ...over }),
    responder: (over: Partial<HandshakeOptions> = {}) =>
      createHandshake({ ...optionsOf('responder', bob, alice), ...over }),
  };
}

interface End extends ReturnType<typeof newAgent> {
  readonly member: HandshakeOptions['peer'];
  readonly times: HandshakeTimes;
  readonly entropy: ReturnType<typeof seededEntropy>;
}

/** A finished handshake, from both ends. */
export function newKeys(pair = newHandshakes()) {
  const [initiator, responder] = [pair.initiator(), pair.responder()];
  responder.read(initiator.write());
  initiator.read(responder.write());
  return { ...pair, a: initiator.split(), b: responder.split() };
}

/** A copy with one bit changed. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
