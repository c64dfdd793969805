import { TimeoutError } from '@ruvector/core';
import { OverloadedError } from '../errors.js';
import type { Ready } from '../ready.js';
import type { Applying } from './applying.js';
import type { Call, CallOptions } from './calls.js';
import type { Context } from './context.js';
import type { Questions } from './questions.js';
import type { Answer } from './request-codec.js';

/** Who asked for an index. */
interface Asker {
  granted(index: number): void;
  dropped(): void;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Linearizable reads. Those that come while the last batch was asked for share one index: it has to
 * be found after all of them came, and may serve any number.
 */
export class ReadRequests {
  readonly #context: Context;
  readonly #questions: Questions;
  readonly #applying: Applying;
  #fresh: Call<number>[] = [];
  /** They were asked in vain, and are asked again at the next tick or leader. */
  #unanswered: Call<number>[] = [];
  /** Whom the core is asked for, by context. */
  readonly #asked = new Map<string, Asker>();
  /** Their index is known, and not applied yet. */
  #known: { readonly index: number; readonly calls: readonly Call<number>[] }[] = [];
  #number = 0;
  #open = 0;

  constructor(context: Context, questions: Questions, applying: Applying) {
    this.#context = context;
    this.#questions = questions;
    this.#applying = applying;
  }

  /** @throws OverloadedError if no more may wait. */
  read(options: Required<Pick<CallOptions, 'timeoutMs'>> & CallOptions): Promise<number> {
    const { timeoutMs, signal } = options;
    const { calls, options: bounds, wake } = this.#context;
    signal?.throwIfAborted();
    if (this.#open >= bounds.maxPendingCalls)
      throw new OverloadedError('maxPendingCalls', bounds.maxPendingCalls);
    const dueMs = bounds.clock.monotonic() + timeoutMs;
    const late = () => new TimeoutError('a linearizable read', timeoutMs);
    this.#open += 1;
    const call = calls.open<number>({ dueMs, late, signal }, () => (this.#open -= 1));
    this.#fresh.push(call);
    wake();
    return call.promise;
  }

  /** Of another member: it waits itself until it has applied what the index says. */
  takeForeign(answer: (answer: Answer) => void): void {
    this.#askCore({
      granted: (index) => answer({ kind: 'done', index, result: NO_BYTES }),
      dropped: () => answer({ kind: 'notTaken' }),
    });
    this.#context.wake();
  }

  /** Asks for those that have come since. Called before all that is there to do is taken. */
  flush(): void {
    const calls = this.#fresh.filter((call) => !call.isOver);
    this.#fresh = [];
    if (calls.length === 0) return;
    const again = () => void this.#unanswered.push(...calls);
    const granted = (index: number) => this.#grant(index, calls);
    if (this.#context.core.summary().role === 'leader') {
      try {
        this.#askCore({ granted, dropped: again });
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
      return;
    }
    const hear = (answer?: Answer) => (answer?.kind === 'done' ? granted(answer.index) : again());
    if (this.#questions.ask({ kind: 'read' }, true, hear) === undefined) again();
    else this.#context.metrics.readBatches += 1;
  }

  retry(): void {
    this.#fresh.push(...this.#unanswered.splice(0));
  }

  /** @throws NotLeaderError, OverloadedError */
  #askCore(asker: Asker): void {
    const { core, options, metrics } = this.#context;
    const index = core.leaseRead(options.clock.monotonic());
    metrics.readBatches += 1;
    if (index !== undefined) {
      metrics.leaseReads += 1;
      asker.granted(index);
      return;
    }
    const name = String(++this.#number);
    core.readIndex(name);
    this.#asked.set(name, asker);
  }

  #grant(index: number, calls: readonly Call<number>[]): void {
    if (index <= this.#applying.index) for (const call of calls) call.resolve(index);
    else this.#known.push({ index, calls });
  }

  /** What the core says of those it was asked for. */
  heard({ readStates, droppedReads }: Ready): void {
    for (const { context, index } of readStates) this.#take(context)?.granted(index);
    for (const context of droppedReads) this.#take(context)?.dropped();
  }

  #take(context: string): Asker | undefined {
    const asker = this.#asked.get(context);
    this.#asked.delete(context);
    return asker;
  }

  /** More was applied. */
  applied(): void {
    if (this.#known.length === 0) return;
    const known = this.#known;
    this.#known = [];
    for (const { index, calls } of known) this.#grant(index, calls);
  }
}
