import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { WsTransport } from '@ruvector/transport-ws';

let page = 0;

async function opened(options: { peers?: Record<string, string> } = {}): Promise<WsTransport> {
  const peers = { echo: inject('echoUrl') };
  const transport = new WsTransport({ peerId: `page-${page++}`, peers, ...options });
  onTestFinished(() => transport.close());
  await transport.open();
  return transport;
}

/** The frames a transport gets, and a wait for as many. */
function inbox(transport: WsTransport) {
  const frames: { from: string; bytes: Uint8Array }[] = [];
  let wake = () => {};
  transport.onFrame((from, frame) => {
    frames.push({ from, bytes: frame.slice() });
    wake();
  });
  const count = async (n: number) => {
    while (frames.length < n) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { frames, count };
}

describe('WsTransport in a page', () => {
  it('is the browser door: it refuses to listen', () => {
    const listening = { peerId: 'page', listen: {} } as unknown as { peerId: string };
    expect(() => new WsTransport(listening)).toThrow(/listen is not possible in a browser/);
  });

  it('exchanges 10,000 frames with a Node peer, in order', async () => {
    const transport = await opened();
    const { frames, count } = inbox(transport);
    for (let i = 0; i < 10_000; i++) {
      const frame = new Uint8Array(64);
      new DataView(frame.buffer).setUint32(0, i);
      while (!transport.send('echo', frame)) await transport.ready('echo');
    }
    await count(10_000);
    const numbers = frames.map(({ bytes }) => new DataView(bytes.buffer).getUint32(0));
    expect(numbers).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(frames.every(({ from }) => from === 'echo')).toBe(true);
  });

  it('exchanges an empty frame and the largest one', async () => {
    const transport = await opened();
    const { frames, count } = inbox(transport);
    const largest = new Uint8Array(transport.caps.maxFrameBytes).fill(5);
    largest[largest.length - 1] = 6;
    transport.send('echo', new Uint8Array());
    await transport.drain();
    transport.send('echo', largest);
    await count(2);
    expect(frames[0]!.bytes).toHaveLength(0);
    expect(frames[1]!.bytes).toHaveLength(largest.length);
    expect([frames[1]!.bytes.at(0), frames[1]!.bytes.at(-1)]).toEqual([5, 6]);
  });

  it('reaches another page through the hub that both dial', async () => {
    const [a, b] = [await opened(), await opened()];
    const { frames, count } = inbox(b);
    await a.ready(b.peerId);
    a.send(b.peerId, Uint8Array.of(1, 2, 3));
    await count(1);
    expect(frames).toEqual([{ from: a.peerId, bytes: Uint8Array.of(1, 2, 3) }]);
  });

  it('rejects open with ERR_WS_DIAL if nobody listens', async () => {
    const transport = new WsTransport({
      peerId: 'page',
      peers: { nobody: 'ws://127.0.0.1:1' },
      openTimeoutMs: 300,
    });
    onTestFinished(() => transport.close());
    await expect(transport.open()).rejects.toMatchObject({ code: 'ERR_WS_DIAL' });
  });

  it('aborted while it dials rejects with the reason', async () => {
    const transport = new WsTransport({ peerId: 'page', peers: { echo: inject('echoUrl') } });
    onTestFinished(() => transport.close());
    const abort = new AbortController();
    const opening = transport.open({ signal: abort.signal });
    abort.abort(new Error('changed my mind'));
    await expect(opening).rejects.toThrow('changed my mind');
    expect(transport.peers()).toEqual([]);
  });

  it('closes with what was sent on its way', async () => {
    const [a, b] = [await opened(), await opened()];
    const { frames, count } = inbox(b);
    await a.ready(b.peerId);
    for (let i = 0; i < 100; i++) a.send(b.peerId, Uint8Array.of(i));
    await a.close();
    await count(100);
    expect(frames).toHaveLength(100);
    expect(a.stats()).toMatchObject({ sent: 100, dropped: 0, bufferedBytes: 0 });
  });
});
