import { describe, it } from 'vitest';
import { transportCompliance } from '@ruvector/core/testing';
import { WsTransport } from '../src/index.js';
import { quick, severable } from './fixtures/severable.js';

const supports = { ordered: true, reliable: true, crossHost: true };

// two dialers of a hub: compliance-hub.thorough.node.test.ts
transportCompliance({ describe, it }, 'a dialer and a listener', supports, async () => {
  const b = new WsTransport({ peerId: 'b', listen: {} });
  const { url, sever, heal, close } = await severable(b);
  const a = new WsTransport({ peerId: 'a', peers: { b: url }, ...quick });
  return { a, b, sever, heal, close: () => close(a) };
});
