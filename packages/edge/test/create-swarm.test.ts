import { createServer } from 'node:net';
import { EdgeError, isEdgeError } from '@ruvector/core';
import { MemoryNetwork } from '@ruvector/core/memory';
import { parseInvitation, type P2PSwarm } from '@ruvector/swarm';
import { afterEach, describe, expect, it } from 'vitest';
import { createSwarm, type CreateSwarmOptions } from '../src/create-swarm.js';

const LOOPBACK = 'ws://127.0.0.1:0';
const open: P2PSwarm[] = [];

/** A swarm that the test need not close. */
async function start(options: CreateSwarmOptions): Promise<P2PSwarm> {
  const swarm = await createSwarm(options);
  open.push(swarm);
  return swarm;
}

const chief = (more: Partial<CreateSwarmOptions> = {}) =>
  start({ agentId: 'chief', role: 'coordinator', listen: LOOPBACK, ...more });

/** The rejection of `createSwarm`, for any options. */
const failure = async (options: unknown): Promise<unknown> => {
  try {
    await start(options as CreateSwarmOptions);
  } catch (error) {
    return error;
  }
  throw new Error('createSwarm did not fail');
};

afterEach(async () => {
  for (const swarm of open.splice(0).reverse()) await swarm.close();
});

describe('createSwarm', () => {
  it('begins a swarm of its own in memory if told nothing else', async () => {
    const swarm = await start({ agentId: 'alone' });
    expect(swarm.agentId).toBe('alone');
    expect(swarm.swarmId).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
    expect(swarm.stats().members).toMatchObject({ registered: 1, live: 0 });
  });

  it('joins over WebSocket with an invitation alone, and messages flow both ways', async () => {
    const one = await chief();
    const two = await start({ agentId: 'smith', join: await one.invite() });
    expect(two.swarmId).toBe(one.swarmId);
    one.reply('double', (message) => 2 * message.json<number>());
    two.reply('negate', (message) => -message.json<number>());
    expect((await two.request('double', 21)).json()).toBe(42);
    expect((await one.request('negate', 7)).json()).toBe(-7);
  });

  it('sends a task to the member that can do it and brings back a receipt', async () => {
    const one = await chief();
    const two = await start({
      agentId: 'smith',
      capabilities: ['forging iron'],
      join: await one.invite(),
    });
    two.handle('forging iron', (task) => `${String(task.input)} made by ${two.agentId}`);
    const task = one.submit({ description: 'forge a horseshoe of iron', input: 'horseshoe' });
    expect(await task.result).toBe('horseshoe made by smith');
    expect((await task.receipt).executor).toBe('smith');
  });

  it('writes the address it really listens at into invitations', async () => {
    const { addresses } = parseInvitation(await (await chief()).invite());
    expect(addresses).toHaveLength(1);
    expect(addresses[0]).toMatch(/^ws:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  it('writes the addresses it is told instead, where a proxy stands in front', async () => {
    const one = await chief({ addresses: () => ['wss://swarm.example/edge'] });
    const { addresses } = parseInvitation(await one.invite());
    expect(addresses).toEqual(['wss://swarm.example/edge']);
  });

  it('lets a member that joined listen too', async () => {
    const one = await chief();
    const two = await start({ agentId: 'smith', listen: LOOPBACK, join: await one.invite() });
    expect(two.swarmId).toBe(one.swarmId);
    expect(two.addresses).toHaveLength(1);
    expect(two.addresses[0]).not.toBe(one.addresses[0]);
  });

  it('uses the transport it is given, for joining as well', async () => {
    const network = new MemoryNetwork();
    const one = await start({
      agentId: 'chief',
      role: 'coordinator',
      transport: network.transport('chief'),
    });
    const join = await one.invite();
    const two = await start({ agentId: 'smith', transport: network.transport('smith'), join });
    expect(two.swarmId).toBe(one.swarmId);
  });
});

describe('createSwarm refuses', () => {
  it.each([undefined, null, 'chief', 7])('%s instead of options', async (options) => {
    expect(await failure(options)).toBeInstanceOf(TypeError);
  });

  it.each([
    [
      'an unknown option',
      { agentId: 'a', capabilites: [] },
      /options\.capabilites is not an option/,
    ],
    ['__proto__ as an option', JSON.parse('{"agentId":"a","__proto__":{}}'), /__proto__ is not/],
    ['no agent id', {}, /^agentId must be a string/],
    ['an agent id that is no id', { agentId: 'a b' }, /^agentId must be 1 to 128/],
    ['capabilities that are no list', { agentId: 'a', capabilities: 'x' }, /^capabilities must/],
    ['an address without port', { agentId: 'a', listen: 'ws://127.0.0.1' }, /^listen must have/],
    ['TLS in listen', { agentId: 'a', listen: 'wss://127.0.0.1:0' }, /for TLS make the transport/],
    ['an unknown role', { agentId: 'a', role: 'king' }, /^options\.role must be one of/],
    ['a swarm key of 31 bytes', { agentId: 'a', swarmKey: new Uint8Array(31) }, /32/],
    ['an unknown limit', { agentId: 'a', limits: { x: 1 } }, /limits\.x is not a limit/],
  ])('%s with a TypeError or RangeError that says so', async (_, options, message) => {
    const error = (await failure(options)) as Error;
    expect([TypeError, RangeError]).toContain(error.constructor);
    expect(error.message).toMatch(message);
  });

  it('a transport of the caller together with listen', async () => {
    const transport = new MemoryNetwork().transport('a');
    const error = await failure({ agentId: 'a', listen: LOOPBACK, transport });
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^listen and transport exclude/);
  });

  it('an invitation together with a key', async () => {
    const join = await (await chief()).invite();
    const error = await failure({ agentId: 'a', join, swarmKey: new Uint8Array(32) });
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/^swarmKey must be undefined/);
  });

  it.each(['', 'ruvector-invitation.', 'ruvector-invitation.AAAA', 'x'.repeat(100_000)])(
    'an invitation that is damaged, without repeating it (case %#)',
    async (join) => {
      const error = await failure({ agentId: 'a', join });
      expect(isEdgeError(error, 'ERR_MALFORMED')).toBe(true);
      expect((error as Error).message.length).toBeLessThan(200);
    },
  );

  it('an invitation without an address, unless a transport reaches its author', async () => {
    const one = await start({ agentId: 'chief', role: 'coordinator' });
    const error = await failure({ agentId: 'a', join: await one.invite() });
    expect(isEdgeError(error, 'ERR_SWARM_JOIN')).toBe(true);
    expect((error as EdgeError).details).toMatchObject({ coordinator: 'chief' });
  });
});

describe('createSwarm that fails leaves nothing open', () => {
  it('when the port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      const error = await failure({ agentId: 'a', listen: `ws://127.0.0.1:${port}` });
      expect(isEdgeError(error, 'ERR_WS_LISTEN')).toBe(true);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await start({ agentId: 'a', role: 'coordinator', listen: `ws://127.0.0.1:${port}` });
  });

  it('when the signal has aborted before', async () => {
    const reason = new Error('changed my mind');
    const transport = new MemoryNetwork().transport('a');
    expect(await failure({ agentId: 'a', transport, signal: AbortSignal.abort(reason) })).toBe(
      reason,
    );
    expect(() => transport.send('b', new Uint8Array(1))).toThrow(
      expect.objectContaining({ code: 'ERR_CLOSED' }),
    );
  });

  it('when the signal aborts while the inviter does not answer', async () => {
    const one = await chief();
    const join = await one.invite();
    await one.close();
    const aborter = new AbortController();
    const failing = failure({ agentId: 'a', join, signal: aborter.signal });
    const reason = new Error('waited long enough');
    setImmediate(() => aborter.abort(reason));
    expect(await failing).toBe(reason);
  });

  it('when the secret in the invitation is not the inviter’s', async () => {
    const one = await chief();
    const join = changeSecret(await one.invite());
    const aborter = new AbortController();
    one.on('refused', ({ code }) => aborter.abort(code));
    const reason = await failure({ agentId: 'a', join, signal: aborter.signal });
    expect(reason).toBe('ERR_SWARM_INVITATION');
    expect(one.stats().members.registered).toBe(1);
  });
});

/** The same invitation with one bit of its secret flipped: still well-formed. */
function changeSecret(invitation: string): string {
  const [prefix, text] = invitation.split('.') as [string, string];
  const { secret } = parseInvitation(invitation);
  const bytes = Buffer.from(text, 'base64url');
  bytes[bytes.indexOf(secret)]! ^= 1;
  return `${prefix}.${bytes.toString('base64url')}`;
}
