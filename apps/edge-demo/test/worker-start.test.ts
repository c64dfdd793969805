import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readStart } from '../src/worker-start.js';

const start = {
  agentId: 'worker-001',
  coordinator: 'coordinator-001',
  workers: 3,
  capabilities: ['file glob'],
  invitation: 'ruvector-invitation.secret',
  model: 'ab',
};
const never = () => undefined;

describe('readStart', () => {
  it('reads one line, in however many pieces it comes', async () => {
    const input = new PassThrough();
    const read = readStart(input, never);
    for (const char of `${JSON.stringify(start)}\nmore`) input.write(char);
    expect(await read).toEqual(start);
  });

  it('tells when the input ends, before the line and after it', async () => {
    for (const text of ['', `${JSON.stringify(start)}\n`]) {
      const input = new PassThrough();
      const ended = new Promise<string>((resolve) => {
        void readStart(input, () => resolve('ended'));
      });
      input.end(text);
      expect(await ended).toBe('ended');
    }
  });

  it.each([
    ['{\n'],
    ['null\n'],
    ['{}\n'],
    [`${JSON.stringify({ ...start, invitation: 7 })}\n`],
    [`${JSON.stringify({ ...start, capabilities: [7] })}\n`],
    [`${JSON.stringify({ ...start, workers: 0 })}\n`],
    ['x'.repeat(70_000)],
  ])('refuses %.20j… without quoting it', async (text) => {
    const input = new PassThrough();
    const read = readStart(input, never);
    input.write(text);
    await expect(read).rejects.toThrow(/^a worker was started without a proper invitation$/);
  });
});
