import { checkObject } from '../argument.js';
import { systemClock, type Clock } from '../clock.js';
import { assertSame, assertTrue } from './assertions.js';
import { applicable, type TestRunner } from './case.js';
import { Deadline } from './deadline.js';
import type { TransportCase } from './transport/case.js';
import { deliveryCases } from './transport/delivery.js';
import { flowCases } from './transport/flow.js';
import { handlerCases } from './transport/handlers.js';
import { lifecycleCases } from './transport/lifecycle.js';
import { outageCases } from './transport/outage.js';
import { topicCases } from './transport/topics.js';
import { Link, type TransportPair } from './transport/link.js';

/** What a transport claims. A feature set to false leaves its cases out. */
export interface TransportSupports {
  /** @default true */
  ordered?: boolean;
  /** @default true */
  reliable?: boolean;
  /** `publish` and `subscribe`. @default false */
  broadcast?: boolean;
  /** @default false */
  durable?: boolean;
  /** @default false */
  crossHost?: boolean;
  /** The factory can cut and mend the link. @default true */
  sever?: boolean;
}

/** How patient the suite is. */
export interface ComplianceOptions {
  /** How long one event may take, or a whole case of `Storage`. @default 10_000 ms, 30_000 ms */
  deadlineMs?: number;
  /** For those deadlines. @default systemClock */
  clock?: Clock;
}

const DEFAULTS: Required<TransportSupports> = {
  ordered: true,
  reliable: true,
  broadcast: false,
  durable: false,
  crossHost: false,
  sever: true,
};

/**
 * The law of `Transport`, case by case. Each case gets a new pair from `open`, calls `open()` on
 * both transports (`b` may be open already, and `a` if the pair says `opened`) and closes the pair
 * afterwards.
 *
 * It waits for events, never for a duration, and brings its own assertions, so it runs anywhere.
 *
 * @param runner - `describe` and `it` of any test framework.
 * @param name - what the cases are listed under.
 * @param supports - what the transport claims; its `caps` must say the same.
 * @param open - makes two transports, with the peer ids 'a' and 'b' unless `ids` says otherwise.
 * @example
 * import { MemoryNetwork } from '@ruvector/core/memory';
 * const titles: string[] = [];
 * const runner = {
 *   describe: (_: string, body: () => void) => body(),
 *   it: (title: string) => titles.push(title),
 * };
 * transportCompliance(runner, 'memory', { broadcast: true }, async () => {
 *   const network = new MemoryNetwork();
 *   const [a, b] = [network.transport('a'), network.transport('b')];
 *   return {
 *     a,
 *     b,
 *     sever: async () => network.sever('a', 'b'),
 *     heal: async () => network.heal('a', 'b'),
 *     close: async () => void (await Promise.all([a.close(), b.close()])),
 *   };
 * });
 * titles.includes('an empty frame arrives'); // => true
 */
export function transportCompliance(
  runner: TestRunner,
  name: string,
  supports: TransportSupports,
  open: () => Promise<TransportPair>,
  { deadlineMs = 10_000, clock = systemClock }: ComplianceOptions = {},
): void {
  checkObject('supports', supports, { keys: Object.keys(DEFAULTS) });
  const claims = { ...DEFAULTS, ...supports };
  const deadline = new Deadline(clock, deadlineMs);
  runner.describe(`${name} keeps the law of Transport`, () => {
    runner.it('caps say what the suite was told', () =>
      withLink(open, deadline, async (link) => assertCaps(link, claims)),
    );
    for (const test of applicable(allCases(), claims))
      runner.it(test.title, () => withLink(open, deadline, (link) => run(test, link)));
  });
}

function allCases(): readonly TransportCase[] {
  return [
    ...lifecycleCases,
    ...deliveryCases,
    ...handlerCases,
    ...flowCases,
    ...outageCases,
    ...topicCases,
  ];
}

async function run(test: TransportCase, link: Link): Promise<void> {
  if (test.unopened !== true) await link.open();
  await test.run(link);
}

async function withLink(
  open: () => Promise<TransportPair>,
  deadline: Deadline,
  use: (link: Link) => Promise<void>,
): Promise<void> {
  const pair = await deadline.within(open(), 'the factory');
  try {
    await use(new Link(pair, deadline));
  } finally {
    await deadline.within(pair.close(), "the pair's close()");
  }
}

function assertCaps(link: Link, claims: Required<TransportSupports>): void {
  const features = ['ordered', 'reliable', 'broadcast', 'durable', 'crossHost'] as const;
  for (const { transport } of [link.a, link.b]) {
    for (const feature of features)
      assertSame(transport.caps[feature], claims[feature], `caps.${feature}`);
    const topics = transport.publish !== undefined && transport.subscribe !== undefined;
    assertTrue(topics || !claims.broadcast, 'publish and subscribe are missing');
    const { maxFrameBytes } = transport.caps;
    assertTrue(Number.isSafeInteger(maxFrameBytes) && maxFrameBytes >= 8, 'caps.maxFrameBytes');
  }
}
