/** What all contenders are given alike. */
export interface Shape {
  readonly dimensions: number;
  readonly capacity: number;
  readonly M: number;
  readonly efConstruction: number;
}

/** One index under comparison, filled and asked in the fastest way that its documentation shows. */
export interface Contender {
  /**
   * Makes rows ready in the form that the index takes.
   *
   * @returns what puts them in, under ids from `firstId` on: to be timed, and called once.
   */
  insertion(firstId: number, rows: Float32Array): () => unknown;
  /** What must happen before a search is measured, such as a first one that finishes an index. */
  setEf(ef: number): void;
  /** Makes queries ready in the form that the index takes. */
  searcher(queries: readonly Float32Array[], k: number): Searcher;
  /** Where a filled index can be kept in a file: it is of others, and filling takes minutes. */
  readonly file?: { save(path: string): void; load(path: string): void };
}

export type MakeContender = (shape: Shape) => Contender;

/** Queries at one `k`. */
export interface Searcher {
  readonly count: number;
  /** The answer to query number `i` in the contender's own form, maybe a promise: to be timed. */
  ask(i: number): unknown;
  /** The ids that were found, nearest first. */
  ids(i: number): Promise<number[]>;
}

/** A searcher of queries that are ready, with what turns an answer into ids. */
export const searcherOf = <Query, Answer>(
  queries: readonly Query[],
  ask: (query: Query) => Answer,
  idsOf: (answer: Awaited<Answer>) => number[],
): Searcher => ({
  count: queries.length,
  ask: (i) => ask(queries[i]!),
  ids: async (i) => idsOf(await ask(queries[i]!)),
});
