import { checkInteger } from '@ruvector/edge/core';
import type { DefectorReport } from './defector.js';
import { DemoTopic } from './demo-topics.js';
import type { Host } from './host.js';
import type { Narrator } from './narrator.js';
import type { WorkerProcess } from './worker-process.js';

/** Secrets told after a worker was expelled. */
const SECRETS = 20;

export interface ExpelOptions {
  readonly host: Host;
  /** Those of whom one is expelled: the last, unless it dies of itself meanwhile. */
  readonly workers: () => readonly WorkerProcess[];
  readonly narrator: Narrator;
}

/**
 * Expels a worker that has turned against the swarm, tells secrets to the others, and hands every
 * frame that was sent since then to its process, which tries to read them.
 *
 * @returns whether it could read before and can read nothing now; `null` with fewer than two
 * workers: there would be nobody to tell secrets to.
 */
export async function expel({ host, workers, narrator }: ExpelOptions): Promise<boolean | null> {
  for (let left = workers(); left.length > 1; left = workers()) {
    const worker = left.at(-1)!;
    const report = await attempt(host, worker);
    if (report === undefined) continue; // killed from outside: another one
    const { before, after, frames } = report;
    const isBlind = before > 0 && after === 0 && frames >= SECRETS;
    const verdict = isBlind ? 'none' : `${after}, WHICH SHOULD BE NONE`;
    narrator.say(`🚪 ${worker.id} is expelled: of ${frames} frames since it reads ${verdict}`);
    return isBlind;
  }
  return null;
}

async function attempt(host: Host, worker: WorkerProcess): Promise<DefectorReport | undefined> {
  const { swarm } = host;
  try {
    await swarm.publish(DemoTopic.secret, 0);
    await swarm.request(DemoTopic.turn(worker.id), null);
    host.sent.start();
    await swarm.expel(worker.id);
    for (let i = 1; i <= SECRETS; i++) await swarm.publish(DemoTopic.secret, i);
    const sent = host.sent.stop();
    for (const frame of sent) await host.sent.push(worker.id, frame);
    return readReport(await worker.ask(String(sent.length)));
  } catch (error) {
    if (!worker.alive) return undefined;
    throw error;
  }
}

function readReport(line: string): DefectorReport {
  const { frames, before, after } = JSON.parse(line) as Record<string, unknown>;
  const count = (value: unknown) => checkInteger('a count of the defector', value, { min: 0 });
  return { frames: count(frames), before: count(before), after: count(after) };
}
