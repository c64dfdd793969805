import { membersOf, isVoter } from './configuration.js';
import type { MemberState } from './member-state.js';
import { voteResult, type VoteResult } from './quorum.js';

/** Asked for: whether votes would be given, or the votes themselves. */
export type Campaign = 'preVote' | 'vote';

/** One try of a member to become leader (§5.2). */
export class Election {
  readonly campaign: Campaign;
  readonly #state: MemberState;
  readonly #votes = new Map<string, boolean>();

  /**
   * Asks all voters. A vote is for a term that has just begun, a pre-vote for the one that would
   * begin. The own vote counts once it is stored, and a pre-vote at once.
   */
  constructor(state: MemberState, campaign: Campaign, transfer: boolean) {
    this.#state = state;
    this.campaign = campaign;
    const { id, log, term } = state;
    const isVote = campaign === 'vote';
    for (const to of membersOf(log.configuration))
      if (to !== id && isVoter(log.configuration, to))
        state.send({
          type: isVote ? 'requestVote' : 'requestPreVote',
          from: id,
          to,
          term: isVote ? term : term + 1,
          lastIndex: log.lastIndex,
          lastTerm: log.lastTerm,
          transfer,
        });
    if (!isVote) this.#votes.set(id, true);
  }

  /** The first answer of each voter counts, and once. */
  count(from: string, granted: boolean): void {
    if (!this.#votes.has(from)) this.#votes.set(from, granted);
  }

  get result(): VoteResult {
    return voteResult(this.#state.log.configuration, this.#votes);
  }
}
