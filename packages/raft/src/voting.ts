import type { MemberState } from './member-state.js';
import type { Message, RequestVote } from './message.js';

/** Whether a message asks for a vote, or whether one would be given. */
export const isVoteRequest = (message: Message): message is RequestVote =>
  message.type === 'requestVote' || message.type === 'requestPreVote';

/**
 * §5.2, §5.4.1: gives one vote a term, for a log that is up to date. A pre-vote is no vote, and
 * changes nothing.
 */
export function vote(state: MemberState, request: RequestVote): void {
  const { from, lastIndex, lastTerm, term } = request;
  const isVote = request.type === 'requestVote';
  const isFree = isVote
    ? state.vote === from || (state.vote === null && state.leader === undefined)
    : term > state.term;
  const isSilent = state.silentTicks > 0 && !request.transfer;
  const isUpToDate = state.log.isUpToDate(lastIndex, lastTerm);
  if (!isUpToDate) state.isSought = true;
  const granted = isFree && !isSilent && isUpToDate;
  if (granted && isVote) {
    state.vote = from;
    state.elapsedTicks = 0;
  }
  answer(state, request, granted ? term : state.term, granted);
}

/** Says no to a candidate whose term is over. */
export const refuse = (state: MemberState, request: RequestVote): void =>
  answer(state, request, state.term, false);

function answer(
  state: MemberState,
  { type, from: to }: RequestVote,
  term: number,
  granted: boolean,
): void {
  const response = type === 'requestVote' ? 'requestVoteResponse' : 'requestPreVoteResponse';
  state.send({ type: response, from: state.id, to, term, granted });
}
