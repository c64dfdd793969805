/** Numbers remembered of each who asks; those before the oldest of them count as seen. */
const TICKETS_MAX = 4_096;
/** Members remembered, in all their incarnations. */
const ASKERS_MAX = 1_024;

interface Seen {
  readonly numbers: Set<number>;
  /** Everything up to it counts as seen. */
  floor: number;
}

/**
 * Tells frames that arrive twice, which networks may do: a command must not be executed twice for
 * it. Good for one term of a leader, who takes no frame of another term.
 */
export class Duplicates {
  readonly #askers = new Map<string, Seen>();

  /** Whether it came before, or that cannot be told any more. */
  has(from: string, incarnation: number, number: number): boolean {
    return isIn(this.#askers.get(`${from}/${incarnation}`), number);
  }

  /** @returns whether this is the first time, and there was room to remember it. */
  isFirst(from: string, incarnation: number, number: number): boolean {
    const name = `${from}/${incarnation}`;
    const seen = this.#askers.get(name) ?? this.#admit(name);
    if (seen === undefined || isIn(seen, number)) return false;
    seen.numbers.add(number);
    if (seen.numbers.size > TICKETS_MAX) {
      const [oldest] = seen.numbers;
      seen.numbers.delete(oldest!);
      seen.floor = Math.max(seen.floor, oldest!);
    }
    return true;
  }

  #admit(name: string): Seen | undefined {
    if (this.#askers.size >= ASKERS_MAX) return undefined;
    const seen = { numbers: new Set<number>(), floor: 0 };
    this.#askers.set(name, seen);
    return seen;
  }

  /** A new term: what was meant for the last is not taken any more. */
  forget(): void {
    this.#askers.clear();
  }
}

const isIn = (seen: Seen | undefined, number: number): boolean =>
  seen !== undefined && (number <= seen.floor || seen.numbers.has(number));
