import type { LeaseOptions } from './core-options.js';

/**
 * How long a leader may answer reads without asking (thesis, §6.4.1). Whoever answered a heartbeat
 * votes for nobody else for `electionTicks` from then on, and so from when it was sent on; a tick
 * less, since the first of them may come at once.
 */
export class Lease {
  readonly #lengthMs: number;
  /** Rounds of heartbeats and when they were sent, ascending. */
  #sent: { readonly round: number; readonly atMs: number }[] = [];
  #untilMs = -Infinity;

  constructor({ tickMs, maxDrift }: Required<LeaseOptions>, electionTicks: number) {
    this.#lengthMs = (electionTicks - 1) * tickMs * (1 - maxDrift);
  }

  /** A heartbeat goes out, at this moment or later. */
  sent(round: number, atMs: number): void {
    this.#sent.push({ round, atMs });
  }

  /** A majority has answered all heartbeats up to this one. */
  confirmed(round: number): void {
    let count = 0;
    while (count < this.#sent.length && this.#sent[count]!.round <= round) count++;
    if (count === 0) return;
    this.#untilMs = this.#sent[count - 1]!.atMs + this.#lengthMs;
    if (count === this.#sent.length) this.#sent.length = 0;
    else this.#sent.splice(0, count);
  }

  holdsAt(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }
}
