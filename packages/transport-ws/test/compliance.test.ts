import { describe, it } from 'vitest';
import { transportCompliance } from '@ruvector/core/testing';
import { WsTransport } from '../src/index.js';
import { TcpProxy } from './fixtures/tcp-proxy.js';

const supports = { ordered: true, reliable: true, crossHost: true };
const quick = { backoffBaseMs: 5, backoffMaxMs: 20 };

async function severable(listener: WsTransport) {
  await listener.open();
  const proxy = await TcpProxy.to(listener.address!.port);
  return {
    url: proxy.url,
    sever: async () => proxy.sever(),
    heal: async () => proxy.heal(),
    close: async (...transports: WsTransport[]) => {
      await Promise.all([listener, ...transports].map((transport) => transport.close()));
      await proxy.close();
    },
  };
}

transportCompliance({ describe, it }, 'a dialer and a listener', supports, async () => {
  const b = new WsTransport({ peerId: 'b', listen: {} });
  const { url, sever, heal, close } = await severable(b);
  const a = new WsTransport({ peerId: 'a', peers: { b: url }, ...quick });
  return { a, b, sever, heal, close: () => close(a) };
});

transportCompliance({ describe, it }, 'two dialers of a hub', supports, async () => {
  const { url, sever, heal, close } = await severable(
    new WsTransport({ peerId: 'hub', listen: {} }),
  );
  const a = new WsTransport({ peerId: 'a', peers: { hub: url }, ...quick });
  const b = new WsTransport({ peerId: 'b', peers: { hub: url }, ...quick });
  return { a, b, sever, heal, close: () => close(a, b) };
});
