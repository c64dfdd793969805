import { concatBytes, equalBytes, fromHex, utf8 } from '@ruvector/core';
import {
  HandshakeTimes,
  type Handshake,
  type HandshakeOptions,
  type IdentityManager,
} from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prologueOf } from '../src/handshake-options.js';
import { PROTOCOL_NAME, readSecond, writeFirst, type Party } from '../src/handshake-pattern.js';
import { STATIC_DIFFIE_HELLMAN } from '../src/static-diffie-hellman.js';
import { SymmetricState } from '../src/symmetric-state.js';
import { timeBytes } from '../src/u64-time.js';
import { newAgent, newClock, SWARM } from './fixture.js';
import { flipped, newHandshakes, provider } from './handshake-fixture.js';
import { code as codeOf, newSessions, shake, speak } from './pairwise-fixture.js';
import './seed.js';

const code = (verdict: ReturnType<Handshake['read']>) => (verdict.ok ? 'ok' : verdict.code);
const REFUSED = /^ERR_HANDSHAKE_(KEY|SEAL)$/;

/** What only the handshake may call; its symbol is another one in a copy that is built. */
function agreeAs(identity: IdentityManager, publicKey: Uint8Array): Uint8Array {
  const symbol = Object.getOwnPropertySymbols(identity).find(
    ({ description }) => description === STATIC_DIFFIE_HELLMAN.description,
  );
  return identity[symbol as typeof STATIC_DIFFIE_HELLMAN](publicKey);
}

/** A pair of which the responder has read message 1 and written message 2. */
function answered(pair = newHandshakes()) {
  const [initiator, responder] = [pair.initiator(), pair.responder()];
  const first = initiator.write();
  responder.read(first);
  return { ...pair, first, second: responder.write(), initiating: initiator };
}

describe('message 1', () => {
  it('with any bit changed is refused, and the right one is taken afterwards', () => {
    fc.assert(
      fc.property(fc.nat(1256 * 8 - 1), (bit) => {
        const { initiator, responder, bob } = newHandshakes();
        const [first, r] = [initiator().write(), responder()];
        expect(code(r.read(flipped(first, bit)))).toMatch(REFUSED);
        expect(bob.times.size).toBe(0);
        expect(code(r.read(first))).toBe('ok');
      }),
      { numRuns: 40 },
    );
  });

  it('of any other length is refused', () => {
    const { initiator, responder, bob } = newHandshakes();
    const [first, r] = [initiator().write(), responder()];
    const lengths = [0, 1, 31, 32, 1152, 1232, 1255].map((length) => first.subarray(0, length));
    for (const wrong of [...lengths, concatBytes(first, Uint8Array.of(0)), new Uint8Array(65_536)])
      expect(code(r.read(wrong))).toBe('ERR_HANDSHAKE_LENGTH');
    expect(bob.times.size).toBe(0);
    expect(code(r.read(first))).toBe('ok');
  });

  it('to another swarm is refused', () => {
    const { initiator, responder } = newHandshakes();
    const first = initiator().write();
    expect(code(responder({ swarmId: 'swarm-2' }).read(first))).toBe('ERR_HANDSHAKE_SEAL');
  });

  it('from or to another member is refused, an unknown key-share too', () => {
    const { initiator, responder, alice, bob, clock } = newHandshakes();
    const first = initiator().write();
    const carol = newAgent('carol', clock);
    const peer = {
      agentId: 'carol',
      memberKeyId: carol.memberKeyId,
      x25519PublicKey: carol.identity.x25519PublicKey,
    };
    const asCarol = { identity: carol.identity, memberKeyId: carol.memberKeyId };
    const wrong: Partial<HandshakeOptions>[] = [
      asCarol,
      { peer },
      // the same keys in another registration: an unknown key-share
      { memberKeyId: carol.memberKeyId },
      { peer: { ...alice.member, memberKeyId: carol.memberKeyId } },
      // another key in the same registration
      { identity: carol.identity },
      { peer: { ...alice.member, x25519PublicKey: peer.x25519PublicKey } },
    ];
    for (const over of wrong) expect(code(responder(over).read(first))).toBe('ERR_HANDSHAKE_SEAL');
    expect(bob.times.size).toBe(0);
  });

  it('sent back to its author, a reflection, is refused', () => {
    const { initiator, responder, alice, bob } = newHandshakes();
    const first = initiator().write();
    const aliceResponds = responder({
      identity: alice.identity,
      memberKeyId: alice.memberKeyId,
      peer: bob.member,
      times: alice.times,
    });
    expect(code(aliceResponds.read(first))).toBe('ERR_HANDSHAKE_SEAL');
  });

  it('is no answer to message 1, and its answer is no beginning', () => {
    const { first, second, initiator, responder } = answered();
    const other = initiator();
    other.write();
    expect(code(other.read(first))).toBe('ERR_HANDSHAKE_LENGTH');
    expect(code(responder().read(second))).toBe('ERR_HANDSHAKE_LENGTH');
  });

  it('is taken once', () => {
    const { first, responder, clock } = answered();
    expect(code(responder().read(first))).toBe('ERR_HANDSHAKE_REPLAY');
    clock.advance(1);
    expect(code(responder().read(first))).toBe('ERR_HANDSHAKE_REPLAY');
  });

  it('is refused when a later one of that agent was taken', () => {
    const { initiator, responder, clock } = newHandshakes();
    const early = initiator().write();
    clock.advance(1);
    const late = initiator().write();
    expect(code(responder().read(late))).toBe('ok');
    expect(code(responder().read(early))).toBe('ERR_HANDSHAKE_REPLAY');
  });

  it.each([-30_000, 30_000])('written at %i ms by our clock is taken, 1 ms more is not', (ms) => {
    for (const [offset, expected] of [
      [ms, 'ok'],
      [ms + Math.sign(ms), 'ERR_HANDSHAKE_TIME'],
    ] as const) {
      const { initiator, responder, bob } = newHandshakes();
      const theirs = newClock();
      theirs.advance(60_000 + offset);
      const ours = newClock();
      ours.advance(60_000);
      const times = new HandshakeTimes({ clock: ours });
      const first = initiator({ clock: theirs }).write();
      expect(code(responder({ times }).read(first))).toBe(expected);
      expect(times.size).toBe(expected === 'ok' ? 1 : 0);
      expect(bob.times.size).toBe(0);
    }
  });

  it('is refused by a clock that is broken', () => {
    const { initiator, responder, clock } = newHandshakes();
    const broken = { ...clock, now: () => NaN, monotonic: () => 0, setTimeout: () => () => {} };
    const times = new HandshakeTimes({ clock: broken });
    expect(code(responder({ times }).read(initiator().write()))).toBe('ERR_HANDSHAKE_TIME');
    expect(() => initiator({ clock: broken }).write()).toThrow(RangeError);
  });

  it.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ])('with an ephemeral key of low order is refused: %s', (hex) => {
    const { first, second, responder, initiating } = answered();
    for (const message of [first, second]) message.set(fromHex(hex));
    expect(code(responder().read(first))).toBe('ERR_HANDSHAKE_KEY');
    expect(code(initiating.read(second))).toBe('ERR_HANDSHAKE_KEY');
  });

  it('with a lattice key that is none is refused, though a member has sealed it', () => {
    const { initiator, responder, bob } = newHandshakes();
    const mlKem768 = {
      ...provider.mlKem768,
      keygen: (seed?: Uint8Array) => ({
        ...provider.mlKem768.keygen(seed),
        publicKey: new Uint8Array(1184).fill(255),
      }),
    };
    const first = initiator({ provider: { ...provider, mlKem768 } }).write();
    expect(code(responder().read(first))).toBe('ERR_HANDSHAKE_KEY');
    expect(bob.times.size).toBe(0);
  });
});

describe('message 2', () => {
  it('with any bit changed is refused, and the right one is taken afterwards', () => {
    const pair = newHandshakes();
    fc.assert(
      fc.property(fc.nat(1152 * 8 - 1), (bit) => {
        pair.clock.advance(1);
        const { initiating, second } = answered(pair);
        expect(code(initiating.read(flipped(second, bit)))).toMatch(REFUSED);
        expect(code(initiating.read(second))).toBe('ok');
      }),
      { numRuns: 40 },
    );
  });

  it('of any other length is refused', () => {
    const { initiating, second } = answered();
    const lengths = [0, 32, 1136, 1151].map((length) => second.subarray(0, length));
    for (const wrong of [...lengths, concatBytes(second, Uint8Array.of(0))])
      expect(code(initiating.read(wrong))).toBe('ERR_HANDSHAKE_LENGTH');
    expect(code(initiating.read(second))).toBe('ok');
  });

  it('answers one message 1 and no other', () => {
    const pair = newHandshakes();
    const { second } = answered(pair);
    pair.clock.advance(1);
    const later = answered(pair);
    expect(code(later.initiating.read(second))).toBe('ERR_HANDSHAKE_SEAL');
    expect(code(later.initiating.read(later.second))).toBe('ok');
  });

  it('after KEM tamper, with another lattice ciphertext than was meant, leads nowhere', () => {
    const { initiator, responder } = newHandshakes();
    const mlKem768 = {
      ...provider.mlKem768,
      encapsulate(publicKey: Uint8Array, options?: { seed?: Uint8Array }) {
        const made = provider.mlKem768.encapsulate(publicKey, options);
        return { ...made, ciphertext: flipped(made.ciphertext, 1234) };
      },
    };
    const [i, r] = [initiator(), responder({ provider: { ...provider, mlKem768 } })];
    r.read(i.write());
    expect(code(i.read(r.write()))).toBe('ERR_HANDSHAKE_SEAL');
  });

  it('needs the static key of the peer, which who only recorded message 1 has not', () => {
    const { initiator, responder, clock } = newHandshakes();
    const mallory = newAgent('mallory', clock);
    const [i, r] = [initiator(), responder()];
    const first = i.write();
    expect(code(responder({ identity: mallory.identity }).read(first))).toBe('ERR_HANDSHAKE_SEAL');
    expect(code(r.read(first))).toBe('ok');
  });
});

describe('a thief of the static key of one end', () => {
  it('can begin in the name of others, to that member, but not finish: nothing is sent to it', () => {
    const { responder, alice, bob, clock } = newHandshakes();
    // of bob's secret the thief makes ss; for se it would need the secret of alice
    const asAlice: Party = {
      ...{ provider, entropy: undefined, swarmId: SWARM },
      publicKey: alice.identity.x25519PublicKey,
      peerPublicKey: bob.identity.x25519PublicKey,
      agree: (publicKey) =>
        equalBytes(publicKey, bob.identity.x25519PublicKey)
          ? agreeAs(bob.identity, alice.identity.x25519PublicKey)
          : new Uint8Array(32),
    };
    const state = SymmetricState.start(provider, PROTOCOL_NAME);
    state.mixHash(prologueOf(SWARM, alice.memberKeyId, bob.memberKeyId));
    for (const key of [asAlice.publicKey, asAlice.peerPublicKey]) state.mixHash(key);
    const { message, secrets } = writeFirst(state, asAlice, timeBytes(clock.now()));
    const r = responder();
    expect(code(r.read(message))).toBe('ok'); // as in every pattern with ss in message 1
    expect(readSecond(state, asAlice, secrets, r.write())).toBe('ERR_HANDSHAKE_SEAL');
    expect(() => r.split().send.seal(utf8('for alice'))).toThrow(/peer/);
  });
});

describe('replay into another session', () => {
  it('of a frame is refused while the session before still opens, after that, and renamed', () => {
    const { low, high, clock } = newSessions();
    shake(low, high);
    const frame = low.seal(utf8('hello'));
    expect(codeOf(high.receive(frame))).toBe('ok');
    clock.advance(120_000);
    shake(low, high);
    speak(low, high);
    expect(codeOf(high.receive(frame))).toBe('ERR_SESSION_REPLAY');
    clock.advance(10_000);
    expect(codeOf(high.receive(frame))).toBe('ERR_SESSION_UNKNOWN');
    const renamed = frame.slice();
    new DataView(renamed.buffer).setBigUint64(5, BigInt(high.sessionId!));
    new DataView(renamed.buffer).setBigUint64(13, 99n);
    expect(codeOf(high.receive(renamed))).toBe('ERR_SESSION_SEAL');
    speak(low, high);
  });
});
