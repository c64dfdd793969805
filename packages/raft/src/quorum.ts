/**
 * Who decides: a majority of the voters, and while a joint configuration holds, a majority of the
 * outgoing voters too (Ongaro's thesis, §4.3). Pure functions.
 */

/** The voters of a configuration; `votersOutgoing` has none unless it is joint. */
export interface Voters {
  readonly voters: readonly string[];
  /** @default [] */
  readonly votersOutgoing?: readonly string[];
}

/**
 * The largest index that is stored by a majority, by one of each half of a joint configuration.
 * Whether it may be committed depends on its term too (§5.4.2).
 *
 * @param matchOf - the last entry that a member is known to share; 0 or `undefined` if none is.
 * @returns 0 if there are no voters.
 * @example
 * const match = { a: 7, b: 5, c: 3 };
 * committedIndex({ voters: ['a', 'b', 'c'] }, (id) => match[id as 'a']); // => 5
 */
export function committedIndex(
  { voters, votersOutgoing = [] }: Voters,
  matchOf: (id: string) => number | undefined,
): number {
  const incoming = indexOfMajority(voters, matchOf);
  if (votersOutgoing.length === 0) return incoming;
  return Math.min(incoming, indexOfMajority(votersOutgoing, matchOf));
}

/** Of a descending order the one in the middle: it and all before it are a majority. */
function indexOfMajority(
  voters: readonly string[],
  matchOf: (id: string) => number | undefined,
): number {
  if (voters.length === 0) return 0;
  const matches: number[] = [];
  for (const id of voters) {
    const match = matchOf(id) ?? 0;
    let place = matches.length;
    for (; place > 0 && matches[place - 1]! < match; place--) matches[place] = matches[place - 1]!;
    matches[place] = match;
  }
  return matches[voters.length >> 1]!;
}

/** How an election stands. */
export type VoteResult = 'pending' | 'won' | 'lost';

/**
 * How an election stands: won with a majority of each half, lost when one half cannot get it any
 * more. Votes of others than the voters do not count.
 *
 * @param votes - by id, of those that have answered; a map, an object or a function.
 * @example
 * voteResult({ voters: ['a', 'b', 'c'] }, { a: true, b: true }); // => 'won'
 * voteResult({ voters: ['a', 'b', 'c'] }, new Map([['a', true]])); // => 'pending'
 */
export function voteResult({ voters, votersOutgoing = [] }: Voters, votes: Votes): VoteResult {
  const voteOf = lookup(votes);
  const incoming = resultOf(voters, voteOf);
  if (votersOutgoing.length === 0) return incoming;
  const outgoing = resultOf(votersOutgoing, voteOf);
  if (incoming === 'lost' || outgoing === 'lost') return 'lost';
  return incoming === 'won' && outgoing === 'won' ? 'won' : 'pending';
}

/** Votes by id: `undefined` for who has not answered. */
export type Votes =
  | ReadonlyMap<string, boolean>
  | Readonly<Record<string, boolean>>
  | ((id: string) => boolean | undefined);

function lookup(votes: Votes): (id: string) => boolean | undefined {
  if (typeof votes === 'function') return votes;
  if (votes instanceof Map) return (id) => votes.get(id);
  return (id) =>
    Object.hasOwn(votes, id) ? (votes as Readonly<Record<string, boolean>>)[id] : undefined;
}

function resultOf(
  voters: readonly string[],
  voteOf: (id: string) => boolean | undefined,
): VoteResult {
  let granted = 0;
  let open = 0;
  for (const id of voters) {
    const vote = voteOf(id);
    if (vote === true) granted += 1;
    else if (vote === undefined) open += 1;
  }
  const majority = (voters.length >> 1) + 1;
  if (granted >= majority) return 'won';
  return granted + open >= majority ? 'pending' : 'lost';
}
