import { ClosedError, fromWire, isEdgeError, TimeoutError, type EdgeError } from '@ruvector/core';
import { NotLeaderError, OverloadedError } from '../errors.js';
import type { Call, CallOptions } from './calls.js';
import type { Context } from './context.js';
import { UnknownOutcomeError } from './errors.js';
import type { Questions } from './questions.js';
import type { Answer } from './request-codec.js';

/** What became of a command. */
export interface Applied {
  /** The entry that it was applied by. */
  readonly index: number;
  /** What the state machine answered. */
  readonly result: Uint8Array;
}

interface Proposal {
  /** As it stands in the log. */
  readonly data: Uint8Array;
  readonly call: Call<Applied>;
  /** It is executed once however often it is proposed, so that it may be when in doubt. */
  readonly isRepeatable: boolean;
  /** Of another member, which decides itself whether to try again. */
  readonly isForeign: boolean;
  /** What came of an earlier try is not known. */
  isInDoubt: boolean;
  /** The question by which the leader was asked. */
  question: number | undefined;
}

interface Placed {
  readonly term: number;
  readonly proposal: Proposal;
  /** Stood at the same index, and was overwritten here: one of them may be committed yet. */
  readonly before: Placed | undefined;
}

/**
 * Commands on their way through the log. One is lost for sure only when another entry is applied in
 * its place, or when the leader says that it never took it: then it is proposed again. That an
 * entry was overwritten here does not tell, since another member may still have it and come to
 * lead.
 */
export class Proposals {
  readonly #context: Context;
  readonly #questions: Questions;
  /** Nobody to give them to. */
  #waiting: Proposal[] = [];
  /** In this member's log, by index. */
  readonly #placed = new Map<number, Placed>();
  #count = 0;
  #bytes = 0;

  constructor(context: Context, questions: Questions) {
    this.#context = context;
    this.#questions = questions;
  }

  /** @throws OverloadedError if no more may wait. */
  propose(
    data: Uint8Array,
    options: Required<Pick<CallOptions, 'timeoutMs'>> & CallOptions,
    isRepeatable: boolean,
  ): Promise<Applied> {
    const { timeoutMs, signal } = options;
    signal?.throwIfAborted();
    const late = () => new TimeoutError('a proposal', timeoutMs);
    const dueMs = this.#context.options.clock.monotonic() + timeoutMs;
    const proposal = this.#open(data, { dueMs, late, signal }, isRepeatable, false);
    this.#place(proposal);
    return proposal.call.promise;
  }

  /**
   * Takes a command of another member.
   *
   * @throws OverloadedError if no more may wait.
   */
  takeForeign(data: Uint8Array): Promise<Applied> {
    const late = () => new ClosedError('the server'); // is never due
    const proposal = this.#open(data, { dueMs: Infinity, late, signal: undefined }, false, true);
    this.#place(proposal);
    return proposal.call.promise;
  }

  #open(
    data: Uint8Array,
    setting: { dueMs: number; late: () => Error; signal: AbortSignal | undefined },
    isRepeatable: boolean,
    isForeign: boolean,
  ): Proposal {
    const { maxPendingCommands, maxPendingBytes } = this.#context.options;
    if (this.#count >= maxPendingCommands)
      throw new OverloadedError('maxPendingCommands', maxPendingCommands);
    if (this.#count > 0 && this.#bytes + data.length > maxPendingBytes)
      throw new OverloadedError('maxPendingBytes', maxPendingBytes);
    this.#count += 1;
    this.#bytes += data.length;
    const call = this.#context.calls.open<Applied>(setting, () => {
      this.#count -= 1;
      this.#bytes -= data.length;
      if (proposal.question !== undefined) this.#questions.forget(proposal.question);
    });
    const flags = { isRepeatable, isForeign, isInDoubt: false };
    const proposal: Proposal = { data, call, ...flags, question: undefined };
    return proposal;
  }

  /** Into the own log, or to the leader, or to wait for one. @returns whether it need not wait. */
  #place(proposal: Proposal): boolean {
    const { core, metrics, wake } = this.#context;
    // asked first, since an error for each of many that wait takes much of a tick
    if (core.summary().role !== 'leader') return this.#refused(proposal);
    try {
      const { index, term } = core.propose(proposal.data);
      this.#placed.set(index, { term, proposal, before: this.#placed.get(index) });
      proposal.call.mayBeDone = true;
      metrics.proposals += 1;
      metrics.proposedBytes += proposal.data.length;
      wake();
    } catch (error) {
      // leadership is being handed over
      if (isEdgeError(error, 'ERR_RAFT_NOT_LEADER')) return this.#refused(proposal);
      proposal.call.giveUp(error as Error);
    }
    return true;
  }

  /** This member cannot put it into its log. */
  #refused(proposal: Proposal): boolean {
    if (!proposal.isForeign) return this.#forward(proposal);
    proposal.call.reject(new NotLeaderError(undefined));
    return true;
  }

  #forward(proposal: Proposal): boolean {
    const { data, call, isRepeatable } = proposal;
    const request = { kind: 'propose', data } as const;
    const question = this.#questions.ask(request, isRepeatable, (answer) => {
      proposal.question = undefined;
      this.#answered(proposal, answer);
    });
    if (question === undefined) {
      this.#waiting.push(proposal);
      return false;
    }
    proposal.question = question;
    call.mayBeDone = true;
    this.#context.metrics.forwarded += 1;
    return true;
  }

  #answered(proposal: Proposal, answer: Answer | undefined): void {
    const { call } = proposal;
    if (answer === undefined) this.#unanswered(proposal);
    else if (answer.kind === 'done') call.resolve({ index: answer.index, result: answer.result });
    else if (answer.kind === 'notTaken') this.#retryLost(proposal);
    else this.#failed(proposal, fromWire({ ...answer, details: {} }));
  }

  #failed(proposal: Proposal, error: EdgeError): void {
    const { call, isRepeatable, isInDoubt } = proposal;
    if (error.code === 'ERR_RAFT_OVERLOADED') {
      call.mayBeDone = isInDoubt;
      call.giveUp(error);
    } else if (error.code !== 'ERR_RAFT_UNKNOWN_OUTCOME') call.reject(error);
    else if (isRepeatable) this.#retryInDoubt(proposal);
    else call.reject(new UnknownOutcomeError({ cause: error }));
  }

  #unanswered(proposal: Proposal): void {
    if (proposal.isRepeatable) this.#retryInDoubt(proposal);
    else proposal.call.reject(new UnknownOutcomeError());
  }

  /** Nothing came of the last try. */
  #retryLost(proposal: Proposal): void {
    proposal.call.mayBeDone = proposal.isInDoubt;
    this.#waiting.push(proposal);
  }

  /** Nobody knows what came of the last try. */
  #retryInDoubt(proposal: Proposal): void {
    proposal.isInDoubt = true;
    this.#waiting.push(proposal);
  }

  /**
   * Those that wait are tried again, in their order: at a tick, and when a leader is found. Where
   * one has to wait on, so have those behind it.
   */
  retry(): void {
    const waiting = this.#waiting.filter(({ call }) => !call.isOver);
    this.#waiting = [];
    const tried = waiting.findIndex((proposal) => !this.#place(proposal)) + 1;
    if (tried > 0) this.#waiting = [...this.#waiting, ...waiting.slice(tried)];
  }

  /** An entry was applied. */
  applied(index: number, term: number, outcome: Uint8Array | Error): void {
    let placed = this.#placed.get(index);
    if (placed === undefined) return;
    this.#placed.delete(index);
    for (; placed; placed = placed.before) {
      const { proposal } = placed;
      if (placed.term !== term) this.#lost(proposal);
      else if (outcome instanceof Error) proposal.call.reject(outcome);
      else proposal.call.resolve({ index, result: outcome });
    }
  }

  /** Another entry is committed in its place. */
  #lost(proposal: Proposal): void {
    if (proposal.isForeign) proposal.call.reject(new NotLeaderError(undefined));
    else this.#retryLost(proposal);
  }

  /** A snapshot stands for all entries up to this one: it does not say which they were. */
  skipped(index: number): void {
    for (const [at, first] of [...this.#placed]) {
      if (at > index) continue;
      this.#placed.delete(at);
      for (let placed: Placed | undefined = first; placed; placed = placed.before) {
        const { proposal } = placed;
        this.#unanswered(proposal);
      }
    }
  }
}
