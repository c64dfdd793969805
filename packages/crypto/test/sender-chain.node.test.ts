import { createHash, createHmac } from 'node:crypto';
import { concatBytes, seededRandom, toHex, utf8 } from '@ruvector/core';
import {
  CHAIN_JUMP_MAX,
  createSenderChain,
  SenderChain,
  SKIPPED_KEYS_MAX,
  SkippedKeyBudget,
  type MessageKeys,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { SEED } from './seed.js';

const CHAIN_KEY = new Uint8Array(32).fill(9);
const dst = (label: string) => utf8(`ruvector-edge/2/${label}\0`);
const hmac = (key: Uint8Array, data: Uint8Array) =>
  new Uint8Array(createHmac('sha256', key).update(data).digest());

/** RFC 5869 §2.3, written again on another HMAC. */
function expand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  let block = new Uint8Array(0);
  let out = new Uint8Array(0);
  for (let n = 1; out.length < length; n++) {
    block = hmac(key, concatBytes(block, info, Uint8Array.of(n))).slice();
    out = concatBytes(out, block).slice();
  }
  return out.slice(0, length);
}

/** The keys of message j, walked one by one from the start. */
function oracle(chainKey: Uint8Array, counters: readonly number[]): Map<number, string> {
  const found = new Map<number, string>();
  const last = Math.max(...counters);
  let [blockKey, messageChain] = [chainKey, chainKey];
  for (let j = 0; j <= last; j++) {
    if (j % 1024 === 0) {
      const keys = expand(blockKey, dst('block'), 64);
      [blockKey, messageChain] = [keys.slice(0, 32), keys.slice(32)];
    }
    const keys = expand(messageChain, dst('message'), 96);
    messageChain = keys.slice(0, 32);
    if (counters.includes(j)) found.set(j, toHex(keys.slice(32)));
  }
  return found;
}

const text = ({ messageKey, keyCommitment }: MessageKeys) =>
  toHex(messageKey) + toHex(keyCommitment);

function take(chain: SenderChain, counter: number): string | undefined {
  const keys = chain.derive(counter);
  return keys.ok && keys.commit() ? text(keys) : undefined;
}

describe('SenderChain', () => {
  it('derives the keys of a naive walk, one by one, over block borders, and by jumps', () => {
    const counters = [0, 1, 2, 1022, 1023, 1024, 1025, 2047, 2048, 3500];
    const expected = oracle(CHAIN_KEY, counters);
    const steady = new SenderChain(CHAIN_KEY);
    for (let j = 0; j <= 3500; j++) {
      const keys = take(steady, j);
      expect(keys).toBe(expected.get(j) ?? keys);
    }
    for (const counter of counters)
      expect(take(new SenderChain(CHAIN_KEY), counter)).toBe(expected.get(counter));
  });

  it('opens in any order what the sender sealed in order, each once', () => {
    const random = seededRandom(SEED);
    const sent = new SenderChain(CHAIN_KEY);
    const keys = Array.from({ length: 1000 }, (_, j) => take(sent, j));
    const order = keys.map((_, j) => j).sort(() => random.next() - 0.5);
    const received = new SenderChain(CHAIN_KEY);
    for (const j of order) expect(take(received, j)).toBe(keys[j]);
    for (const j of order)
      expect(received.derive(j)).toEqual({ ok: false, code: 'ERR_ENVELOPE_KEY_GONE' });
    expect(received.skippedCount).toBe(0);
  });

  it('stands still until commit', () => {
    const chain = new SenderChain(CHAIN_KEY);
    take(chain, 3);
    const ahead = chain.derive(50_000);
    expect(ahead.ok).toBe(true);
    expect([chain.next, chain.skippedCount]).toEqual([4, 3]);
    expect(chain.derive(1).ok).toBe(true);
    expect(chain.skippedCount).toBe(3);
  });

  it('lets only one of two derivations commit', () => {
    const chain = new SenderChain(CHAIN_KEY);
    const [first, second] = [chain.derive(5), chain.derive(7)];
    expect(first.ok && first.commit()).toBe(true);
    expect(second.ok && second.commit()).toBe(false);
    expect(chain.next).toBe(6);
    const late = chain.derive(2);
    expect([late.ok && late.commit(), late.ok && late.commit()]).toEqual([true, false]);
  });

  it('jumps 2^20 messages and no further', () => {
    const chain = new SenderChain(CHAIN_KEY);
    take(chain, 0);
    expect(chain.derive(1 + CHAIN_JUMP_MAX + 1)).toEqual({ ok: false, code: 'ERR_ENVELOPE_JUMP' });
    expect(take(chain, 1 + CHAIN_JUMP_MAX)).toBeDefined();
    expect(chain.next).toBe(CHAIN_JUMP_MAX + 2);
  });

  it('keeps the newest 1,024 keys of overtaken messages, over a block border too', () => {
    const chain = new SenderChain(CHAIN_KEY);
    take(chain, 5000);
    expect(chain.skippedCount).toBe(SKIPPED_KEYS_MAX);
    const oldest = 5000 - SKIPPED_KEYS_MAX;
    expect(chain.derive(oldest - 1)).toEqual({ ok: false, code: 'ERR_ENVELOPE_KEY_GONE' });
    const expected = oracle(CHAIN_KEY, [oldest, 4095, 4096, 4999]);
    for (const [counter, keys] of expected) expect(take(chain, counter)).toBe(keys);
    take(chain, 5011);
    expect(chain.skippedCount).toBe(SKIPPED_KEYS_MAX);
    expect(chain.derive(oldest + 1).ok).toBe(false);
  });

  it('keeps one lost key while thousands of messages pass', () => {
    const chain = new SenderChain(CHAIN_KEY);
    for (let j = 1; j < 3000; j++) take(chain, j);
    expect(chain.skippedCount).toBe(1);
    expect(take(chain, 0)).toBe(oracle(CHAIN_KEY, [0]).get(0));
  });

  it('shares a bound with other chains, which bounds all of them together', () => {
    const skippedKeys = new SkippedKeyBudget(15);
    const chains = [1, 2, 3].map(
      (n) =>
        new SenderChain(
          CHAIN_KEY.map((x) => x + n),
          { skippedKeys },
        ),
    );
    for (const chain of chains) take(chain, 10);
    expect(chains.map((chain) => chain.skippedCount)).toEqual([10, 5, 0]);
    expect(skippedKeys.used).toBe(15);
    expect(chains[1]!.derive(9).ok).toBe(true); // the newest of its own
    expect(chains[1]!.derive(4).ok).toBe(false);
    take(chains[0]!, 3);
    take(chains[2]!, 13);
    expect(chains[2]!.skippedCount).toBe(1);
    chains[1]!.destroy();
    expect(skippedKeys.used).toBe(10);
  });

  it('derives nothing after destroy()', () => {
    const chain = new SenderChain(CHAIN_KEY);
    take(chain, 3);
    chain.destroy();
    expect(chain.derive(2).ok).toBe(false);
    expect(chain.derive(4).ok).toBe(false);
    expect(chain.skippedCount).toBe(0);
  });

  it('copies its key and erases its own copy on the way', () => {
    const key = CHAIN_KEY.slice();
    const chain = new SenderChain(key);
    key.fill(0);
    expect(take(chain, 0)).toBe(oracle(CHAIN_KEY, [0]).get(0));
    const used = CHAIN_KEY.slice();
    take(new SenderChain(used), 5);
    expect(used).toEqual(CHAIN_KEY);
  });

  it('refuses keys and counters that are none', () => {
    expect(() => new SenderChain(new Uint8Array(31))).toThrow(/chainKey must have 32 bytes/);
    expect(() => new SenderChain(CHAIN_KEY).derive(-1)).toThrow(RangeError);
    expect(() => new SenderChain(CHAIN_KEY).derive(2 ** 53)).toThrow(RangeError);
  });
});

describe('createSenderChain', () => {
  const options = {
    swarmId: 'swarm-1',
    swarmKey: new Uint8Array(32).fill(1),
    epoch: 0x0102030405060708n,
    sender: new Uint8Array(32).fill(2),
  };

  it('starts from the swarm key, the epoch and the sender as specified', () => {
    const epoch = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const salt = new Uint8Array(
      createHash('sha256').update(dst('swarm')).update('swarm-1').digest(),
    );
    const epochSecret = hmac(salt, concatBytes(options.swarmKey, epoch));
    const info = concatBytes(dst('sender'), epoch, options.sender);
    const chainKey = expand(epochSecret, info, 32);
    expect(take(createSenderChain(options), 3)).toBe(oracle(chainKey, [3]).get(3));
  });

  it('gives another chain for another swarm, key, epoch or sender', () => {
    const others = [
      options,
      { ...options, swarmId: 'swarm-2' },
      { ...options, swarmKey: new Uint8Array(32).fill(3) },
      { ...options, epoch: 1n },
      { ...options, sender: new Uint8Array(32).fill(3) },
    ];
    expect(new Set(others.map((o) => take(createSenderChain(o), 0))).size).toBe(others.length);
  });

  it.each([
    ['epoch', -1n],
    ['epoch', 2n ** 64n],
    ['epoch', 1],
    ['swarmKey', new Uint8Array(16)],
    ['sender', new Uint8Array(33)],
    ['swarmId', 'a b'],
  ])('refuses a wrong %s', (name, value) => {
    const wrong = { ...options, [name]: value } as typeof options;
    expect(() => createSenderChain(wrong)).toThrow(new RegExp(`^${name} must`));
  });
});

describe('a chain of which only the later part is of interest', () => {
  it('keeps no keys of messages before that, and derives the same', () => {
    const [whole, part] = [0, 2000].map((from) => new SenderChain(CHAIN_KEY, { from }));
    const derived = [whole!, part!].map((chain) => chain.derive(2010));
    const keys = derived.map((d) => (d.ok ? [toHex(d.messageKey), d.commit()] : d.code));
    expect(keys[0]).toEqual(keys[1]);
    expect([whole!.skippedCount, part!.skippedCount]).toEqual([1024, 10]);
    expect(part!.derive(1999)).toEqual({ ok: false, code: 'ERR_ENVELOPE_KEY_GONE' });
    expect(part!.derive(2000).ok).toBe(true);
  });
});
