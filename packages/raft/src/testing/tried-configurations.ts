/** A set of small numbers whose spelling is as long as what is between its gaps. */
export class PlacedSet {
  readonly #isIn: Uint8Array;
  /** All below are in. */
  #low = 0;
  /** None from here on is in. */
  #high = 0;

  constructor(size: number) {
    this.#isIn = new Uint8Array(size);
  }

  has(member: number): boolean {
    return this.#isIn[member] === 1;
  }

  add(member: number): void {
    this.#isIn[member] = 1;
    while (this.#isIn[this.#low] === 1) this.#low += 1;
    this.#high = Math.max(this.#high, member + 1);
  }

  delete(member: number): void {
    this.#isIn[member] = 0;
    this.#low = Math.min(this.#low, member);
    while (this.#high > 0 && this.#isIn[this.#high - 1] === 0) this.#high -= 1;
  }

  /** How many are in before the first gap; what is behind it is `bits` from there on. */
  get low(): number {
    return this.#low;
  }

  /** Sixteen members a character, from the lowest that is told apart. */
  bits(from: number): string {
    let text = '';
    for (let at = from; at < this.#high; at += 16) {
      let unit = 0;
      const end = Math.min(16, this.#high - at);
      for (let i = 0; i < end; i++) unit |= this.#isIn[at + i]! << i;
      text += String.fromCharCode(unit);
    }
    return text;
  }
}

/** Whether all that are in one spelling, from 0 on, are in another. */
function isSubset(bits: string, other: string): boolean {
  for (let i = 0; i < bits.length; i++) {
    const unit = i < other.length ? other.charCodeAt(i) : 0;
    if ((bits.charCodeAt(i) & ~unit) !== 0) return false;
  }
  return true;
}

/**
 * What a search has been at and need not come to again (Lowe's memoisation): which of the answered
 * operations are placed, and the state. If it was there with fewer of the operations whose outcome
 * is not known, all that could follow now could follow then.
 */
export class TriedConfigurations {
  readonly #spent = new Map<string, string[]>();
  /** How many are remembered. */
  size = 0;

  /** Whether it is new; then it is remembered. */
  add(state: number, answered: PlacedSet, unanswered: PlacedSet): boolean {
    const key = `${state} ${answered.low} ${answered.bits(answered.low)}`;
    const spent = unanswered.bits(0);
    const before = this.#spent.get(key);
    if (before?.some((fewer) => isSubset(fewer, spent))) return false;
    if (before) before.push(spent);
    else this.#spent.set(key, [spent]);
    this.size += 1;
    return true;
  }
}
