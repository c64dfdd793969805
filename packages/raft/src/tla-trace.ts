import type { Message } from './message.js';
import type { TraceEvent } from './trace.js';

const ROLES = {
  follower: 'StateFollower',
  preCandidate: 'StateFollower',
  candidate: 'StateCandidate',
  leader: 'StateLeader',
} as const;

/** What the specification knows of the same name; it has no pre-votes. */
const NAMES: Readonly<Partial<Record<TraceEvent['name'], string>>> = {
  start: 'InitState',
  becomeFollower: 'BecomeFollower',
  becomeCandidate: 'BecomeCandidate',
  becomeLeader: 'BecomeLeader',
  append: 'Replicate',
  commit: 'Commit',
  ready: 'Ready',
  advance: 'Advance',
};

const MESSAGES: Readonly<Partial<Record<Message['type'], readonly [type: string, event: string]>>> =
  {
    requestVote: ['MsgVote', 'RequestVoteRequest'],
    requestVoteResponse: ['MsgVoteResp', 'RequestVoteResponse'],
    appendEntries: ['MsgApp', 'AppendEntriesRequest'],
    appendEntriesResponse: ['MsgAppResp', 'AppendEntriesResponse'],
    heartbeat: ['MsgHeartbeat', 'AppendEntriesRequest'],
    heartbeatResponse: ['MsgHeartbeatResp', 'AppendEntriesResponse'],
  };

/**
 * A tracer for `RaftCoreOptions.trace` that writes the lines which the trace validation of etcd's
 * TLA+ specification of Raft reads (`tla/Traceetcdraft.tla` in etcd-io/raft). There an own vote and
 * own entries are messages to oneself, and they are written so.
 *
 * The specification takes a configuration to hold once it is applied; here it holds from its entry
 * on. Traces with changes of the configuration, and with snapshots in pieces, are beyond it.
 *
 * @param write - takes a line of JSON without its end.
 * @example
 * const lines: string[] = [];
 * const trace = tlaTrace((line) => lines.push(line));
 * new RaftCore({ id: '1', peers: ['1'], bootstrap: true, random: () => 0, trace }).campaign();
 * lines.map((line) => JSON.parse(line).event.name).at(3); // => 'BecomeCandidate'
 */
export function tlaTrace(write: (line: string) => void): (event: TraceEvent) => void {
  const tell = (name: string, event: TraceEvent, more: object = {}): void =>
    write(JSON.stringify({ tag: 'trace', event: { name, ...stateOf(event), ...more } }));
  return (event) => {
    const name = NAMES[event.name];
    if (name) tell(name, event);
    if (event.name === 'start') tellBootstrap(event, tell);
    else if (event.name === 'becomeCandidate')
      tell('SendRequestVoteResponse', event, ownVote(event));
    else if (event.name === 'append') {
      const after = { ...event, lastIndex: event.lastIndex + 1 };
      tell('SendAppendEntriesResponse', after, ownEntries(event, after.lastIndex));
    } else if (event.name === 'countOwnVote')
      tell('ReceiveRequestVoteResponse', event, ownVote(event));
    else if (event.name === 'countOwnEntries')
      tell('ReceiveAppendEntriesResponse', event, ownEntries(event, event.persisted));
    else if (event.message) tellMessage(event, event.message, tell);
  };
}

type Tell = (name: string, event: TraceEvent, more?: object) => void;

const stateOf = ({ id, role, term, vote, commit, applied, lastIndex, config }: TraceEvent) => ({
  nid: id,
  state: { term, vote: vote ?? '0', commit },
  role: ROLES[role],
  log: lastIndex,
  applied,
  conf: [config.voters, config.votersOutgoing],
});

/** The voters that a cluster begins with stand in no entry here, and in one each there. */
function tellBootstrap(event: TraceEvent, tell: Tell): void {
  event.config.voters.forEach((_, i) =>
    tell('ApplyConfChange', event, {
      prop: { cc: { newconf: event.config.voters.slice(0, i + 1) } },
    }),
  );
  if (event.config.voters.length > 0) tell('Bootstrap', event);
}

function tellMessage(event: TraceEvent, message: Message, tell: Tell): void {
  const [type, name] = MESSAGES[message.type] ?? [];
  if (type === undefined) return;
  const way = event.name === 'send' ? 'Send' : 'Receive';
  tell(`${way}${name}`, event, { msg: { ...NO_FIELDS, type, ...fieldsOf(message) } });
}

const NO_FIELDS = {
  entries: 0,
  logTerm: 0,
  index: 0,
  commit: 0,
  vote: '0',
  reject: false,
  rejectHint: 0,
};

function fieldsOf(message: Message): object {
  const { term, from, to } = message;
  const head = { term, from, to };
  switch (message.type) {
    case 'requestVote':
      return { ...head, logTerm: message.lastTerm, index: message.lastIndex };
    case 'requestVoteResponse':
      return { ...head, reject: !message.granted };
    case 'appendEntries': {
      const { entries, prevTerm: logTerm, prevIndex: index, commit } = message;
      return { ...head, entries: entries.length, logTerm, index, commit };
    }
    case 'appendEntriesResponse': {
      const { index, rejected: reject, hintIndex: rejectHint, hintTerm: logTerm } = message;
      return { ...head, index, reject, rejectHint, logTerm };
    }
    case 'heartbeat':
      return { ...head, commit: message.commit };
    default:
      return head;
  }
}

const ownVote = ({ id, term }: TraceEvent) => ({
  msg: { ...NO_FIELDS, type: 'MsgVoteResp', term, from: id, to: id },
});

const ownEntries = ({ id, term }: TraceEvent, index: number) => ({
  msg: { ...NO_FIELDS, type: 'MsgAppResp', term, from: id, to: id, index },
});
