import { systemClock, type Entropy, type Logger } from '@ruvector/core';
import { P2PSwarm, type Invitation, type SwarmOptions } from '@ruvector/swarm';
import { describe, expect, it } from 'vitest';

import { encodeInvitation, parseInvitation } from '../src/invitation.js';
import { TestSwarm } from './fixtures/members.js';

const made = (options: object) => () =>
  new P2PSwarm('agent', undefined, [], options as SwarmOptions);

describe('an option that is none', () => {
  it.each([
    [null, /^options must be an object, got null/],
    [{ addresses: 'ws://x' }, /^options\.addresses must be a function, got string/],
    [{ logger: {} }, /^options\.logger must have a method debug/],
    [{ logger: 'loud' }, /^options\.logger must be an object/],
    [{ identity: {} }, /^options\.identity must have a method sign/],
    [{ clock: { now: systemClock.now } }, /^options\.clock must have a method monotonic/],
    [{ random: {} }, /^options\.random must have a method fill/],
    [{ limits: null }, /^options\.limits must be an object, got null/],
    [{ limits: { toString: 5 } }, /^limits\.toString is not a limit/],
  ] satisfies [unknown, RegExp][])('%o is refused by name', (options, message) => {
    expect(made(options as object)).toThrow(message);
  });

  it('is refused where what it is called on would be right', () => {
    const logger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
    let drawn = 0;
    const random: Entropy = { fill: (bytes) => void bytes.fill(++drawn) };
    expect(made({ logger, random, clock: systemClock, addresses: () => [] })).not.toThrow();
  });
});

describe('an argument of a call', () => {
  it('that is none is refused by name, and leaves nothing behind', async () => {
    const swarm = new TestSwarm();
    const hub = await swarm.hub();
    const task = { description: 'count', input: 1 };
    const signal = 5 as unknown as AbortSignal;
    const key = { idempotencyKey: 'once' };
    expect(() => hub.submit(task, { signal, ...key })).toThrow(
      /^options\.signal must be an object/,
    );
    expect(() => hub.submit(task, null!)).toThrow(/^options must be an object/);
    expect(() => hub.submit(task, { key: 'x' } as object)).toThrow(/only signal, idempotencyKey/);
    expect(hub.stats().tasks).toMatchObject({ submitted: 0, open: 0 });

    const worker = await swarm.join('worker', hub);
    worker.handle('*', () => 42);
    expect(await hub.submit(task, key).result).toBe(42);

    await expect(hub.request('t', 1, { signal })).rejects.toThrow(/^options\.signal must/);
    await expect(hub.request('t', 1, null!)).rejects.toThrow(/^options must be an object/);
    await expect(hub.invite(null!)).rejects.toThrow(/^options must be an object/);
    await expect(hub.invite({ expiry: 5 } as object)).rejects.toThrow(/only role, expiresAt/);
    await swarm.close();
  });

  it('that gives a known member another role is ERR_SWARM_ROLE', async () => {
    const swarm = new TestSwarm();
    const hub = await swarm.hub();
    const worker = await swarm.join('worker', hub);
    const registration = await hub.createRegistration();
    await worker.registerMember(registration, { role: 'coordinator' });
    await expect(worker.registerMember(registration, { role: 'scout' })).rejects.toMatchObject({
      code: 'ERR_SWARM_REGISTRATION',
      details: { reason: 'ERR_SWARM_ROLE' },
    });
    expect(worker.members()).toMatchObject([{ agentId: hub.agentId, role: 'coordinator' }]);
    await swarm.close();
  });
});

describe('the addresses of an invitation', () => {
  const bytes = (length: number) => new Uint8Array(length).fill(7);
  const invitation = (addresses: unknown): Invitation => ({
    swarmId: 's',
    coordinator: 'c',
    addresses: addresses as string[],
    invitationId: bytes(16),
    secret: bytes(32),
    anchor: bytes(32),
    publicKey: bytes(32),
    epoch: 3,
    commitHash: bytes(32),
    role: 'worker',
    expiresAt: 5,
  });

  it.each([
    ['ws://x', /^addresses must be an array of strings, got string/],
    [[5], /^addresses\[0\] must be a string/],
    [[''], /^addresses\[0\] must have 1 to/],
    [['ws://ok', 'ä'.repeat(257)], /^addresses\[1\] must have at most 512 bytes, got 514/],
    [Array(9).fill('ws://x'), /^addresses must be at most 8, got 9/],
  ])('%o are refused when it is written', (addresses, message) => {
    expect(() => encodeInvitation(invitation(addresses))).toThrow(message);
  });

  it('at their bounds are read as they were written', () => {
    const most = invitation(Array(8).fill('x'.repeat(512)));
    expect(parseInvitation(encodeInvitation(most))).toEqual(most);
  });

  it('in a text of another kind or of too many characters are refused for what it is', () => {
    expect(() => parseInvitation('hello')).toThrow('an invitation starts with');
    expect(() => parseInvitation(`ruvector-invitation.${'A'.repeat(9000)}`)).toThrow(
      'at most 8192 characters',
    );
  });
});
