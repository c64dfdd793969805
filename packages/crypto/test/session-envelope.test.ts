import { utf8 } from '@ruvector/core';
import {
  openEnvelope,
  PlainSession,
  ReplayWindow,
  sealEnvelope,
  SessionKey,
  type EnvelopeFields,
  type EnvelopeKeySource,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newRegistry, SWARM } from './fixture.js';
import { newKeys, provider } from './handshake-fixture.js';
import { newKind } from './kinds-fixture.js';

/** Alice and bob after a handshake, with keys that both export from it, one for each direction. */
function newSession() {
  const { alice, bob, a, b, clock } = newKeys();
  const registry = newRegistry(clock);
  registry.apply(alice.registration);
  registry.apply(bob.registration);
  const keyOf = (end: typeof a, from: 'initiator' | 'responder') =>
    new SessionKey(end.exporter.derive(`envelopes from the ${from}`));
  const fields = (over: Partial<EnvelopeFields> = {}): EnvelopeFields => ({
    kind: 'pairwise',
    ...{ swarmId: SWARM, sender: alice.memberKeyId, destination: bob.memberKeyId },
    ...{ epoch: BigInt(a.sessionId), timestamp: clock.now() },
    ...{ type: 1, topic: 'news', body: utf8('hello') },
    ...over,
  });
  const seal = (chain: EnvelopeKeySource, over: Partial<EnvelopeFields> = {}) =>
    sealEnvelope(fields(over), { sign: (message) => alice.identity.sign(message), chain });
  const window = new ReplayWindow();
  const open = (envelope: Uint8Array, source: EnvelopeKeySource) =>
    openEnvelope(envelope, {
      ...{ registry, swarmId: SWARM, clock, window, self: bob.memberKeyId },
      keys: ({ epoch }) => (epoch === BigInt(b.sessionId) ? source : undefined),
    });
  return { a, b, keyOf, seal, open, alice };
}

describe('envelopes between the two ends of a handshake', () => {
  it('open under the key that both exported for that direction', () => {
    const { a, b, keyOf, seal, open } = newSession();
    const envelope = seal(keyOf(a, 'initiator'));
    expect(open(envelope, keyOf(b, 'initiator'))).toMatchObject({
      ok: true,
      payload: { topic: 'news', body: utf8('hello') },
    });
  });

  it('do not open under the key of the other direction or of another session', () => {
    const { a, b, keyOf, seal, open } = newSession();
    const envelope = seal(keyOf(a, 'initiator'));
    expect(open(envelope, keyOf(b, 'responder'))).toMatchObject({ code: 'ERR_ENVELOPE_SEAL' });
    expect(open(envelope, new SessionKey(new Uint8Array(32)))).toMatchObject({
      code: 'ERR_ENVELOPE_SEAL',
    });
  });

  it('of a session before, or one to come, are refused, plain ones too', () => {
    const { a, b, keyOf, seal, open } = newSession();
    for (const shift of [-1n, 1n]) {
      const epoch = BigInt(a.sessionId) + shift;
      const sealed = seal(keyOf(a, 'initiator'), { epoch });
      expect(open(sealed, keyOf(b, 'initiator'))).toMatchObject({ code: 'ERR_ENVELOPE_EPOCH' });
      const plain = seal(new PlainSession(), { kind: 'plain', epoch });
      expect(open(plain, new PlainSession())).toMatchObject({ code: 'ERR_ENVELOPE_EPOCH' });
    }
    const plain = seal(new PlainSession(), { kind: 'plain' });
    expect(open(plain, new PlainSession())).toMatchObject({ ok: true });
  });
});

describe('an envelope of suite 2', () => {
  it('is signed with the composite itself, of which both halves have to hold', () => {
    const { fields, seal: _, ...pair } = newKind('group');
    const { compositeSignature } = provider;
    const { secretKey, publicKey } = compositeSignature.keygen(new Uint8Array(64).fill(1));
    const hybrid = { ...pair.member, suite: 2 as const, compositePublicKey: publicKey };
    const sign = (message: Uint8Array) => compositeSignature.sign(message, secretKey);
    const envelope = sealEnvelope(fields({ suite: 2 }), { ...pair.sealing, sign });
    const over = { provider, registry: { get: () => hybrid } };
    for (const at of [envelope.length - 3373, envelope.length - 65, envelope.length - 1]) {
      const changed = envelope.slice();
      changed[at]! ^= 1;
      expect(pair.codeOf(changed, over)).toBe('ERR_ENVELOPE_SIGNATURE');
    }
    expect(pair.codeOf(envelope, over)).toBeUndefined();
  });
});
