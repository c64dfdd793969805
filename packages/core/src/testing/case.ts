/**
 * Where a suite puts its cases: vitest's, jest's, mocha's or `node:test`'s functions, or your own.
 */
export interface TestRunner {
  /** Groups the cases that `body` adds. */
  describe(title: string, body: () => void): unknown;
  /** Adds a case: it fails if the promise of `body` rejects. */
  it(title: string, body: () => Promise<void>): unknown;
}

/** One sentence of a contract's law, and how to see whether it holds for a subject. */
export interface Case<Subject, Feature extends string = never> {
  readonly title: string;
  /** What an implementation must claim to be tried; otherwise the case is left out. */
  readonly needs?: readonly Feature[];
  run(subject: Subject): Promise<void> | void;
}

/** Those of `cases` that an implementation with these claims is held to. */
export function applicable<Feature extends string, Kind extends Case<never, Feature>>(
  cases: readonly Kind[],
  claims: Readonly<Record<Feature, boolean>>,
): Kind[] {
  return cases.filter(({ needs = [] }) => needs.every((feature) => claims[feature]));
}
