import { createSwarm, IdentityManager } from '@ruvector/edge';
import { systemClock } from '@ruvector/edge/core';
import { afterEach, describe, expect, it } from 'vitest';
import { openHost, type Host } from '../src/host.js';
import { forge, Intruder } from '../src/intruder.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A coordinator and a worker that has said `hello` once, recorded. */
async function swarmOfTwo(identity?: IdentityManager): Promise<{ host: Host; heard: unknown[] }> {
  const host = await openHost({ port: 0, workers: 1 });
  closers.push(() => host.swarm.close());
  const join = await host.swarm.invite({ role: 'worker' });
  const worker = await createSwarm({ agentId: 'worker-001', join, ...(identity && { identity }) });
  closers.push(() => worker.close());
  const heard: unknown[] = [];
  host.recorder.listenTo('worker-001');
  const arrived = new Promise<void>((resolve) => {
    host.swarm.subscribe('talk', (message) => {
      heard.push(message.json());
      resolve();
    });
  });
  await worker.publish('talk', 'hello');
  await arrived;
  return { host, heard };
}

async function stranger({ swarm, url }: Host, clock = systemClock): Promise<Intruder> {
  const intruder = new Intruder('stranger-001', { swarm, url, clock });
  closers.push(() => intruder.close());
  await intruder.open();
  return intruder;
}

describe('Intruder', () => {
  it('is refused with what it replays, and no handler hears it again', async () => {
    const { host, heard } = await swarmOfTwo();
    const frames = host.recorder.of('worker-001');
    expect(frames.length).toBeGreaterThan(0);
    const codes = await (await stranger(host)).send(frames);
    expect(codes).toEqual(frames.map(() => 'ERR_ENVELOPE_REPLAY'));
    expect(heard).toEqual(['hello']);
  });

  it('is refused with a forgery, for its signature', async () => {
    const { host, heard } = await swarmOfTwo();
    const genuine = host.recorder.of('worker-001').at(-1)!;
    const options = { swarmId: host.swarm.swarmId, topic: 'talk', clock: systemClock };
    const forged = forge(genuine, { ...options, payload: 'forged' });
    expect(await (await stranger(host)).send([forged])).toEqual(['ERR_ENVELOPE_SIGNATURE']);
    expect(heard).toEqual(['hello']);
  });

  it('is refused for the keys of the epoch if it has even the signing key of a member', async () => {
    const identity = IdentityManager.create();
    const { host, heard } = await swarmOfTwo(identity);
    const genuine = host.recorder.of('worker-001').at(-1)!;
    const options = { swarmId: host.swarm.swarmId, topic: 'talk', clock: systemClock };
    const signed = forge(genuine, { ...options, payload: 'sealed with other keys', identity });
    expect(await (await stranger(host)).send([signed])).toEqual(['ERR_ENVELOPE_COMMITMENT']);
    expect(heard).toEqual(['hello']);
  });

  it('says so if what it sends is not refused', async () => {
    const { host } = await swarmOfTwo();
    const setTimeout = (f: () => void) => {
      queueMicrotask(f);
      return () => undefined;
    };
    const intruder = await stranger(host, { ...systemClock, setTimeout });
    expect(await intruder.send(host.recorder.of('worker-001'))).toEqual([]);
  });

  it('cannot forge from what is not an envelope', () => {
    const options = { swarmId: 's', topic: 't', clock: systemClock };
    expect(() => forge(new Uint8Array(300), { ...options, payload: null })).toThrow('envelope');
  });
});
