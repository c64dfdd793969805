import { concatBytes, toBase64Url, toHex, utf8 } from '@ruvector/core';
import {
  canonicalize,
  commitHash,
  DST,
  type CommitRecord,
  type EpochCommit,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { EpochSwarm, runningSwarm, type EpochAgent } from './epoch-fixture.js';

/** A commit that says what it likes, signed all the same. */
function forged(from: EpochCommit, change: object, by: EpochAgent): EpochCommit {
  const record = { ...from.record, ...change } as CommitRecord;
  const bytes = concatBytes(DST('commit'), utf8(canonicalize(record)));
  return {
    record,
    signatures: { ed25519: toBase64Url(by.identity.sign(bytes)), composite: null },
  };
}

/** A pair at epoch 1, a commit of a for epoch 2, and what b says to changes of it. */
function pair() {
  const running = runningSwarm(1, ['a', 'b'], ['c', 'd']);
  const { swarm, epochsOf } = running;
  const next = epochsOf('a').commit({ added: [swarm.of('c').id], reason: 'join' });
  const codeOf = (commit: unknown) => {
    const applied = epochsOf('b').apply(commit);
    expect(epochsOf('b').epoch).toBe(1);
    return applied.ok ? undefined : applied.code;
  };
  const id = (name: string) => toHex(swarm.of(name).id);
  const forge = (change: object, by = 'a') => codeOf(forged(next.commit, change, swarm.of(by)));
  return { ...running, next, codeOf, forge, id };
}

describe('a commit', () => {
  it('is named by the hash of what is signed', () => {
    const { first, epochsOf } = runningSwarm(1, ['a', 'b']);
    expect(commitHash(first.commit.record)).toEqual(epochsOf('b').commitHash);
  });

  it('has exactly its fields, each in its one form', () => {
    const { next, codeOf, id } = pair();
    const { record, signatures } = next.commit;
    const wrong = (change: object) => codeOf({ record: { ...record, ...change }, signatures });
    const { ts: _, ...lacking } = record;
    const cases = [
      codeOf(undefined),
      codeOf({ record, signatures, more: 1 }),
      codeOf({ record: lacking, signatures }),
      codeOf({
        record,
        signatures: { ...signatures, composite: toBase64Url(new Uint8Array(3373)) },
      }),
      codeOf({ record, signatures: { ed25519: null, composite: null } }),
      wrong({ v: 2 }),
      wrong({ epoch: 0 }),
      wrong({ epoch: 2.5 }),
      wrong({ committer: id('a').toUpperCase() }),
      wrong({ added: [id('c'), id('c')] }),
      wrong({ added: [id('c'), id('d')].sort().reverse() }),
      wrong({ removed: [id('c')] }),
      wrong({ removed: [id('a')] }),
      wrong({ reason: 'because' }),
      wrong({ reason: 'hourly' }),
      wrong({ added: [], reason: 'join' }),
      wrong({ ts: -1 }),
      wrong({ extra: null }),
    ];
    expect(cases).toEqual(cases.map(() => 'ERR_COMMIT_MALFORMED'));
  });

  it('is refused if an accessor throws or changes its mind', () => {
    const { next, codeOf } = pair();
    const { record, signatures } = next.commit;
    let reads = 0;
    const shifting = {
      get record() {
        return reads++ === 0 ? { ...record, epoch: 3 } : record;
      },
      signatures,
    };
    expect(codeOf(shifting)).toBe('ERR_COMMIT_GAP');
    const throwing = {
      get record() {
        throw new Error('no');
      },
      signatures,
    };
    expect(codeOf(throwing)).toBe('ERR_COMMIT_MALFORMED');
  });

  it('of another swarm, suite, time or place in the chain is refused', () => {
    const { forge, codeOf, next, swarm, first } = pair();
    expect(forge({ swarm_id: 'swarm-2' })).toBe('ERR_COMMIT_SWARM');
    const composite = { ed25519: null, composite: toBase64Url(new Uint8Array(3373)) };
    expect(codeOf({ ...next.commit, signatures: composite })).toBe('ERR_COMMIT_SUITE');
    expect(forge({ epoch: 3 })).toBe('ERR_COMMIT_GAP');
    expect(forge({ epoch: 1 })).toBe('ERR_COMMIT_FORK');
    expect(forge({ prev_commit_hash: '0'.repeat(64) })).toBe('ERR_COMMIT_FORK');
    expect(forge({ ts: first.commit.record.ts - 1 })).toBe('ERR_COMMIT_TIME');
    expect(forge({ ts: swarm.clock.now() + 30_001 })).toBe('ERR_COMMIT_TIME');
  });

  it('by who is no member, or of a roster that it does not name, is refused', () => {
    const { forge, id, codeOf, next } = pair();
    expect(forge({ committer: id('d') }, 'd')).toBe('ERR_COMMIT_COMMITTER');
    expect(forge({ committer: id('c') }, 'c')).toBe('ERR_COMMIT_COMMITTER');
    expect(forge({}, 'b')).toBe('ERR_COMMIT_SIGNATURE');
    expect(forge({ committer: id('b') }, 'a')).toBe('ERR_COMMIT_SIGNATURE');
    expect(forge({ roster_hash: next.commit.record.prev_commit_hash })).toBe('ERR_COMMIT_ROSTER');
    expect(forge({ added: [id('d')] })).toBe('ERR_COMMIT_ROSTER');
    expect(forge({ added: [id('b')] })).toBe('ERR_COMMIT_MEMBER');
    expect(forge({ added: ['0'.repeat(64)] })).toBe('ERR_COMMIT_MEMBER');
    expect(forge({ added: [], removed: [id('d')] })).toBe('ERR_COMMIT_MEMBER');
    expect(codeOf({ ...next.commit, record: { ...next.commit.record, reason: 'rotation' } })).toBe(
      'ERR_COMMIT_SIGNATURE',
    );
  });

  it('by who may not do that, or of too many members, is refused', () => {
    const swarm = new EpochSwarm(1, ['a', 'b', 'c']);
    const start = (name: string, options = {}) => swarm.start(name, ['a', 'b'], 'genesis', options);
    const { commit } = start('a').commit({ added: [swarm.of('c').id], reason: 'join' });
    const asked: unknown[] = [];
    const strict = start('b', {
      mayCommit: (record: CommitRecord, { agentId }: { agentId: string }) => {
        asked.push([record.reason, agentId]);
        return false;
      },
    });
    expect(strict.apply(commit)).toEqual({ ok: false, code: 'ERR_COMMIT_COMMITTER' });
    expect(asked).toEqual([['join', 'a']]);
    const small = start('b', { limits: { membersMax: 2 } });
    expect(small.apply(commit)).toEqual({ ok: false, code: 'ERR_COMMIT_LIMIT' });
  });
});
