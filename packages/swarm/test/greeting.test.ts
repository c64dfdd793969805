import { systemEntropy } from '@ruvector/core';
import { ManualClock } from '@ruvector/core/testing';
import { MemberRegistry, memberKeyId, type Member } from '@ruvector/crypto';
import { beforeEach, describe, expect, it } from 'vitest';

import { Greeting, type GreetingVerdict } from '../src/greeting.js';
import { MessageType } from '../src/message-type.js';
import type { Peer } from '../src/peer.js';
import { Wire } from '../src/wire.js';
import { newcomer, SWARM_ID } from './fixtures/registrations.js';

const swarmKey = new Uint8Array(32).fill(1);
let clock: ManualClock;

/** One end of a conversation of two, without a network: what it sends is in `sent`. */
class End {
  readonly sent: Uint8Array[] = [];
  readonly wire: Wire;
  readonly greeting: Greeting;
  readonly peer: Peer;

  constructor(self: ReturnType<typeof newcomer>, other: ReturnType<typeof newcomer>) {
    const registry = new MemberRegistry({ swarmId: SWARM_ID, clock, admission: () => true });
    registry.apply(other.registration);
    this.wire = new Wire({
      identity: self.identity,
      memberKeyId: memberKeyId(self.registration.record),
      swarmId: SWARM_ID,
      swarmKey,
      registry,
      clock,
      entropy: systemEntropy,
      peerOf: () => this.peer,
    });
    this.peer = peerOf(registry.get(other.registration.record.agent_id)!, this.wire);
    this.greeting = new Greeting({
      wire: this.wire,
      send: (_peer, frame) => void this.sent.push(frame),
      freshen: () => undefined,
    });
  }

  hear(frame: Uint8Array): GreetingVerdict | string {
    const opened = this.wire.open(frame);
    if (!opened.ok) return opened.code;
    const verdict = this.greeting.hear(opened);
    if (verdict !== 'unproven' && verdict !== 'stale') this.peer.state = 'live';
    return verdict;
  }
}

/** Only what greetings look at. */
const peerOf = (member: Member, wire: Wire) =>
  ({
    agentId: member.agentId,
    member,
    state: 'known',
    outbound: wire.newOutbound(),
    inbound: undefined,
    incarnation: undefined,
    openedGreetings: new Map<string, number>(),
    pending: [],
  }) as unknown as Peer;

/** Lets both talk until nobody has anything to say. @returns all verdicts, `to: verdict`. */
function talk(a: End, b: End): string[] {
  const verdicts: string[] = [];
  for (let turn = 0; a.sent.length + b.sent.length > 0; turn++) {
    expect(turn, 'they talk without end').toBeLessThan(20);
    for (const [from, to, name] of [
      [a, b, 'b'],
      [b, a, 'a'],
    ] as const)
      for (const frame of from.sent.splice(0)) {
        clock.advance(1);
        verdicts.push(`${name}: ${to.hear(frame)}`);
      }
  }
  return verdicts;
}

let a: ReturnType<typeof newcomer>;
let b: ReturnType<typeof newcomer>;
beforeEach(() => {
  clock = new ManualClock();
  a = newcomer('a', clock);
  b = newcomer('b', clock);
});

describe('two that greet', () => {
  it('have met after one question and two answers', () => {
    const [one, two] = [new End(a, b), new End(b, a)];
    one.greeting.greet(one.peer);
    expect(talk(one, two)).toEqual(['b: unproven', 'a: met', 'b: met', 'a: known']);
  });

  it('have met as well when both begin', () => {
    const [one, two] = [new End(a, b), new End(b, a)];
    one.greeting.greet(one.peer);
    two.greeting.greet(two.peer);
    const verdicts = talk(one, two);
    expect(verdicts).toContain('a: met');
    expect(verdicts).toContain('b: met');
  });

  it('read nothing else before they have met', () => {
    const [one, two] = [new End(a, b), new End(b, a)];
    const frame = one.wire.sealFor(one.peer, {
      type: MessageType.publish,
      topic: 't',
      body: new Uint8Array(3),
    });
    expect(two.hear(frame)).toBe('ERR_ENVELOPE_EPOCH');
    expect(two.hear(frame)).toBe('ERR_ENVELOPE_REPLAY');
  });

  it('read no greeting twice', () => {
    const [one, two] = [new End(a, b), new End(b, a)];
    one.greeting.greet(one.peer);
    const [hello] = one.sent.splice(0);
    expect(two.hear(hello!)).toBe('unproven');
    expect(two.hear(hello!)).toBe('ERR_ENVELOPE_REPLAY');
    expect(two.sent).toHaveLength(1);
  });
});

describe('after a restart of one side', () => {
  it('the other sees another run of its process', () => {
    const [one, two] = [new End(a, b), new End(b, a)];
    one.greeting.greet(one.peer);
    talk(one, two);
    const again = new End(a, b);
    again.greeting.greet(again.peer);
    expect(talk(again, two)).toEqual([
      'b: unproven',
      'a: met',
      'b: restarted',
      'a: met',
      'b: known',
    ]);
  });

  it('nothing of the former run opens any more', () => {
    const [one, two] = [new End(a, b), new End(b, a)];
    one.greeting.greet(one.peer);
    const recorded: Uint8Array[] = [...one.sent];
    talk(one, two);
    one.greeting.greet(one.peer, true);
    recorded.push(...one.sent);
    talk(one, two);
    const again = new End(a, b);
    again.greeting.greet(again.peer);
    talk(again, two);
    const epoch = two.peer.inbound!.direct.epoch;
    for (const frame of recorded)
      expect(['unproven', 'stale', 'ERR_ENVELOPE_REPLAY']).toContain(two.hear(frame));
    expect(two.peer.inbound!.direct.epoch).toBe(epoch);
  });
});

describe('one that has lost the thread', () => {
  it('asks, and hears the present epochs', () => {
    const [one, two] = [new End(a, b), new End(b, a)];
    one.greeting.greet(one.peer);
    talk(one, two);
    // the words about new chains of `one` got lost
    one.peer.outbound = one.wire.newOutbound(1);
    one.wire.group = one.wire.newOutbound(1);
    two.greeting.seek(two.peer);
    expect(talk(one, two)).toContain('b: met');
    expect(two.peer.inbound?.direct.epoch).toBe(one.peer.outbound.epoch);
    expect(two.peer.inbound?.group.epoch).toBe(one.wire.group.epoch);
  });

  it('costs the other at most eight answers between two heartbeats', () => {
    const [one, two] = [new End(a, b), new End(b, a)];
    for (let i = 0; i < 20; i++) one.greeting.greet(one.peer);
    for (const frame of one.sent.splice(0)) two.hear(frame);
    expect(two.sent).toHaveLength(8);
    two.greeting.tick();
    one.greeting.greet(one.peer);
    two.hear(one.sent[0]!);
    expect(two.sent).toHaveLength(9);
  });
});
