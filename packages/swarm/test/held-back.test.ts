import { memberKeyId } from '@ruvector/crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HeldTransport } from './fixtures/held-transport.js';
import { RecordingTransport, TestSwarm } from './fixtures/members.js';

let swarm: TestSwarm;
beforeEach(() => void (swarm = new TestSwarm()));
afterEach(() => swarm.close());

/** Of an envelope around a message of control with this body. */
const frameBytes = (body: number) => 132 + 12 + 19 + body + 16 + 32 + 64;
const REKEY = frameBytes(13);
const GREETING = frameBytes(41);

/**
 * `a` changes its chains every 12 messages, and what it sends of some length is kept from the hub.
 */
async function withholding(length: number) {
  const hub = await swarm.hub();
  const recorder = new RecordingTransport(swarm.network.transport('a'));
  const held = new HeldTransport(recorder);
  const limits = { messagesPerEpochMax: 12 };
  const a = await swarm.join('a', hub, [], { transport: held, limits });
  const outsider = swarm.network.transport('x');
  await outsider.open();
  const heard: string[] = [];
  hub.subscribe('t', ({ payload }) => void heard.push(payload.join()));
  const withheld: Uint8Array[] = [];
  held.loses = (frame) => frame.length === length && withheld.push(frame.slice()) > 0;
  const say = async (i: number) => {
    await a.publish('t', Uint8Array.of(i));
    await swarm.settle();
  };
  return { hub, a, recorder, held, outsider, heard, withheld, say };
}

describe('a word that was held back and comes late', () => {
  it('about a new chain does not open the window of that chain again', async () => {
    const { recorder, held, outsider, heard, withheld, say } = await withholding(REKEY);
    for (let i = 0; withheld.length === 0 && i < 50; i++) await say(i);
    expect(withheld.length).toBeGreaterThan(0);
    held.loses = () => false;
    const mark = recorder.sent.length;
    for (let i = 100; i < 103; i++) await say(i);
    await swarm.pass(1_000);
    const before = heard.length;
    for (const frame of withheld) outsider.send('hub', frame);
    for (const { frame } of recorder.sent.slice(mark)) outsider.send('hub', frame);
    await swarm.settle();
    expect(heard.slice(before)).toEqual([]);
  });

  it('of greeting does not bring an earlier chain back', async () => {
    const { hub, a, recorder, held, outsider, heard, withheld, say } = await withholding(GREETING);
    await say(1);
    const forged = recorder.sent.at(-1)!.frame.slice();
    const [aId, hubId] = [a, hub].map(async (m) =>
      memberKeyId((await m.createRegistration()).record),
    );
    forged.set(await hubId!, Buffer.from(forged).indexOf(Buffer.from(await aId!)));
    outsider.send('a', forged); // not even signed, but it makes `a` ask who that was
    await swarm.settle();
    expect(withheld.length).toBeGreaterThan(0);
    held.loses = () => false;
    const mark = recorder.sent.length;
    for (let i = 100; i < 130; i++) await say(i);
    const before = heard.length;
    outsider.send('hub', withheld[0]!);
    for (const { frame } of recorder.sent.slice(mark)) outsider.send('hub', frame);
    await swarm.settle();
    expect(heard.slice(before)).toEqual([]);
  });
});
