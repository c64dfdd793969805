import { createServer } from 'node:net';
import { isEdgeError } from '@ruvector/edge/core';
import { describe, expect, it } from 'vitest';
import { openHost } from '../src/host.js';

describe('openHost', () => {
  it('listens on a free port of the loopback', async () => {
    const host = await openHost({ port: 0, workers: 1 });
    expect(host.url).toMatch(/^ws:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect(host.swarm.addresses).toEqual([host.url]);
    await host.swarm.close();
  });

  it('says in one line that a port is in use, and leaves nothing open', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const error: unknown = await openHost({ port, workers: 1 }).catch((cause: unknown) => cause);
    expect(isEdgeError(error, 'ERR_DEMO_USAGE')).toBe(true);
    expect((error as Error).message).toBe(`--port ${port} is in use`);
    await new Promise((done) => server.close(done));
    const host = await openHost({ port, workers: 1 });
    await host.swarm.close();
  });
});
