import { Waiters } from '@ruvector/core/transport';
import { expect, it } from 'vitest';

it('Waiters reject what nobody awaits without an unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const listen = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', listen);
  const waiters = new Waiters<string>();
  void waiters.wait('a');
  waiters.rejectAll(new Error('nobody hears this'));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', listen);
  expect(unhandled).toEqual([]);
});
