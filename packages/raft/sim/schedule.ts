import type { Random } from '@ruvector/core';
import { LASTING, type FaultKind, type Profile } from './profile.js';

/**
 * One thing that goes wrong. Whom it hits and how hard is in three numbers from 0 to below 1, which
 * are looked at when it happens: a run without one of the others still means something.
 */
export interface Fault {
  readonly kind: FaultKind;
  readonly atMs: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** What goes wrong in a run, in order of time. */
export function scheduleOf({ faults }: Profile, random: Random, untilMs: number): Fault[] {
  const all: Fault[] = [];
  const add = (kind: FaultKind, atMs: number, a: number) =>
    all.push({ kind, atMs, a, b: random.next(), c: random.next() });
  for (const [kind, rate] of Object.entries(faults) as [FaultKind, number][]) {
    if (LASTING.has(kind)) {
      add(kind, 0, rate * random.next());
      continue;
    }
    const gap = () => Math.ceil(-Math.log(1 - random.next()) * (1000 / rate));
    for (let at = gap(); at < untilMs; at += gap()) add(kind, at, random.next());
  }
  return all.sort((one, other) => one.atMs - other.atMs);
}
