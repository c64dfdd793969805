import { describe, expect, it } from 'vitest';
import { silentLogger } from '@ruvector/core';
import { Listeners } from '../src/listeners.js';

describe('Listeners', () => {
  it('calls in turn, each addition of the same function once, until it is taken back', () => {
    const listeners = new Listeners<[number]>('handler', silentLogger);
    const heard: number[] = [];
    const handler = (n: number) => void heard.push(n);
    const first = listeners.add(handler);
    listeners.add(handler);
    listeners.call(1);
    first();
    first();
    listeners.call(2);
    expect(heard).toEqual([1, 1, 2]);
    expect(listeners.size).toBe(1);
  });

  it('leaves out who was removed during the call, and who was added', () => {
    const listeners = new Listeners<[]>('handler', silentLogger);
    const heard: string[] = [];
    listeners.add(() => {
      heard.push('first');
      remove();
      listeners.add(() => void heard.push('late'));
    });
    const remove = listeners.add(() => void heard.push('removed'));
    listeners.call();
    expect(heard).toEqual(['first']);
  });

  it('logs what a handler throws and goes on', () => {
    const logged: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void logged.push(message) };
    const listeners = new Listeners<[]>('frame handler', logger);
    let heard = 0;
    listeners.add(() => {
      throw new Error('thrown on purpose');
    });
    listeners.add(() => void heard++);
    listeners.call();
    expect(heard).toBe(1);
    expect(logged).toEqual(['a frame handler threw']);
  });

  it('refuses what is no function', () => {
    const listeners = new Listeners<[]>('frame handler', silentLogger);
    expect(() => listeners.add(7 as never)).toThrow(/frame handler must be a function, got number/);
  });
});
