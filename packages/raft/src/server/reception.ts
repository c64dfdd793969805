import { isEdgeError } from '@ruvector/core';
import { membersOf, type Configuration } from '../configuration.js';
import { decodeMessage } from '../message-codec.js';
import type { Answering } from './answering.js';
import type { Context } from './context.js';
import type { Questions } from './questions.js';
import { decodeFrame, isRequestFrame } from './request-codec.js';

/**
 * Takes what the transport delivers. Frames are of members and learners only, and from whom the
 * transport says; while no leader is known here Raft's messages are taken from anybody, and then
 * from who turns out to lead, since this member may have missed who came meanwhile, and its vote
 * may be needed.
 */
export class Reception {
  readonly #context: Context;
  readonly #questions: Questions;
  readonly #answering: Answering;
  #config: Configuration | undefined;
  #members: ReadonlySet<string> = new Set();

  constructor(context: Context, questions: Questions, answering: Answering) {
    this.#context = context;
    this.#questions = questions;
    this.#answering = answering;
  }

  /** @throws InconsistentLogError, and what nobody expects: the server must stop then. */
  take(from: string, frame: Uint8Array): void {
    const { metrics, wake } = this.#context;
    metrics.framesIn += 1;
    metrics.bytesIn += frame.length;
    try {
      if (this.#hear(from, frame)) wake();
      else metrics.refusedIn += 1;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      metrics.refusedIn += 1;
    }
  }

  /** @returns whether it is from whom it says, and that is somebody. */
  #hear(from: string, frame: Uint8Array): boolean {
    const { core } = this.#context;
    if (isRequestFrame(frame)) {
      const told = decodeFrame(frame);
      // who was asked may have left meanwhile, and knows what became of it
      if (!told.request) return this.#questions.answered(from, told, told.answer);
      if (!this.#isMember(from)) return false;
      this.#answering.asked(from, told, told.request);
      return true;
    }
    const { leader } = core.summary();
    if (leader !== undefined && leader !== from && !this.#isMember(from)) return false;
    const message = decodeMessage(frame);
    if (message.from !== from) return false;
    core.step(message);
    return true;
  }

  #isMember(id: string): boolean {
    const { config } = this.#context.core.summary();
    if (config !== this.#config) {
      this.#config = config;
      this.#members = new Set(membersOf(config));
    }
    return this.#members.has(id);
  }
}

/** What is wrong with a frame, and not with this member. */
const isRefusal = (error: unknown): boolean =>
  error instanceof RangeError ||
  isEdgeError(error, 'ERR_MALFORMED') ||
  isEdgeError(error, 'ERR_LIMIT');
