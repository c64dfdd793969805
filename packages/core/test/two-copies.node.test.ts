import { ClosedError, EdgeError, isEdgeError, toWire } from '@ruvector/core';
import { expect, it, vi } from 'vitest';

it('isEdgeError knows the errors of another copy of this package', async () => {
  vi.resetModules();
  const other = await import('@ruvector/core');
  expect(other.EdgeError).not.toBe(EdgeError);
  const error = new other.ClosedError('socket');
  expect(error).not.toBeInstanceOf(EdgeError);
  expect(isEdgeError(error, 'ERR_CLOSED')).toBe(true);
  expect(other.isEdgeError(new ClosedError('socket'), 'ERR_CLOSED')).toBe(true);
  expect(toWire(error).code).toBe('ERR_CLOSED');
});
