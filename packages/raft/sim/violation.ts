/** What must always hold, by name. */
export type Invariant =
  | 'election safety'
  | 'one vote a term'
  | 'log matching'
  | 'leader completeness'
  | 'leader append-only'
  | 'state-machine safety'
  | 'monotone term and commit'
  | 'applied, commit and last in order'
  | 'acknowledged writes stay'
  | 'exactly once'
  | 'linearizable reads'
  | 'configuration of a snapshot'
  | 'convergence'
  | 'service'
  | 'no storm of messages'
  | 'no error';

/** An invariant is broken: a bug in the core, or in the simulator. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;
  constructor(invariant: Invariant, text: string) {
    super(`${invariant}: ${text}`);
    this.invariant = invariant;
  }
}

/** @throws Violation unless it holds. */
export function hold(invariant: Invariant, isSo: boolean, text: () => string): void {
  if (!isSo) throw new Violation(invariant, text());
}
