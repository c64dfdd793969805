import type { MemberState } from './member-state.js';
import type { AppendEntries, Heartbeat, InstallSnapshot, Message } from './message.js';

interface Incoming {
  readonly index: number;
  readonly term: number;
  readonly sizeBytes: number;
  readonly pieces: Uint8Array[];
  /** The first byte that is missing. */
  offset: number;
}

/** What a member does with what its leader says. */
export class Following {
  readonly #state: MemberState;
  #incoming: Incoming | undefined;

  constructor(state: MemberState) {
    this.#state = state;
  }

  /** A leader was lost, or another one found: a snapshot begins again. */
  forget(): void {
    this.#incoming = undefined;
  }

  /** §5.3: takes entries if the one before them is there. */
  append({ from, prevIndex, prevTerm, entries, commit }: AppendEntries): void {
    const { log, overwritten } = this.#state;
    if (prevIndex < log.commit) {
      this.#answer(from, log.commit);
    } else if (log.has(prevIndex, prevTerm)) {
      overwritten.push(...log.append(entries));
      // not the last entry of the log: what is behind these may not be the leader's
      const last = prevIndex + entries.length;
      if (log.commitTo(Math.min(commit, last))) this.#state.trace('commit');
      this.#answer(from, last);
    } else this.#reject(from, prevIndex, prevTerm);
  }

  #answer(to: string, index: number): void {
    const { id, term } = this.#state;
    this.#state.send({
      type: 'appendEntriesResponse',
      from: id,
      to,
      term,
      index,
      rejected: false,
      hintIndex: 0,
      hintTerm: 0,
    });
  }

  #reject(to: string, prevIndex: number, prevTerm: number): void {
    const { id, term, log } = this.#state;
    const hint = log.latestUpTo(prevIndex, prevTerm);
    this.#state.send({
      type: 'appendEntriesResponse',
      from: id,
      to,
      term,
      index: prevIndex,
      rejected: true,
      hintIndex: hint.index,
      hintTerm: hint.term,
    });
  }

  heartbeat({ from, commit, round }: Heartbeat): void {
    const { id, term, log } = this.#state;
    if (log.commitTo(commit)) this.#state.trace('commit');
    this.#state.send({ type: 'heartbeatResponse', from: id, to: from, term, round });
  }

  /** §7: gathers the pieces, in order, and then takes the snapshot in place of the log. */
  install(message: InstallSnapshot): void {
    const { log } = this.#state;
    const { from, index, snapshotTerm, sizeBytes } = message;
    if (index <= log.commit || log.has(index, snapshotTerm)) {
      // all that it stands for is here, and so is committed
      if (log.commitTo(index)) this.#state.trace('commit');
      this.#incoming = undefined;
      this.#answerPiece(from, index, sizeBytes, true);
      return;
    }
    const incoming = this.#incomingOf(message);
    if (message.offset === incoming.offset) {
      incoming.pieces.push(message.data);
      incoming.offset += message.data.length;
    }
    const isDone = incoming.offset === sizeBytes;
    if (isDone) this.#restore(message, incoming);
    this.#answerPiece(from, index, incoming.offset, isDone);
  }

  #incomingOf({ index, snapshotTerm: term, sizeBytes }: InstallSnapshot): Incoming {
    const known = this.#incoming;
    if (known?.index === index && known.term === term && known.sizeBytes === sizeBytes)
      return known;
    return (this.#incoming = { index, term, sizeBytes, pieces: [], offset: 0 });
  }

  #restore({ index, snapshotTerm: term, config }: InstallSnapshot, incoming: Incoming): void {
    const state = this.#state;
    state.pendingSnapshot = { index, term, config, data: joined(incoming) };
    const given = state.log.restore(state.pendingSnapshot);
    // those before may well be among what the snapshot stands for
    state.overwritten.push(...given.filter((entry) => entry.index > index));
    this.#incoming = undefined;
    state.trace('commit');
  }

  #answerPiece(to: string, index: number, offset: number, done: boolean): void {
    const { id, term } = this.#state;
    this.#state.send({ type: 'installSnapshotResponse', from: id, to, term, index, offset, done });
  }
}

function joined({ pieces, sizeBytes }: Incoming): Uint8Array {
  const data = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    data.set(piece, at);
    at += piece.length;
  }
  return data;
}

/** What only a leader says. */
export type OfLeader = AppendEntries | Heartbeat | InstallSnapshot;

/** Whether a message is of a leader. */
export const isOfLeader = (message: Message): message is OfLeader =>
  message.type === 'appendEntries' ||
  message.type === 'heartbeat' ||
  message.type === 'installSnapshot';
