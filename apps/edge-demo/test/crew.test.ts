import path from 'node:path';
import { systemClock } from '@ruvector/edge/core';
import { describe, expect, it } from 'vitest';
import { Crew } from '../src/crew.js';
import { scratchFolder } from './scratch-folder.js';

const scratch = scratchFolder();
/** A worker that never says that it is ready: the test says so for it. */
const program = path.join(
  scratch.fill('program', { 'mute.mjs': 'process.stdin.resume();' }),
  'mute.mjs',
);

/** A crew whose time passes when the test says so; `event` waits for what it does next. */
function crewOf(workers: number) {
  const events: string[] = [];
  const timers: { f: () => void; ms: number; isCancelled: boolean }[] = [];
  let tell = () => undefined as void;
  const happen = (event: string) => {
    events.push(event);
    tell();
  };
  const setTimeout = (f: () => void, ms: number) => {
    const timer = { f, ms, isCancelled: false };
    timers.push(timer);
    happen(`timer ${ms}`);
    return () => void (timer.isCancelled = true);
  };
  const crew = new Crew({
    workers,
    coordinator: 'coordinator-001',
    model: 'ab',
    program,
    invite: () => Promise.resolve('an invitation'),
    clock: { ...systemClock, setTimeout },
    onLate: (id, ms) => happen(`${id} is late after ${ms}`),
    onReplaced: (lost, id) => happen(`${id} for ${lost.id}: ${lost.lastWords}`),
  });
  const until = async (count: number) => {
    while (events.length < count) await new Promise<void>((resolve) => (tell = resolve));
  };
  return { crew, events, timers, until };
}

describe('Crew', () => {
  it('kills and replaces a worker that is not ready after 20 s', async () => {
    const { crew, events, timers, until } = crewOf(1);
    const started = crew.start();
    await until(1);
    process.kill(crew.find('worker-001')!.pid, 'SIGSTOP');
    timers[0]!.f();
    await until(4);
    expect(events).toEqual([
      'timer 20000',
      'worker-001 is late after 20000',
      'worker-002 for worker-001: worker-001 ended with SIGKILL',
      'timer 20000',
    ]);
    expect(crew.find('worker-001')!.alive).toBe(false);
    expect(crew.ready('worker-002')).toBe(true);
    await started;
    expect(timers[1]!.isCancelled).toBe(true);
    expect(crew.members.map(({ id }) => id)).toEqual(['worker-002']);
    await crew.end();
    expect(crew.alive).toEqual([]);
  });

  it('has more patience with each of 64 workers', async () => {
    const { crew, events, until } = crewOf(64);
    void crew.start();
    await until(4); // as many as start at once
    expect(new Set(events)).toEqual(new Set(['timer 80000']));
    await crew.end();
  });
});
