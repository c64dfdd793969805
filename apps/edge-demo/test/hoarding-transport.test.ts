import { MemoryNetwork } from '@ruvector/edge/core/memory';
import { describe, expect, it } from 'vitest';
import { HoardingTransport } from '../src/hoarding-transport.js';
import { SentLog } from '../src/sent-log.js';

async function pair() {
  const network = new MemoryNetwork();
  const sender = new SentLog(network.transport('sender'));
  const hoarder = new HoardingTransport(network.transport('hoarder'));
  await Promise.all([sender.open(), hoarder.open()]);
  const heard: number[] = [];
  hoarder.onFrame((_from, frame) => void heard.push(frame[0]!));
  return { sender, hoarder, heard };
}

describe('HoardingTransport', () => {
  it('hands frames on until it hoards, and then all it kept, the latest first and as they came', async () => {
    const { sender, hoarder, heard } = await pair();
    sender.send('hoarder', Uint8Array.of(1));
    await sender.drain();
    expect(heard).toEqual([1]);
    hoarder.hoard();
    for (const n of [2, 3, 4]) sender.send('hoarder', Uint8Array.of(n));
    await hoarder.has(3);
    expect(heard).toEqual([1]);
    expect(hoarder.tryAll()).toBe(3);
    expect(heard).toEqual([1, 4, 3, 2, 2, 3, 4]);
    expect(hoarder.tryAll()).toBe(0);
  });
});

describe('SentLog', () => {
  it('keeps copies of what is sent between start and stop', async () => {
    const { sender } = await pair();
    const frame = Uint8Array.of(1);
    sender.send('hoarder', frame);
    sender.start();
    sender.send('hoarder', frame);
    sender.send('nobody', frame);
    frame[0] = 9;
    expect(sender.stop()).toEqual([Uint8Array.of(1)]);
    sender.send('hoarder', frame);
    expect(sender.stop()).toEqual([]);
  });
});
