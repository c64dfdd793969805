import { fromUtf8, utf8 } from '@ruvector/core';
import {
  PairwiseSession,
  winsCrossing,
  type PairwiseOptions,
  type PairwiseVerdict,
} from '@ruvector/crypto';
import { expect } from 'vitest';
import { SWARM } from './fixture.js';
import { newHandshakes, provider } from './handshake-fixture.js';

/** Two sessions, one of each end; `low` is the one with the lower member key id. */
export function newSessions() {
  const { clock, alice, bob } = newHandshakes();
  const optionsOf = (own: typeof alice, other: typeof alice): PairwiseOptions => ({
    identity: own.identity,
    memberKeyId: own.memberKeyId,
    peer: other.member,
    swarmId: SWARM,
    clock,
    provider,
    times: own.times,
    entropy: own.entropy,
  });
  const [first, second] = winsCrossing(alice.memberKeyId, bob.memberKeyId)
    ? [alice, bob]
    : [bob, alice];
  const lowOptions = optionsOf(first, second);
  const highOptions = optionsOf(second, first);
  return {
    clock,
    lowOptions,
    low: new PairwiseSession(lowOptions),
    high: new PairwiseSession(highOptions),
  };
}

export const code = (verdict: PairwiseVerdict) => (verdict.ok ? 'ok' : verdict.code);
export const textOf = (verdict: PairwiseVerdict) =>
  verdict.ok ? verdict.payload && fromUtf8(verdict.payload) : verdict.code;

export function reply(verdict: PairwiseVerdict): Uint8Array {
  if (!verdict.ok || verdict.reply === undefined) throw new Error(`no reply: ${code(verdict)}`);
  return verdict.reply;
}

/** A whole handshake without losses. */
export function shake(from: PairwiseSession, to: PairwiseSession): void {
  const confirmation = reply(from.receive(reply(to.receive(from.initiate()))));
  expect(to.receive(confirmation)).toEqual({ ok: true });
}

/** What `from` says arrives at `to`. */
export function speak(from: PairwiseSession, to: PairwiseSession, text = 'hello'): void {
  expect(textOf(to.receive(from.seal(utf8(text))))).toBe(text);
}
