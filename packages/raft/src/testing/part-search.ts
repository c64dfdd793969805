import type { Operation, SequentialModel } from './history.js';
import { OpenOperations } from './open-operations.js';
import { PlacedSet, TriedConfigurations } from './tried-configurations.js';

/** Operations without an answer that are taken to have happened next, and the state after them. */
interface Guess<State> {
  readonly operations: readonly number[];
  readonly state: State;
}

/** A place of the search: what may come next here, and how much of that was tried. */
interface Choice<State> {
  /** From none on, fewer before more, so that few are found to be needless. */
  readonly guesses: Guess<State>[];
  /** The one whose turn it is. */
  guess: number;
  /** The answered operation that is tried after it. */
  candidate: number;
  /** Operations that were placed before. */
  readonly placed: number;
}

/**
 * The search for an order of the operations of one part, depth first. Operations are numbers: first
 * those that were answered, by their calls, then those that were not. The latter are only placed
 * together with an answered one that follows: most of them are not needed to explain anything.
 */
export class PartSearch<State, Input, Output> {
  readonly #model: SequentialModel<State, Input, Output>;
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #stepsMax: number;
  readonly #configurationsMax: number;
  readonly #open: OpenOperations;
  readonly #answered: PlacedSet;
  readonly #unanswered: PlacedSet;
  readonly #tried = new TriedConfigurations();
  readonly #stateNumbers = new Map<string, number>();
  /** What is placed, in order. */
  readonly #order: number[] = [];
  readonly #choices: Choice<State>[] = [];
  #state: State;
  #steps = 0;
  #farthest: { order: readonly number[]; state: State; unplaced: number } | undefined;

  constructor(
    model: SequentialModel<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    bounds: { readonly stepsMax: number; readonly configurationsMax: number },
  ) {
    const byCall = operations.toSorted((a, b) => a.calledAt - b.calledAt);
    const answered = byCall.filter(({ returnedAt }) => returnedAt !== undefined);
    const others = byCall.filter(
      ({ returnedAt, input }) => returnedAt === undefined && !model.isRead?.(input, undefined),
    );
    this.#model = model;
    this.#operations = [...answered, ...others];
    this.#stepsMax = bounds.stepsMax;
    this.#configurationsMax = bounds.configurationsMax;
    this.#open = new OpenOperations(answered);
    this.#answered = new PlacedSet(answered.length);
    this.#unanswered = new PlacedSet(others.length);
    this.#state = model.initial;
  }

  /** The order that was found: all that were answered, and those of the others that it needs. */
  get order(): Operation<Input, Output>[] {
    return this.#order.map((operation) => this.#operations[operation]!);
  }

  /** How far the search came, if it found no order. */
  get farthest() {
    const { order, state, unplaced } = this.#farthest!;
    const operations = this.#operations;
    return {
      placed: order.map((each) => operations[each]!),
      state,
      unplaced: operations[unplaced]!,
    };
  }

  run(): 'ok' | 'violation' | 'stepsMax' | 'configurationsMax' {
    this.#placeReads();
    this.#remember(this.#state);
    this.#choices.push(this.#choiceHere());
    while (!this.#isComplete()) {
      if (this.#steps > this.#stepsMax) return 'stepsMax';
      if (this.#tried.size > this.#configurationsMax) return 'configurationsMax';
      const choice = this.#choices.at(-1);
      if (choice === undefined) return 'violation';
      if (!this.#open.isCall(choice.candidate)) this.#nextGuess(choice);
      else if (!this.#tryToPlace(choice)) choice.candidate = this.#open.after(choice.candidate);
    }
    return 'ok';
  }

  #choiceHere(): Choice<State> {
    const guesses = [{ operations: [], state: this.#state }];
    return { guesses, guess: 0, candidate: this.#open.first, placed: this.#order.length };
  }

  /** Goes on behind a candidate if it fits, and nobody has been there before. */
  #tryToPlace({ guesses, guess, candidate, placed }: Choice<State>): boolean {
    const { operations, state } = guesses[guess]!;
    const next = this.#stateAfter(state, candidate);
    if (next === undefined) return false;
    for (const operation of operations) this.#place(operation);
    this.#place(candidate);
    this.#state = next.state;
    this.#placeReads();
    if (this.#isComplete()) return true;
    const isNew = this.#remember(this.#state);
    if (isNew) this.#choices.push(this.#choiceHere());
    else this.#undo(placed);
    return isNew;
  }

  /** After all candidates: the same after one more that was not answered, or back. */
  #nextGuess(choice: Choice<State>): void {
    if (choice.guess === 0) this.#noteFarthest(choice.guesses[0]!.state);
    this.#guessMore(choice);
    choice.guess += 1;
    choice.candidate = this.#open.first;
    if (choice.guess < choice.guesses.length) return;
    this.#choices.pop();
    const before = this.#choices.at(-1);
    if (before === undefined) return;
    this.#undo(before.placed);
    before.candidate = this.#open.after(before.candidate);
  }

  /** Only what is called before the first answer may come next. */
  #guessMore({ guesses, guess }: Choice<State>): void {
    const { count } = this.#open;
    const { operations, state } = guesses[guess]!;
    const { returnedAt } = this.#operations[this.#open.mostUrgent]!;
    for (const each of operations) this.#unanswered.add(each - count);
    for (let more = count; more < this.#operations.length; more++) {
      if (this.#operations[more]!.calledAt > returnedAt!) break;
      if (this.#unanswered.has(more - count)) continue;
      const next = this.#stateAfter(state, more)!;
      this.#unanswered.add(more - count);
      if (this.#remember(next.state))
        guesses.push({ operations: [...operations, more], state: next.state });
      this.#unanswered.delete(more - count);
    }
    for (const each of operations) this.#unanswered.delete(each - count);
  }

  #undo(placed: number): void {
    while (this.#order.length > placed) {
      const operation = this.#order.pop()!;
      const unanswered = operation - this.#open.count;
      if (unanswered >= 0) this.#unanswered.delete(unanswered);
      else {
        this.#answered.delete(operation);
        this.#open.takeBack(operation);
      }
    }
  }

  #place(operation: number): void {
    this.#order.push(operation);
    const unanswered = operation - this.#open.count;
    if (unanswered >= 0) this.#unanswered.add(unanswered);
    else {
      this.#answered.add(operation);
      this.#open.place(operation);
    }
  }

  /** `undefined` if the operation would answer otherwise than it did. */
  #stateAfter(state: State, operation: number): { readonly state: State } | undefined {
    this.#steps += 1;
    const { input, output, returnedAt } = this.#operations[operation]!;
    const next = this.#model.apply(state, input);
    if (returnedAt === undefined) return next;
    const { isSame = Object.is } = this.#model;
    return isSame(next.output, output as Output) ? next : undefined;
  }

  /**
   * All that fit now and change nothing. If there is an order with one of them later, there is one
   * with it here: nothing else sees the difference.
   */
  #placeReads(): void {
    if (this.#model.isRead === undefined) return;
    for (let node = this.#open.first; this.#open.isCall(node);) {
      const after = this.#open.after(node);
      const { input, output } = this.#operations[node]!;
      const isPlaced =
        this.#model.isRead(input, output) && this.#stateAfter(this.#state, node) !== undefined;
      if (isPlaced) this.#place(node);
      // its answer may be what came next, and is gone then
      node = isPlaced && after === node + this.#open.count ? this.#open.after(after) : after;
    }
  }

  /** False if the search has been here, with this state. */
  #remember(reached: State): boolean {
    const key = this.#model.stateKey(reached);
    const state = this.#stateNumbers.get(key) ?? this.#stateNumbers.size;
    this.#stateNumbers.set(key, state);
    return this.#tried.add(state, this.#answered, this.#unanswered);
  }

  #isComplete(): boolean {
    return this.#answered.low === this.#open.count;
  }

  #noteFarthest(state: State): void {
    if (this.#farthest && this.#order.length <= this.#farthest.order.length) return;
    this.#farthest = { order: [...this.#order], state, unplaced: this.#open.mostUrgent };
  }
}
