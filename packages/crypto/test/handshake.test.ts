import { utf8 } from '@ruvector/core';
import { createHandshake, type HandshakeOptions } from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { newHandshakes, newKeys, provider } from './handshake-fixture.js';

const HELLO = utf8('hello');

describe('a handshake', () => {
  it('gives both ends the same session id, the time in message 1', () => {
    const { a, b, clock } = newKeys();
    expect([a.sessionId, b.sessionId]).toEqual([clock.now(), clock.now()]);
  });

  it('takes the time from its payload, where one is given', () => {
    const { initiator, responder, clock } = newHandshakes();
    const time = new Uint8Array(8);
    new DataView(time.buffer).setBigUint64(0, BigInt(clock.now() + 5));
    const r = responder();
    expect(r.read(initiator().write(time))).toEqual({ ok: true, payload: time });
    r.write();
    expect(r.split().sessionId).toBe(clock.now() + 5);
  });

  it('has no other payload', () => {
    const { initiator, responder } = newHandshakes();
    const i = initiator();
    expect(() => i.write(utf8('more than the time'))).toThrow(RangeError);
    expect(() => i.write(new Uint8Array(8).fill(255))).toThrow(/below 2\^53/);
    const r = responder();
    r.read(i.write()); // a call that threw has changed nothing
    expect(() => r.write(HELLO)).toThrow(RangeError);
    expect(i.read(r.write())).toEqual({ ok: true, payload: new Uint8Array(0) });
  });

  it('gives other keys every time', () => {
    const pair = newHandshakes();
    const first = newKeys(pair);
    pair.clock.advance(1);
    const second = newKeys(pair);
    expect(first.a.send.seal(HELLO)).not.toEqual(second.a.send.seal(HELLO));
    expect(first.a.exporter.channelBinding).not.toEqual(second.a.exporter.channelBinding);
  });

  it('draws its keys from the provider where no other source is given', () => {
    const pair = newHandshakes();
    const seen = [1, 2].map(() => {
      pair.clock.advance(1);
      const [i, r] = [
        pair.initiator({ entropy: undefined }),
        pair.responder({ entropy: undefined }),
      ];
      r.read(i.write());
      expect(i.read(r.write()).ok).toBe(true);
      const [a, b] = [i.split(), r.split()];
      expect(b.receive.open(0, a.send.seal(HELLO)).ok).toBe(true);
      return a.exporter.channelBinding;
    });
    expect(seen[0]).not.toEqual(seen[1]);
  });

  it('lets the responder send only after a first frame from the initiator has opened', () => {
    const { a, b } = newKeys();
    expect(b.send.fault).toBe('unconfirmed');
    expect(() => b.send.seal(HELLO)).toThrow(/has not shown yet/);
    b.receive.open(0, utf8('no frame, but long enough to be one'));
    expect(b.send.fault).toBe('unconfirmed');
    b.receive.open(0, a.send.seal(new Uint8Array(0)));
    const opened = a.receive.open(0, b.send.seal(HELLO));
    expect(opened).toEqual({ ok: true, plaintext: HELLO });
  });

  it('goes in turns', () => {
    const { initiator, responder } = newHandshakes();
    const [i, r] = [initiator(), responder()];
    expect(() => i.read(HELLO)).toThrow(/read\(\) has no turn/);
    expect(() => r.write()).toThrow(/write\(\) has no turn/);
    expect(() => i.split()).toThrow(/split\(\) has no turn/);
    r.read(i.write());
    expect(() => i.write()).toThrow(TypeError);
    expect(() => r.read(HELLO)).toThrow(TypeError);
    i.read(r.write());
    expect(() => r.write()).toThrow(TypeError);
    i.split();
    expect(() => i.split()).toThrow(TypeError);
  });

  it('is of no use after destroy()', () => {
    const { initiator, responder } = newHandshakes();
    const [i, r] = [initiator(), responder()];
    r.read(i.write());
    i.destroy();
    r.destroy();
    expect(() => i.read(HELLO)).toThrow(TypeError);
    expect(() => r.write()).toThrow(TypeError);
  });

  it('needs an identity that still has its keys', () => {
    const { initiator, alice } = newHandshakes();
    const i = initiator();
    alice.identity.destroy();
    expect(() => i.write()).toThrow(/this identity was destroyed/);
  });
});

describe('createHandshake', () => {
  const { alice, bob, clock } = newHandshakes();
  const good = (): HandshakeOptions => ({
    role: 'initiator',
    identity: alice.identity,
    memberKeyId: alice.memberKeyId,
    peer: bob.member,
    swarmId: 'swarm-1',
    clock,
    provider,
    times: alice.times,
  });

  it.each<[string, Record<string, unknown>]>([
    ['role', { role: 'listener' }],
    ['identity', { identity: {} }],
    ['memberKeyId', { memberKeyId: new Uint8Array(31) }],
    ['peer.agentId', { peer: { ...bob.member, agentId: 'no id!' } }],
    ['peer.x25519PublicKey', { peer: { ...bob.member, x25519PublicKey: new Uint8Array(32) } }],
    ['peer', { peer: { ...bob.member, memberKeyId: alice.memberKeyId } }],
    ['swarmId', { swarmId: '' }],
    ['clock', { clock: {} }],
    ['provider.mlKem768', { provider: { ...provider, mlKem768: undefined } }],
    ['times', { times: new Map() }],
    ['entropy', { entropy: {} }],
    ['options', { entropi: {} }],
  ])('names a bad %s', (name, over) => {
    const bad = { ...good(), ...over } as HandshakeOptions;
    expect(() => createHandshake(bad)).toThrow(new RegExp(`^${name} must`));
  });
});
