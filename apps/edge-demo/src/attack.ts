import type { Clock } from '@ruvector/edge/core';
import { counted } from './counts.js';
import { DemoTopic } from './demo-topics.js';
import type { Fault } from './flags.js';
import type { Host } from './host.js';
import { forge, Intruder } from './intruder.js';
import type { Narrator } from './narrator.js';
import type { ProgressLog } from './progress-log.js';

/** Whether the swarm withstood; `null` for what was not tried. */
export interface AttackReport {
  readonly forgedRefused: boolean | null;
  readonly replayRefused: boolean | null;
}

export interface AttackOptions {
  readonly host: Host;
  readonly faults: ReadonlySet<Fault>;
  readonly progress: ProgressLog;
  readonly narrator: Narrator;
  readonly clock: Clock;
}

const STRANGER = 'stranger-001';

/** Too old, or of keys that are gone, is as good a reason as heard before. */
const REPLAY_CODES = ['ERR_ENVELOPE_REPLAY', 'ERR_ENVELOPE_TIME', 'ERR_ENVELOPE_EPOCH'];
const FORGERY_CODES = ['ERR_ENVELOPE_SIGNATURE'];

/**
 * A stranger forges a message of a worker and sends genuine ones again. Each frame must be refused,
 * for the right reason, and no handler may hear of it.
 */
export async function attack(options: AttackOptions): Promise<AttackReport> {
  const { host, faults, progress, narrator, clock } = options;
  if (!faults.has('forge') && !faults.has('replay')) return nothingShown(faults);
  const [victim] = host.recorder.peers;
  const genuine = victim === undefined ? [] : host.recorder.of(victim);
  const latest = genuine.at(-1);
  if (victim === undefined || latest === undefined) return nothingShown(faults);
  const intruder = new Intruder(STRANGER, { swarm: host.swarm, url: host.url, clock });
  try {
    await intruder.open();
    const assault = async (what: string, frames: readonly Uint8Array[], codes: string[]) => {
      const repeated = progress.repeated;
      const got = await intruder.send(frames);
      const isRefused = got.length === frames.length && got.every((code) => codes.includes(code));
      const withstood = isRefused && progress.repeated === repeated;
      const reasons = [...new Set(got)].join(', ') || 'no refusal';
      const verdict = withstood ? 'refused' : 'NOT REFUSED as it should be';
      narrator.say(`🛡️ ${what}: ${verdict} (${reasons})`);
      return withstood;
    };
    const heard = counted(genuine.length, 'message');
    const forged = () =>
      forge(latest, {
        swarmId: host.swarm.swarmId,
        topic: DemoTopic.progress,
        payload: { done: -1 },
        clock,
      });
    return {
      forgedRefused: faults.has('forge')
        ? await assault(`message forged in the name of ${victim}`, [forged()], FORGERY_CODES)
        : null,
      replayRefused: faults.has('replay')
        ? await assault(`${heard} of ${victim} replayed`, genuine, REPLAY_CODES)
        : null,
    };
  } finally {
    await intruder.close();
  }
}

/** What was asked for and could not be shown counts as not refused. */
const nothingShown = (faults: ReadonlySet<Fault>): AttackReport => ({
  forgedRefused: faults.has('forge') ? false : null,
  replayRefused: faults.has('replay') ? false : null,
});
