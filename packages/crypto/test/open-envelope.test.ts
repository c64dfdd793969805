import {
  openEnvelope,
  ReplayWindow,
  sealEnvelope,
  type EnvelopeHeader,
  type OpenOptions,
} from '@ruvector/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './providers.js';
import { chainOf, newAgent, newPair } from './fixture.js';
import { blob, bytes } from './seed.js';

const codeOf = (envelope: Uint8Array, options: OpenOptions) => {
  const opened = openEnvelope(envelope, options);
  return opened.ok ? undefined : opened.code;
};

describe('openEnvelope', () => {
  it('gives back what was sealed, with the member who sealed it', () => {
    const { alice, bob, registry, clock, fields, sealing, receiving } = newPair();
    const correlationId = new Uint8Array(16).fill(4);
    const envelope = sealEnvelope(
      fields({ type: 9, correlationId, destination: bob.memberKeyId }),
      sealing,
    );
    expect(openEnvelope(envelope, receiving)).toEqual({
      ok: true,
      payload: { type: 9, topic: 'news', correlationId, body: Uint8Array.of(1, 2, 3) },
      header: {
        suite: 1,
        kind: 'group',
        swarmTag: envelope.slice(8, 40),
        sender: alice.memberKeyId,
        destination: bob.memberKeyId,
        epoch: 77n,
        counter: 0,
        timestamp: clock.now(),
      },
      member: registry.get('alice'),
    });
  });

  it.each(PROVIDERS)('opens anything sealed, on %s, in any order', (_, provider) => {
    const message = fc.record({
      type: fc.nat(255),
      topic: fc.string({ unit: 'grapheme', maxLength: 20 }),
      correlationId: bytes(16),
      body: blob(100),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (all, order) => {
          const { fields, sealing, receiving } = newPair();
          const sealed = all.map((m) => ({ m, bytes: sealEnvelope(fields(m), sealing) }));
          while (sealed.length > 0) {
            const at = order.next().value! % sealed.length;
            const [{ m, bytes: envelope }] = sealed.splice(at, 1) as [(typeof sealed)[number]];
            expect(openEnvelope(envelope, { ...receiving, provider })).toMatchObject({
              ok: true,
              payload: m,
            });
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('hands over a payload that shares no memory with the envelope', () => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    const opened = openEnvelope(envelope, receiving);
    envelope.fill(0);
    expect(opened).toMatchObject({ payload: { topic: 'news', body: Uint8Array.of(1, 2, 3) } });
  });

  it('copies an envelope that another thread can still change', () => {
    const { fields, sealing, receiving } = newPair();
    const envelope = sealEnvelope(fields(), sealing);
    const shared = new Uint8Array(new SharedArrayBuffer(envelope.length));
    shared.set(envelope);
    const [, provider] = PROVIDERS[0]!;
    const changing = {
      ...provider,
      ed25519: {
        ...provider.ed25519,
        verify(...args: Parameters<typeof provider.ed25519.verify>) {
          const verdict = provider.ed25519.verify(...args);
          shared.fill(0);
          return verdict;
        },
      },
    };
    expect(codeOf(shared, { ...receiving, provider: changing })).toBeUndefined();
  });

  it('asks the given functions for chain and window, with the header', () => {
    const { alice, fields, sealing, receiving, chain, window } = newPair();
    const seen: EnvelopeHeader[] = [];
    const options = {
      ...receiving,
      keys: (header: EnvelopeHeader) => (seen.push(header), chain),
      window: (header: EnvelopeHeader) => (seen.push(header), window),
    };
    expect(codeOf(sealEnvelope(fields(), sealing), options)).toBeUndefined();
    expect(seen.map(({ sender, epoch }) => [sender, epoch])).toEqual([
      [alice.memberKeyId, 77n],
      [alice.memberKeyId, 77n],
    ]);
  });

  it('throws what the caller gets wrong, and nothing else', () => {
    const { receiving } = newPair();
    expect(() => openEnvelope('x' as never, receiving)).toThrow(TypeError);
    expect(() => openEnvelope(new Uint8Array(9), { ...receiving, swarmId: '' })).toThrow(
      RangeError,
    );
  });
});

describe('the order in which openEnvelope looks', () => {
  /** An envelope that breaks one rule after the other; each step mends the first. */
  it('is size, form, swarm, destination, epoch, sender, time, window, signature, jump, keys', () => {
    const { alice, bob, clock, registry, fields, sealing, receiving } = newPair();
    const good = sealEnvelope(fields({ counter: 9, destination: bob.memberKeyId }), sealing);
    const bad = good.slice();
    bad[bad.length - 1]! ^= 1; // signature
    bad[150]! ^= 1; // ciphertext
    const options: OpenOptions = {
      ...receiving,
      swarmId: 'swarm-2',
      self: new Uint8Array(32).fill(1),
      keys: () => undefined,
      registry: { get: () => undefined },
      window: () => undefined,
      clock: { now: () => clock.now() + 30_001 },
    };
    const expectCode = (envelope: Uint8Array, code: string | undefined) =>
      expect(codeOf(envelope, options)).toBe(code);
    const malformed = bad.slice();
    malformed[7] = 1;
    expectCode(malformed.subarray(1), 'ERR_ENVELOPE_SIZE');
    expectCode(malformed, 'ERR_ENVELOPE_FORMAT');
    expectCode(bad, 'ERR_ENVELOPE_SWARM');
    options.swarmId = receiving.swarmId;
    expectCode(bad, 'ERR_ENVELOPE_DESTINATION');
    options.self = bob.memberKeyId;
    expectCode(bad, 'ERR_ENVELOPE_EPOCH');
    options.keys = () => farChain;
    const farChain = chainOf(bob.memberKeyId);
    expectCode(bad, 'ERR_ENVELOPE_SENDER');
    const member = registry.get(alice.memberKeyId)!;
    const record = { ...member.registration.record, expires_at: clock.now() };
    const expired = { ...member, registration: { ...member.registration, record } };
    options.registry = { get: () => expired };
    expectCode(bad, 'ERR_ENVELOPE_SENDER_EXPIRED');
    options.registry = registry;
    expectCode(bad, 'ERR_ENVELOPE_TIME');
    options.clock = clock;
    expectCode(bad, 'ERR_ENVELOPE_EPOCH'); // no window for it
    const window = new ReplayWindow();
    window.commit(9);
    options.window = window;
    expectCode(bad, 'ERR_ENVELOPE_REPLAY');
    options.window = new ReplayWindow();
    expectCode(bad, 'ERR_ENVELOPE_SIGNATURE');
    expectCode(good, 'ERR_ENVELOPE_COMMITMENT'); // a chain of somebody else
    options.keys = receiving.keys;
    expectCode(good, undefined);
    expectCode(good, 'ERR_ENVELOPE_REPLAY');
    options.window = new ReplayWindow();
    expectCode(good, 'ERR_ENVELOPE_KEY_GONE'); // the ratchet has moved on by itself
  });
});

describe('an envelope that its own sender made wrong', () => {
  /** What a malicious member can do: seal and sign properly, but with other parts. */
  function sealedWith(change: (plaintext: Uint8Array) => Uint8Array) {
    const pair = newPair();
    const provider = PROVIDERS[0]![1];
    const changing = {
      ...provider,
      aes256gcm: {
        ...provider.aes256gcm,
        sealDetached: (k: Uint8Array, n: Uint8Array, text: Uint8Array, aad?: Uint8Array) =>
          provider.aes256gcm.sealDetached(k, n, change(text), aad),
      },
    };
    const envelope = sealEnvelope(pair.fields(), { ...pair.sealing, provider: changing });
    return { envelope, pair };
  }

  it.each([
    ['a topic longer than all of it', (text: Uint8Array) => text.with(1, 0xff)],
    ['a topic that leaves no room for the correlation id', (text: Uint8Array) => text.with(2, 8)],
    ['a topic that is not UTF-8', (text: Uint8Array) => text.with(3, 0xff)],
  ])('with %s is refused and changes nothing', (_, change) => {
    const { envelope, pair } = sealedWith(change);
    expect(codeOf(envelope, pair.receiving)).toBe('ERR_ENVELOPE_PAYLOAD');
    expect(pair.chain.next).toBe(0);
    expect(pair.window.check(0)).toBe(true);
  });

  it('with another ciphertext than its tag is refused', () => {
    const pair = newPair();
    const provider = PROVIDERS[0]![1];
    const zeroTag = {
      ...provider,
      aes256gcm: {
        ...provider.aes256gcm,
        sealDetached: (...args: Parameters<typeof provider.aes256gcm.sealDetached>) => ({
          ...provider.aes256gcm.sealDetached(...args),
          tag: new Uint8Array(16),
        }),
      },
    };
    const envelope = sealEnvelope(pair.fields(), { ...pair.sealing, provider: zeroTag });
    expect(codeOf(envelope, pair.receiving)).toBe('ERR_ENVELOPE_SEAL');
  });

  it('by another member than it says is refused', () => {
    const { fields, sealing, receiving, registry, clock } = newPair();
    const mallory = newAgent('mallory', clock);
    registry.apply(mallory.registration);
    const sign = (message: Uint8Array) => mallory.identity.sign(message);
    expect(codeOf(sealEnvelope(fields(), { ...sealing, sign }), receiving)).toBe(
      'ERR_ENVELOPE_SIGNATURE',
    );
  });
});
