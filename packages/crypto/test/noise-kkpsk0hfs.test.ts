import { concatBytes, toHex, utf8, type CryptoProvider } from '@ruvector/core';
import {
  createCryptoProvider,
  createHandshake,
  HandshakeTimes,
  IdentityManager,
  sha256,
  type HandshakeProvider,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newClock } from './fixture.js';
import { frame, oracle, type OracleInput } from './noise-oracle.js';
import { SYNCHRONOUS } from './providers.js';

/** Gives out these bytes, each once and in this order. */
const fixed = (...parts: Uint8Array[]) => ({
  fill(bytes: Uint8Array) {
    const part = parts.shift();
    if (part?.length !== bytes.length) throw new Error(`asked for ${bytes.length} bytes`);
    bytes.set(part);
  },
});

const named = (name: string) => sha256(utf8(name));
const clock = newClock();
const PROVIDERS = await Promise.all(
  SYNCHRONOUS.map(async (name) => ({
    name,
    classical: await createCryptoProvider(name), // for identities that draw two keys and no more
    provider: await createCryptoProvider(name, { pq: true }),
  })),
);

function inputOf(n: number): OracleInput {
  return {
    swarmId: `swarm-${n}`,
    memberKeyIds: [named(`member i${n}`), named(`member r${n}`)],
    staticSecrets: [named(`static i${n}`), named(`static r${n}`)],
    ephemeralSecrets: [named(`e i${n}`), named(`e r${n}`)],
    kemSeed: concatBytes(named(`d${n}`), named(`z${n}`)),
    encapsulationSeed: named(`m${n}`),
    timeMs: clock.now(),
  };
}

/** The same handshake, made by what is under test. */
function ours(
  input: OracleInput,
  { classical, provider }: { classical: CryptoProvider; provider: HandshakeProvider },
) {
  const identities = input.staticSecrets.map((secret, side) =>
    IdentityManager.create({
      provider: classical,
      random: fixed(named(`ed ${side}`), secret),
    }),
  ) as [IdentityManager, IdentityManager];
  const [i, r] = identities.map((identity, side) => ({
    agentId: `agent-${side}`,
    memberKeyId: input.memberKeyIds[side as 0 | 1],
    x25519PublicKey: identity.x25519PublicKey,
  })) as [Peer, Peer];
  const common = { swarmId: input.swarmId, clock, provider, times: new HandshakeTimes({ clock }) };
  return {
    initiator: createHandshake({
      ...common,
      role: 'initiator',
      identity: identities[0],
      memberKeyId: i.memberKeyId,
      peer: r,
      entropy: fixed(input.ephemeralSecrets[0], input.kemSeed),
    }),
    responder: createHandshake({
      ...common,
      role: 'responder',
      identity: identities[1],
      memberKeyId: r.memberKeyId,
      peer: i,
      entropy: fixed(input.encapsulationSeed, input.ephemeralSecrets[1]),
    }),
  };
}

interface Peer {
  agentId: string;
  memberKeyId: Uint8Array;
  x25519PublicKey: Uint8Array;
}

describe('Noise_KKpsk0hfs_25519+MLKEM768_AESGCM_SHA256', () => {
  it.each(PROVIDERS.flatMap((of) => [1, 2, 3, 4].map((n) => ({ name: of.name, n, of }))))(
    'gives byte for byte what the specification says: $name, case $n',
    ({ n, of }) => {
      const input = inputOf(n);
      const expected = oracle(input);
      const { initiator, responder } = ours(input, of);
      const first = initiator.write();
      expect(toHex(first)).toBe(toHex(expected.first));
      expect(responder.read(expected.first).ok).toBe(true);
      const second = responder.write();
      expect(toHex(second)).toBe(toHex(expected.second));
      expect(initiator.read(expected.second).ok).toBe(true);
      const [a, b] = [initiator.split(), responder.split()];
      const aad = utf8('header');
      for (const counter of [0, 1, 2]) {
        const text = utf8(`frame ${counter}`);
        const toResponder = frame(expected.fromInitiator, counter, text, aad);
        const toInitiator = frame(expected.fromResponder, counter, text, aad);
        expect(a.send.seal(text, aad)).toEqual(toResponder);
        expect(b.receive.open(counter, toResponder, aad)).toEqual({ ok: true, plaintext: text });
        expect(b.send.seal(text, aad)).toEqual(toInitiator);
        expect(a.receive.open(counter, toInitiator, aad)).toEqual({ ok: true, plaintext: text });
      }
      expect(a.exporter.channelBinding).toEqual(expected.hash);
      const info = utf8('ruvector-edge/2/exporter\0test');
      const secret = of.provider.hkdfSha256(expected.exporter, expected.hash, info, 32);
      expect(a.exporter.derive('test')).toEqual(secret);
      expect(b.exporter.derive('test')).toEqual(secret);
    },
  );

  it('has messages of 1,256 and 1,152 bytes', () => {
    const { first, second } = oracle(inputOf(1));
    expect([first.length, second.length]).toEqual([1256, 1152]);
  });

  it('still gives what it gave when this was written', () => {
    const { first, second, hash } = oracle(inputOf(1));
    expect(toHex(sha256(concatBytes(first, second, hash)))).toBe(
      '113b31a88465d76491ea2e9ceaf818a468ac8cce29ae4762549566eaf75f111a',
    );
  });
});
