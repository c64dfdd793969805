import { expect, it } from 'vitest';
import { RaftCore, tlaTrace } from '../src/index.js';
import { acknowledge, settle } from './fixtures/member.js';

interface Line {
  readonly tag: string;
  readonly event: { readonly name: string } & Record<string, unknown>;
}

/** An election of one of three and a proposal, traced. */
function traced(): Line[] {
  const lines: Line[] = [];
  const trace = tlaTrace((line) => lines.push(JSON.parse(line) as Line));
  const core = new RaftCore({
    id: '1',
    peers: ['1', '2', '3'],
    bootstrap: true,
    random: () => 0,
    trace,
  });
  core.campaign();
  settle(core);
  core.step({ type: 'requestPreVoteResponse', from: '2', to: '1', term: 1, granted: true });
  settle(core);
  core.step({ type: 'requestVoteResponse', from: '2', to: '1', term: 1, granted: true });
  settle(core);
  acknowledge(core, '3', 1);
  settle(core);
  return lines;
}

it('a trace names the steps that the specification knows, in their order', () => {
  const names = traced().map(({ event }) => event.name);
  expect(names.filter((name) => name !== 'Ready' && name !== 'Advance')).toEqual([
    'InitState',
    'ApplyConfChange',
    'ApplyConfChange',
    'ApplyConfChange',
    'Bootstrap',
    'BecomeCandidate',
    'SendRequestVoteResponse',
    'SendRequestVoteRequest',
    'SendRequestVoteRequest',
    'ReceiveRequestVoteResponse',
    'ReceiveRequestVoteResponse',
    'BecomeLeader',
    'Replicate',
    'SendAppendEntriesResponse',
    'SendAppendEntriesRequest',
    'SendAppendEntriesRequest',
    'SendAppendEntriesRequest',
    'SendAppendEntriesRequest',
    'ReceiveAppendEntriesResponse',
    'ReceiveAppendEntriesResponse',
    'Commit',
    'SendAppendEntriesRequest',
  ]);
});

it('each line has what the specification compares', () => {
  const lines = traced();
  expect(lines.every(({ tag }) => tag === 'trace')).toBe(true);
  expect(lines.find(({ event }) => event.name === 'BecomeLeader')?.event).toEqual({
    name: 'BecomeLeader',
    nid: '1',
    state: { term: 1, vote: '1', commit: 0 },
    role: 'StateLeader',
    log: 0,
    applied: 0,
    conf: [['1', '2', '3'], []],
  });
  expect(
    lines.findLast(({ event }) => event.name === 'SendAppendEntriesRequest')?.event['msg'],
  ).toEqual({
    type: 'MsgApp',
    term: 1,
    from: '1',
    to: '3',
    entries: 0,
    logTerm: 1,
    index: 1,
    commit: 1,
    vote: '0',
    reject: false,
    rejectHint: 0,
  });
});
