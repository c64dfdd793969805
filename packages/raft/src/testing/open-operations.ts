/**
 * The operations of one part that are not placed yet, as a list of calls and answers in the order
 * of time. Placing one takes both out, and taking it back puts both back, in constant time
 * (Knuth's dancing links), as long as the last that was placed is the first to be taken back.
 */
export class OpenOperations {
  /** Operations; the call of the i-th is node i, its answer node `count + i`. */
  readonly count: number;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #head: number;

  /** @param operations - in the order of their calls, all answered. */
  constructor(operations: readonly { readonly calledAt: number; readonly returnedAt?: number }[]) {
    const count = operations.length;
    const timeOf = (node: number) =>
      node < count ? operations[node]!.calledAt : operations[node - count]!.returnedAt!;
    // at one moment calls come first: then the operations overlap
    const order = Array.from({ length: 2 * count }, (_, node) => node).sort(
      (a, b) => timeOf(a) - timeOf(b) || Number(a >= count) - Number(b >= count) || a - b,
    );
    this.count = count;
    this.#head = 2 * count;
    this.#next = new Int32Array(2 * count + 1);
    this.#previous = new Int32Array(2 * count + 1);
    let last = this.#head;
    for (const node of [...order, this.#head]) {
      this.#next[last] = node;
      this.#previous[node] = last;
      last = node;
    }
  }

  /** The node of the first call; the head, which is no call, if nothing is left. */
  get first(): number {
    return this.#next[this.#head]!;
  }

  /** What follows a node that is in the list. */
  after(node: number): number {
    return this.#next[node]!;
  }

  /** Whether a node is a call; all up to the first that is none may be placed next. */
  isCall(node: number): boolean {
    return node < this.count;
  }

  /** The operation that must be placed before any that is called after its answer. */
  get mostUrgent(): number {
    let node = this.first;
    while (this.isCall(node)) node = this.#next[node]!;
    return node - this.count;
  }

  place(operation: number): void {
    for (const node of [operation, operation + this.count]) {
      this.#next[this.#previous[node]!] = this.#next[node]!;
      this.#previous[this.#next[node]!] = this.#previous[node]!;
    }
  }

  takeBack(operation: number): void {
    for (const node of [operation + this.count, operation]) {
      this.#next[this.#previous[node]!] = node;
      this.#previous[this.#next[node]!] = node;
    }
  }
}
