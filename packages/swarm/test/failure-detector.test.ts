import { describe, expect, it } from 'vitest';

import { checkHeartbeat, FailureDetector } from '../src/failure-detector.js';
import type { Peer, PeerState } from '../src/peer.js';
import type { Role } from '../src/role.js';

const heartbeat = checkHeartbeat();
/** Only what a failure detector looks at. */
const peer = (agentId: string, role: Role, state: PeerState = 'live') =>
  ({
    agentId,
    role,
    state,
    heardAt: 0,
    beatsWantedUntil: 0,
    outbox: { forgive: () => undefined },
  }) as unknown as Peer;

describe('a coordinator', () => {
  it('expects beats of everybody that is reachable', () => {
    const peers = [
      peer('a', 'worker'),
      peer('b', 'scout', 'suspected'),
      peer('c', 'worker', 'dead'),
      peer('d', 'worker', 'known'),
    ];
    const partners = new FailureDetector(heartbeat, true).partners(peers);
    expect(partners.map(({ agentId }) => agentId)).toEqual(['a', 'b']);
  });

  it('suspects after 1.5 s of silence and gives up after 3 s, counted from when it began to listen', () => {
    const detector = new FailureDetector(heartbeat, true);
    const [silent, alive] = [peer('silent', 'worker'), peer('alive', 'worker')];
    const at = (now: number) => {
      alive.heardAt = now;
      const { suspected, dead } = detector.check([silent, alive], now);
      for (const suspect of suspected) suspect.state = 'suspected';
      return { suspected: suspected.length, dead: dead.length };
    };
    for (const now of [100_000, 100_500, 101_000])
      expect(at(now)).toEqual({ suspected: 0, dead: 0 });
    expect(at(101_500)).toEqual({ suspected: 1, dead: 0 });
    expect(at(102_000)).toEqual({ suspected: 0, dead: 0 });
    expect(at(102_500)).toEqual({ suspected: 0, dead: 0 });
    expect(at(103_000)).toEqual({ suspected: 0, dead: 1 });
  });

  it('does not take its own stall for the silence of others', () => {
    const detector = new FailureDetector(heartbeat, true);
    const member = peer('a', 'worker');
    detector.check([member], 10_000);
    member.heardAt = 10_400;
    // nothing ran for a minute: what came meanwhile is still waiting to be read
    expect(detector.check([member], 70_500)).toEqual({ suspected: [], dead: [], cleared: [] });
    for (let now = 71_000; now < 72_000; now += 500) detector.check([member], now);
    expect(detector.check([member], 72_000).suspected).toEqual([member]);
  });
});

describe('any other member', () => {
  it('listens to coordinators as long as there is one, else to everybody', () => {
    const detector = new FailureDetector(heartbeat, false);
    const [hub, a] = [peer('hub', 'coordinator'), peer('a', 'worker')];
    expect(detector.partners([hub, a])).toEqual([hub]);
    hub.state = 'dead';
    expect(detector.partners([hub, a])).toEqual([a]);
  });

  it('suspects nobody any more once a coordinator is there again', () => {
    const detector = new FailureDetector(heartbeat, false);
    const [hub, a] = [peer('hub', 'coordinator', 'dead'), peer('a', 'worker')];
    for (const now of [0, 500, 1_000]) detector.check([hub, a], now);
    expect(detector.check([hub, a], 1_500).suspected).toEqual([a]);
    a.state = 'suspected';
    hub.state = 'live';
    expect(detector.check([hub, a], 2_500)).toEqual({ suspected: [], dead: [], cleared: [a] });
  });
});

describe('a member that has lost its coordinator', () => {
  it('is lent beats by those who still have one, for as long as it says so', () => {
    const alone = new FailureDetector(heartbeat, false);
    const [lost, other] = [peer('hub', 'coordinator', 'dead'), peer('a', 'worker')];
    expect(alone.isAlone([lost, other])).toBe(true);
    const detector = new FailureDetector(heartbeat, false);
    const [hub, asker] = [peer('hub', 'coordinator'), peer('b', 'worker')];
    expect(detector.isAlone([hub, asker])).toBe(false);
    expect(detector.owed([hub, asker], 0)).toEqual([hub]);
    detector.lend(asker, 1_000);
    expect(detector.owed([hub, asker], 3_999)).toEqual([hub, asker]);
    expect(detector.owed([hub, asker], 4_000)).toEqual([hub]);
    expect(detector.partners([hub, asker])).toEqual([hub]);
  });
});

describe('heartbeat options', () => {
  it.each([
    [{ intervalMs: 9 }, /heartbeat.intervalMs/],
    [{ intervalMs: 500, suspectAfterMs: 500 }, /heartbeat.suspectAfterMs/],
    [{ suspectAfterMs: 2_000, deadAfterMs: 2_000 }, /heartbeat.deadAfterMs/],
    [{ intervalMs: Number.NaN }, /heartbeat.intervalMs/],
  ])('%o are refused', (options, message) => {
    expect(() => checkHeartbeat(options)).toThrow(message);
  });

  it('follow the interval', () => {
    expect(checkHeartbeat({ intervalMs: 100 })).toEqual({
      intervalMs: 100,
      suspectAfterMs: 300,
      deadAfterMs: 600,
    });
  });
});
