import type { Context } from './context.js';
import { encodeFrame, type Answer, type Request, type Ticket } from './request-codec.js';

interface Question {
  readonly to: string;
  readonly term: number;
  readonly hear: (answer: Answer | undefined) => void;
  /** It may be asked again. */
  readonly isRepeatable: boolean;
  ticksLeft: number;
}

/** A busy leader takes its time, and a command that is proposed again makes it busier. */
const PROPOSAL_PATIENCE = 4;

/** What this member has asked its leader and waits to hear. Each is answered once at most. */
export class Questions {
  readonly #context: Context;
  readonly #incarnation: number;
  readonly #open = new Map<number, Question>();
  #number = 0;

  constructor(context: Context) {
    this.#context = context;
    this.#incarnation = context.options.random.uint32();
  }

  /**
   * Asks whoever leads.
   *
   * @param hear - called later and once at most. One that is repeatable hears `undefined`
   *   when there was no answer for a while, or another leader is found; one that is not when
   *   another leader is there for a while, and who was asked has not answered.
   * @returns the question's number; `undefined` if it was not sent, for sure.
   */
  ask(
    request: Request,
    isRepeatable: boolean,
    hear: (answer: Answer | undefined) => void,
  ): number | undefined {
    const { core, id, post, options } = this.#context;
    const { leader, term } = core.summary();
    if (leader === undefined || leader === id) return undefined;
    const number = ++this.#number;
    const frame = encodeFrame({ incarnation: this.#incarnation, number, term, request });
    if (!post.frame(leader, frame)) return undefined;
    const ticksLeft = options.retryTicks * (request.kind === 'propose' ? PROPOSAL_PATIENCE : 1);
    const question = { to: leader, term, hear, isRepeatable, ticksLeft };
    this.#open.set(number, question);
    return number;
  }

  /** Nobody waits for its answer any more. */
  forget(number: number): void {
    this.#open.delete(number);
  }

  /** An answer that nobody waits for, or not of whom was asked, is none. */
  answered(from: string, { incarnation, number }: Ticket, answer: Answer): boolean {
    const question = this.#open.get(number);
    if (incarnation !== this.#incarnation || question?.to !== from) return false;
    this.#open.delete(number);
    question.hear(answer);
    return true;
  }

  /** What is not repeatable waits for as long as who was asked may lead. */
  tick(): void {
    const { leader, term } = this.#context.core.summary();
    const mayLead = (question: Question): boolean =>
      leader === undefined || (question.to === leader && question.term === term);
    for (const [number, question] of [...this.#open])
      if ((question.isRepeatable || !mayLead(question)) && --question.ticksLeft <= 0)
        this.#giveUp(number, question);
  }

  leaderChanged(): void {
    const { leader, term } = this.#context.core.summary();
    for (const [number, question] of [...this.#open]) {
      const isSame = question.to === leader && question.term === term;
      if (question.isRepeatable && !isSame) this.#giveUp(number, question);
    }
  }

  #giveUp(number: number, { hear }: Question): void {
    this.#open.delete(number);
    hear(undefined);
  }
}
