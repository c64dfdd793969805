import { describe, inject, it } from 'vitest';
import { transportCompliance } from '@ruvector/core/testing';
import { WsTransport } from '@ruvector/transport-ws';

let page = 0;

transportCompliance(
  { describe, it },
  'two pages at one hub',
  { ordered: true, reliable: true, crossHost: true, sever: false },
  async () => {
    const make = () =>
      new WsTransport({ peerId: `page-of-suite-${page++}`, peers: { echo: inject('echoUrl') } });
    const [a, b] = [make(), make()];
    const close = async () => void (await Promise.all([a.close(), b.close()]));
    return { a, b, ids: { a: a.peerId, b: b.peerId }, sever: close, heal: close, close };
  },
);
