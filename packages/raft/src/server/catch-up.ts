import type { RaftStatus } from '../status.js';

interface Round {
  /** The last entry of the leader when the round began. */
  readonly target: number;
  ticks: number;
}

/**
 * Whether a learner has caught up (Ongaro's thesis, §4.2.1): it gets the log in rounds, each of
 * what came during the one before, and is there when a round takes less than the time of an
 * election.
 */
export class CatchUp {
  readonly #electionTicks: number;
  readonly #rounds = new Map<string, Round | 'done'>();

  constructor(electionTicks: number) {
    this.#electionTicks = electionTicks;
  }

  /** Who was asked about is watched from then on. */
  isDone(id: string, { lastIndex, progress }: RaftStatus): boolean {
    const round = this.#rounds.get(id);
    if (round === 'done') return true;
    if (round === undefined) this.#rounds.set(id, { target: lastIndex, ticks: 0 });
    else this.#look(id, round, lastIndex, progress[id]?.match ?? 0);
    return this.#rounds.get(id) === 'done';
  }

  #look(id: string, round: Round, lastIndex: number, match: number): void {
    if (match < round.target) return;
    const isFast = round.ticks < this.#electionTicks;
    this.#rounds.set(id, isFast ? 'done' : { target: lastIndex, ticks: 0 });
  }

  tick(): void {
    for (const round of this.#rounds.values()) if (round !== 'done') round.ticks += 1;
  }

  /** Another leader, or none: what was seen counts no more. */
  forget(): void {
    this.#rounds.clear();
  }
}
