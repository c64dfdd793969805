import { describe, it } from 'vitest';
import { transportCompliance } from '@ruvector/core/testing';
import { WsTransport } from '../src/index.js';
import { quick, severable } from './fixtures/severable.js';

const supports = { ordered: true, reliable: true, crossHost: true };

transportCompliance({ describe, it }, 'two dialers of a hub', supports, async () => {
  const { url, sever, heal, close } = await severable(
    new WsTransport({ peerId: 'hub', listen: {} }),
  );
  const a = new WsTransport({ peerId: 'a', peers: { hub: url }, ...quick });
  const b = new WsTransport({ peerId: 'b', peers: { hub: url }, ...quick });
  return { a, b, sever, heal, close: () => close(a, b) };
});
