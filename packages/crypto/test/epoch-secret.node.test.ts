import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { concatBytes, fromHex, toHex, utf8 } from '@ruvector/core';
import { canonicalize, commitHash, defaultProvider, SenderChain } from '@ruvector/crypto';
import { expect, it } from 'vitest';
import { EpochRoster } from '../src/epoch-roster.js';
import { firstChainKeys, secretCommitment } from '../src/epoch-secret.js';
import { EpochSwarm, runningSwarm, welcomeOf } from './epoch-fixture.js';
import { postQuantum } from './post-quantum.js';

const dst = (label: string) => utf8(`ruvector-edge/2/${label}\0`);
const u64 = (value: number) => fromHex(value.toString(16).padStart(16, '0'));
const hash = (...parts: Uint8Array[]) =>
  new Uint8Array(
    createHash('sha256')
      .update(concatBytes(...parts))
      .digest(),
  );
const SECRET = new Uint8Array(32).fill(3);
const HASH = new Uint8Array(32).fill(4);

it('commits to the secret of an epoch as specified, on another HMAC', () => {
  const message = concatBytes(dst('secret'), u64(258), HASH);
  const expected = createHmac('sha256', SECRET).update(message).digest('hex');
  expect(toHex(secretCommitment(SECRET, 258, HASH))).toBe(expected);
});

it('derives the first chain key of each sender as specified, on another HKDF', () => {
  const senders = [1, 2].map((n) => new Uint8Array(32).fill(n));
  const expected = senders.map((sender) => {
    const info = concatBytes(dst('sender'), u64(258), sender);
    return new Uint8Array(hkdfSync('sha256', SECRET, HASH, info, 32));
  });
  expect(firstChainKeys(SECRET, 258, HASH, senders)).toEqual(expected);
});

it('hashes commits and rosters as specified', () => {
  const { first, swarm } = runningSwarm(1, ['a', 'b']);
  const { record } = first.commit;
  expect(commitHash(record)).toEqual(hash(dst('commit'), utf8(canonicalize(record))));
  const ids = [swarm.of('a').id, swarm.of('b').id].map(toHex).sort();
  const expected = hash(dst('roster'), fromHex('00000002'), ...ids.map(fromHex));
  expect(record.roster_hash).toBe(toHex(expected));
  const roster = new EpochRoster(1, [swarm.of('b').member, swarm.of('a').member]);
  expect(roster.hash(defaultProvider())).toEqual(expected);
  const genesis = { roster_hash: toHex(expected), suite: 1, swarm_id: 'swarm-1', v: 1 };
  expect(record.prev_commit_hash).toBe(toHex(hash(dst('genesis'), utf8(JSON.stringify(genesis)))));
});

it('seals a welcome to a prekey so that X-Wing, HKDF and GCM alone open it', () => {
  const swarm = new EpochSwarm(2, ['a', 'b']);
  const next = swarm.start('a', ['a', 'b']).commit({ reason: 'start' });
  const welcome = welcomeOf(next, 'b')!;
  const [header, ciphertext, sealed] = [
    welcome.slice(0, 78),
    welcome.slice(78, 1198),
    welcome.slice(1198),
  ] as const;
  const { record } = next.commit;
  const [id, salt] = [swarm.of('b').id, commitHash(record)];
  expect(header).toEqual(concatBytes(utf8('RVEW'), Uint8Array.of(1, 2), u64(1), salt, id));
  const shared = swarm.of('b').identity.decapsulate!(ciphertext, new Uint8Array(1216));
  const info = concatBytes(dst('welcome'), id);
  const key = new Uint8Array(hkdfSync('sha256', shared, salt, info, 32));
  const secret = postQuantum.aes256gcm.open(key, new Uint8Array(12), sealed, header);
  const said = secretCommitment(secret, 1, fromHex(record.prev_commit_hash));
  expect(record.secret_commitment).toBe(toHex(said));
  const a = swarm.start('b', ['a', 'b']);
  a.apply(next.commit, welcome);
  const [chainKey] = firstChainKeys(secret, 1, salt, [id]);
  const keys = new SenderChain(chainKey!).derive(0);
  const envelope = a.seal(utf8('x'));
  expect(keys.ok && toHex(keys.keyCommitment)).toBe(toHex(envelope.slice(-3405, -3373)));
});
