import { ok } from 'node:assert';
import * as crypto from '@ruvector/crypto';
import { bench } from '../../../tools/bench/bench.js';
import { randomBytes } from '../../../tools/bench/seeded-data.js';

const swarmId = 'swarm-1';
let now = 1_700_000_000_000;
const clock = { now: () => now, monotonic: () => 0, setTimeout: () => () => undefined };

/** Two members and all that both of them do for one session, on one provider. */
async function pairOn(name: string) {
  const provider = await crypto.createCryptoProvider(name, { pq: true });
  const admission = crypto.trustOnFirstUse();
  const registry = new crypto.MemberRegistry({ swarmId, admission, clock, provider });
  const times = new crypto.HandshakeTimes({ clock });
  const [alice, bob] = ['alice', 'bob'].map((agentId) => {
    const identity = crypto.IdentityManager.create({ agentId, swarmId, clock, provider });
    ok(registry.apply(identity.createRegistration()).ok);
    return { identity, member: registry.get(agentId)! };
  }) as [Agent, Agent];
  const end = (role: crypto.HandshakeRole, own: Agent, other: Agent) =>
    crypto.createHandshake({
      role,
      identity: own.identity,
      memberKeyId: own.member.memberKeyId,
      peer: other.member,
      swarmId,
      clock,
      provider,
      times,
    });
  return {
    provider,
    handshake() {
      now++; // each has to be later than the one before
      const [initiator, responder] = [end('initiator', alice, bob), end('responder', bob, alice)];
      ok(responder.read(initiator.write()).ok);
      ok(initiator.read(responder.write()).ok);
      return { initiator: initiator.split(), responder: responder.split() };
    },
  };
}

interface Agent {
  readonly identity: crypto.IdentityManager;
  readonly member: crypto.Member;
}

await bench({ frameBytes: 1024 }, async ({ parameters, compare }) => {
  const [native, noble] = [await pairOn('node'), await pairOn('noble')];
  /** What no handshake of this pattern can do without: both ends' Diffie–Hellman and lattices. */
  const bare = ({ x25519, mlKem768 }: crypto.HandshakeProvider) => {
    const [a, b, c, d] = [1, 2, 3, 4].map(() => x25519.keygen(randomBytes(32)));
    return () => {
      const [e, f] = [x25519.keygen(c!.secretKey), x25519.keygen(d!.secretKey)];
      for (const [own, other] of [
        [a, b],
        [e, b],
        [e, f],
        [a, f],
      ])
        for (const [secret, publicKey] of [
          [own!.secretKey, other!.publicKey],
          [other!.secretKey, own!.publicKey],
        ])
          x25519.getSharedSecret(secret!, publicKey!);
      const kem = mlKem768.keygen();
      const { ciphertext } = mlKem768.encapsulate(kem.publicKey);
      return mlKem768.decapsulate(ciphertext, kem.secretKey);
    };
  };
  await compare(
    'handshake, both ends',
    { node: native.handshake, 'X25519 and ML-KEM-768 alone': bare(native.provider) },
    { goals: [{ micros: '<= 1000' }] },
  );
  await compare(
    'handshake, both ends, noble',
    { noble: noble.handshake, 'X25519 and ML-KEM-768 alone': bare(noble.provider) },
    { goals: [{ micros: '<= 15000' }] },
  );

  const plaintext = randomBytes(parameters.frameBytes);
  const newKeys = () => native.handshake();
  let keys = newKeys();
  await compare('seal a frame and open it', {
    node: () => {
      if (keys.initiator.send.needsRekey()) keys = newKeys();
      const { counter } = keys.initiator.send;
      return keys.responder.receive.open(counter, keys.initiator.send.seal(plaintext)).ok;
    },
  });
});
