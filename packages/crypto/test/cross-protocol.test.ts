import { concatBytes, fromUtf8, toBase64Url, utf8 } from '@ruvector/core';
import {
  BatchSigner,
  DST,
  openEnvelope,
  ReplayWindow,
  sealEnvelope,
  sha256,
  signInvite,
  signReceipt,
  signRemoval,
  verifyInvite,
  verifyReceipt,
  verifyRegistration,
  verifyRemoval,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { EpochSwarm, welcomeOf } from './epoch-fixture.js';
import { chainOf, EPOCH, newPair, SWARM } from './fixture.js';
import { bytesOf } from './hybrid-fixture.js';
import { receiptOf } from './receipt-fixture.js';

type Sign = (message: Uint8Array) => Uint8Array;
/** Changes what an honest key signs, in place of the bytes that it should sign. */
type Change = (message: Uint8Array) => Uint8Array;

/** All that is signed anywhere, and labels that are only hashed or derived under. */
const SIGNED = [
  'registration',
  'receipt',
  'invite',
  'removal',
  'commit',
  'envelope',
  'batch',
] as const;
const LABELS = [...SIGNED, 'member', 'swarm', 'roster', 'genesis', 'welcome', 'secret', 'sender'];

/** For each kind of statement: whether it is taken when its author's key signs something else. */
const TAKEN: Record<(typeof SIGNED)[number], (change: Change) => boolean> = {
  registration(change) {
    const { alice, clock } = newPair();
    const { record } = alice.registration;
    const ed25519 = toBase64Url(alice.identity.sign(change(bytesOf(record))));
    const signed = { record, signatures: { ed25519, composite: null } };
    return verifyRegistration(signed, { swarmId: SWARM, now: clock.now() });
  },
  receipt(change) {
    const { alice, registry } = newPair();
    const { assignment, receipt } = receiptOf(alice.identity);
    const { signatures: _, ...fields } = receipt;
    const made = signReceipt(fields, saying(alice, change));
    return verifyReceipt(made, assignment, registry).ok;
  },
  invite(change) {
    const { alice, clock } = newPair();
    const made = signInvite({ swarmId: SWARM, clock }, saying(alice, change));
    const checks = { swarmId: SWARM, agentId: 'carol', now: clock.now() };
    return verifyInvite(made, { ...checks, admins: [alice.identity] }).ok;
  },
  removal(change) {
    const { alice, bob, registry, clock } = newPair();
    const made = signRemoval(
      { registration: bob.registration, reason: 'revoked', clock },
      saying(alice, change),
    );
    return verifyRemoval(made, { registry, now: clock.now(), admins: [alice.identity] }).ok;
  },
  commit(change) {
    const swarm = new EpochSwarm(1, ['a', 'b']);
    const { identity } = swarm.of('a');
    const sign: Sign = (message) => identity.sign(change(message));
    const a = swarm.start('a', ['a', 'b'], 'genesis', { identity: { ...identity, sign } });
    const made = a.commit({ reason: 'start' });
    return swarm.start('b', ['a', 'b']).apply(made.commit, welcomeOf(made, 'b')).ok;
  },
  envelope(change) {
    const { alice, fields, sealing, receiving } = newPair();
    const { sign } = saying(alice, change);
    return openEnvelope(sealEnvelope(fields(), { ...sealing, sign }), receiving).ok;
  },
  batch(change) {
    const { alice, clock, fields, receiving } = newPair();
    const made: Uint8Array[] = [];
    const signer = new BatchSigner({
      ...{ swarmId: SWARM, sender: alice.memberKeyId, epoch: EPOCH, clock },
      ...{ chain: chainOf(alice.memberKeyId), sign: saying(alice, change).sign },
      onBatch: (envelopes) => made.push(...envelopes),
      onError: (error) => {
        throw error;
      },
    });
    const { timestamp, type, topic, body } = fields();
    for (let n = 0; n < 3; n++) signer.add({ timestamp, type, topic, body });
    signer.close();
    const chain = chainOf(alice.memberKeyId);
    const options = { ...receiving, keys: () => chain, window: new ReplayWindow() };
    const opened = made.map((envelope) => openEnvelope(envelope, options).ok);
    expect(opened).toEqual([opened[0], opened[0], opened[0]]);
    return opened[0]!;
  },
};

function saying({ identity }: ReturnType<typeof newPair>['alice'], change: Change) {
  const { ed25519PublicKey } = identity;
  return { ed25519PublicKey, sign: (message: Uint8Array) => identity.sign(change(message)) };
}

/** The same statement under another label. */
const relabel =
  (label: string): Change =>
  (message) =>
    concatBytes(DST(label), message.subarray(message.indexOf(0) + 1));

/** The same statement about another swarm: by its name in JSON, by its tag in binary headers. */
const elsewhere: Change = (message) => {
  const tagOf = (swarmId: string) => sha256(concatBytes(DST('swarm'), utf8(swarmId)));
  const changes = [
    [utf8(`"${SWARM}"`), utf8('"swarm-2"')],
    [tagOf(SWARM), tagOf('swarm-2')],
  ] as const;
  for (const [here, there] of changes) {
    const at = message.findIndex((_, from) => here.every((byte, i) => message[from + i] === byte));
    if (at < 0) continue;
    const changed = message.slice();
    changed.set(there, at);
    return changed;
  }
  throw new Error(`no swarm in what is signed: ${fromUtf8(message.slice(0, 40))}`);
};

describe.each(SIGNED)('the signature of a statement of kind %s', (kind) => {
  it('counts under its own label; cross-protocol, under any other, it is worth nothing', () => {
    const taken = LABELS.filter((label) => TAKEN[kind](relabel(label)));
    expect(taken).toEqual([kind]);
    expect(TAKEN[kind]((message) => message.slice(message.indexOf(0) + 1))).toBe(false);
  });

  it('cross-swarm, given for another swarm, is worth nothing in this one', () => {
    expect(TAKEN[kind]((message) => message)).toBe(true);
    expect(TAKEN[kind](elsewhere)).toBe(false);
  });
});
