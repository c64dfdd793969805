import { describe, expect, it } from 'vitest';
import { silentLogger } from '@ruvector/core';
import { Listeners } from '@ruvector/core/transport';

describe('Listeners', () => {
  it('calls one function as often as it was added, and each addition has its own way out', () => {
    const listeners = new Listeners<[number]>('handler', silentLogger);
    const heard: number[] = [];
    const handler = (n: number) => void heard.push(n);
    const remove = listeners.add(handler);
    listeners.add(handler);
    listeners.call(1);
    remove();
    remove();
    listeners.call(2);
    expect(heard).toEqual([1, 1, 2]);
    expect(listeners.size).toBe(1);
  });

  it('does not call one that an earlier one has just removed, nor one that it has just added', () => {
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

  it('calls nobody after `clear`, not even those whose turn was to come', () => {
    const listeners = new Listeners<[]>('handler', silentLogger);
    const heard: string[] = [];
    listeners.add(() => {
      heard.push('first');
      listeners.clear();
    });
    listeners.add(() => void heard.push('second'));
    listeners.call();
    listeners.call();
    expect(heard).toEqual(['first']);
    expect(listeners.size).toBe(0);
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
    expect(() => listeners.add(7 as never)).toThrow(
      new TypeError('frame handler must be a function, got number'),
    );
  });
});
