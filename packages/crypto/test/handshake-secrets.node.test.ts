import { inspect } from 'node:util';
import type { KeyPair } from '@ruvector/core';
import { IdentityManager, PairwiseSession } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { SWARM } from './fixture.js';
import { newHandshakes, newKeys, provider } from './handshake-fixture.js';

/** A provider that remembers every array with a secret that it gave out, and its bytes then. */
function spy() {
  const live: Uint8Array[] = [];
  const seen: string[] = [];
  const watch = <T extends Uint8Array>(secret: T): T => {
    live.push(secret);
    seen.push(Buffer.from(secret).toString('hex'));
    return secret;
  };
  const watchPair = (pair: KeyPair): KeyPair => (watch(pair.secretKey), pair);
  const { x25519, mlKem768, hkdfSha256, aes256gcm } = provider;
  const spying = {
    ...provider,
    hkdfSha256: (...of: Parameters<typeof hkdfSha256>) => watch(hkdfSha256(...of)),
    aes256gcm: {
      ...aes256gcm,
      seal: (...of: Parameters<typeof aes256gcm.seal>) => (watch(of[0]), aes256gcm.seal(...of)),
      open: (...of: Parameters<typeof aes256gcm.open>) => (watch(of[0]), aes256gcm.open(...of)),
    },
    x25519: {
      ...x25519,
      keygen: (seed?: Uint8Array) => watchPair(x25519.keygen(watch(seed!))),
      getSharedSecret: (a: Uint8Array, b: Uint8Array) => watch(x25519.getSharedSecret(a, b)),
    },
    mlKem768: {
      keygen: (seed?: Uint8Array) => watchPair(mlKem768.keygen(watch(seed!))),
      encapsulate(publicKey: Uint8Array, options?: { seed?: Uint8Array }) {
        watch(options!.seed!);
        const made = mlKem768.encapsulate(publicKey, options);
        watch(made.sharedSecret);
        return made;
      },
      decapsulate: (a: Uint8Array, b: Uint8Array) => watch(mlKem768.decapsulate(a, b)),
    },
  };
  return { spying, live, seen };
}

/** Both ends of a handshake, on a provider that looks on. */
function spiedHandshakes() {
  const spied = spy();
  const pair = newHandshakes();
  const endOf = ({ member, times, entropy }: typeof pair.alice) => {
    const identity = IdentityManager.create({ provider: spied.spying });
    const peer = { ...member, x25519PublicKey: identity.x25519PublicKey };
    return { identity, peer, times, entropy, provider: spied.spying };
  };
  const [a, b] = [endOf(pair.alice), endOf(pair.bob)];
  const initiator = () => pair.initiator({ ...a, peer: b.peer });
  const responder = () => pair.responder({ ...b, peer: a.peer });
  return { ...pair, ...spied, initiator, responder };
}

const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

describe('the secrets of a handshake', () => {
  it('are zero when it is done: ephemeral keys, seeds, shared secrets, derived keys', () => {
    const { initiator, responder, live } = spiedHandshakes();
    const [i, r] = [initiator(), responder()];
    r.read(i.write());
    i.read(r.write());
    const [a, b] = [i.split(), r.split()];
    expect(live.length).toBeGreaterThan(20);
    expect(live.filter((secret) => !isZero(secret))).toEqual([]);
    expect(a.send.fault ?? b.receive.isOver).toBe(false);
  });

  it('are zero after destroy() in the middle, and after a refusal', () => {
    const { initiator, responder, live, bob, clock } = spiedHandshakes();
    const [i, r] = [initiator(), responder()];
    const first = i.write();
    r.read(first);
    i.destroy();
    r.destroy();
    expect(live.filter((secret) => !isZero(secret))).toEqual([]);
    expect(responder().read(first).ok).toBe(false); // a replay
    expect(bob.times.newest('alice')).toBe(clock.now());
    expect(live.filter((secret) => !isZero(secret))).toEqual([]);
  });

  it('show neither in JSON nor in util.inspect, before, during and after', () => {
    const { initiator, responder, seen } = spiedHandshakes();
    const [i, r] = [initiator(), responder()];
    const shown = () => [i, r].map((h) => JSON.stringify(h) + inspect(h, { showHidden: true }));
    const texts = [...shown()];
    r.read(i.write());
    texts.push(...shown());
    i.read(r.write());
    const keys = [i.split(), r.split()];
    texts.push(...shown(), JSON.stringify(keys), inspect(keys, { depth: 9, showHidden: true }));
    const text = texts.join('\n');
    expect(JSON.stringify(i)).toBe('{}');
    expect(text).not.toMatch(/\d+, \d+, \d+/); // no array of bytes at all
    for (const secret of seen) expect(text).not.toContain(secret.slice(0, 16));
  });

  it('are zero when the session is destroyed, and when it is over', () => {
    for (const end of ['destroy', 'over'] as const) {
      const keys: Uint8Array[] = [];
      const watchKey = <T extends unknown[], R>(f: (key: Uint8Array, ...rest: T) => R) => {
        return (key: Uint8Array, ...rest: T): R => {
          keys.push(key);
          return f(key, ...rest);
        };
      };
      const { seal, open } = provider.aes256gcm;
      const aes256gcm = { ...provider.aes256gcm, seal: watchKey(seal), open: watchKey(open) };
      const { alice, bob, clock } = newHandshakes();
      const [a, b] = [[alice, bob] as const, [bob, alice] as const].map(
        ([own, other]) =>
          new PairwiseSession({
            identity: own.identity,
            memberKeyId: own.memberKeyId,
            peer: other.member,
            swarmId: SWARM,
            clock,
            provider: { ...provider, aes256gcm },
            times: own.times,
          }),
      ) as [PairwiseSession, PairwiseSession];
      const answer = b.receive(a.initiate());
      const confirmation = a.receive((answer.ok && answer.reply) as Uint8Array);
      b.receive((confirmation.ok && confirmation.reply) as Uint8Array);
      expect(a.receive(b.seal(Uint8Array.of(1))).ok).toBe(true);
      expect(inspect(a, { depth: 9, showHidden: true })).not.toMatch(/Uint8Array/);
      expect(keys.filter((key) => !isZero(key)).length).toBeGreaterThan(2);
      clock.advance(240_000);
      for (const session of [a, b])
        if (end === 'over') session.needsHandshake();
        else session.destroy();
      expect(keys.filter((key) => !isZero(key))).toEqual([]);
    }
  });

  it('cannot be cloned out of the session', () => {
    const { a } = newKeys();
    expect(structuredClone(a.receive)).toEqual({});
    expect(() => structuredClone(a.send)).not.toThrow();
    expect(structuredClone(a.exporter)).toEqual({});
  });
});
