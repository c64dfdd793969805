import { isEdgeError } from '@ruvector/core';
import type { Context } from './context.js';
import { decodeCommand } from './command-codec.js';
import { Duplicates } from './duplicates.js';
import { UnknownOutcomeError } from './errors.js';
import { isPassing } from './goals.js';
import type { Membership } from './membership.js';
import type { Applied, Proposals } from './proposals.js';
import type { ReadRequests } from './read-requests.js';
import { encodeFrame, type Answer, type Request, type Ticket } from './request-codec.js';
import type { Transfers } from './transfers.js';

/** What a leader can do for other members. */
interface Services {
  readonly proposals: Proposals;
  readonly reads: ReadRequests;
  readonly membership: Membership;
  readonly transfers: Transfers;
}

const NOTHING: Answer = { kind: 'notTaken' };
const DONE: Answer = { kind: 'done', index: 0, result: new Uint8Array(0) };

/** The leader's side of what other members ask. */
export class Answering {
  readonly #context: Context;
  readonly #services: Services;
  /** What was taken in `#term`, the last in which this member led and was asked. */
  readonly #duplicates = new Duplicates();
  #term: number;
  /** Up to this term it is not known what was taken: by this member before it was started again. */
  #forgottenTerm: number;

  constructor(context: Context, services: Services) {
    this.#context = context;
    this.#services = services;
    this.#term = context.core.summary().term;
    this.#forgottenTerm = this.#term;
  }

  /** @throws MalformedError for a command that no server makes. */
  asked(from: string, ticket: Ticket, request: Request): void {
    const { core } = this.#context;
    const { role, term } = core.summary();
    const answer = (said: Answer) => this.#answer(from, ticket, said);
    if (role !== 'leader' || ticket.term !== term) {
      if (request.kind === 'propose') this.#tooLate(from, ticket, answer);
      else answer(NOTHING);
      return;
    }
    if (this.#term !== term) {
      this.#duplicates.forget();
      this.#forgottenTerm = this.#term;
      this.#term = term;
    }
    if (request.kind === 'propose') this.#propose(from, ticket, request.data, answer);
    else if (request.kind === 'read')
      attempt(answer, () => this.#services.reads.takeForeign(answer));
    else
      attempt(answer, () => {
        if (request.kind === 'change') this.#services.membership.pursue(request.changes);
        else this.#services.transfers.pursue(request.to);
        answer(DONE);
      });
  }

  /**
   * A command that cannot be taken now may have been: a network that repeats the frame must not
   * make it two. Whoever asked is told what came of the first when that is known.
   */
  #tooLate(
    from: string,
    { incarnation, number, term }: Ticket,
    answer: (said: Answer) => void,
  ): void {
    if (term <= this.#forgottenTerm) answer(failure(new UnknownOutcomeError()));
    else if (term !== this.#term || !this.#duplicates.has(from, incarnation, number))
      answer(NOTHING);
  }

  #propose(
    from: string,
    { incarnation, number }: Ticket,
    data: Uint8Array,
    answer: (said: Answer) => void,
  ): void {
    decodeCommand(data);
    if (this.#duplicates.has(from, incarnation, number)) return;
    // no room to remember it: it was not taken, and nor is it now
    if (!this.#duplicates.isFirst(from, incarnation, number)) return answer(NOTHING);
    this.#context.metrics.forwardedHere += 1;
    attempt(answer, () => {
      const done = ({ index, result }: Applied) => answer({ kind: 'done', index, result });
      this.#services.proposals.takeForeign(data).then(done, (error: unknown) => {
        answer(failure(error));
      });
    });
  }

  #answer(to: string, { incarnation, number, term }: Ticket, answer: Answer): void {
    const { post, options } = this.#context;
    const frame = encodeFrame({ incarnation, number, term, answer });
    const { maxFrameBytes } = options.transport.caps;
    if (frame.length <= maxFrameBytes) post.frame(to, frame);
    else {
      const message = `the result takes a frame of ${frame.length} bytes, and ${maxFrameBytes} fit`;
      const failed = { kind: 'failed', code: 'ERR_FRAME_TOO_LARGE', message } as const;
      post.frame(to, encodeFrame({ incarnation, number, term, answer: failed }));
    }
  }
}

function attempt(answer: (said: Answer) => void, act: () => void): void {
  try {
    act();
  } catch (error) {
    answer(failure(error));
  }
}

function failure(error: unknown): Answer {
  if (isPassing(error)) return NOTHING;
  const message = error instanceof Error ? error.message : 'failed';
  return { kind: 'failed', code: isEdgeError(error) ? error.code : '', message };
}
