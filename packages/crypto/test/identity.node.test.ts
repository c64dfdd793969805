import { inspect } from 'node:util';
import { fromBase64Url, isEdgeError, toBase64Url, toHex, utf8 } from '@ruvector/core';
import {
  derivePairwiseKey,
  ed25519,
  IdentityManager,
  memberKeyId,
  verifyRegistration,
} from '@ruvector/crypto';
import { describe, expect, it } from 'vitest';
import { outcome, PROVIDERS } from './providers.js';
import { newClock, seededEntropy, SWARM } from './fixture.js';

const create = (over = {}) =>
  IdentityManager.create({
    agentId: 'alice',
    swarmId: SWARM,
    clock: newClock(),
    random: seededEntropy(1),
    ...over,
  });
const now = newClock().now();

describe('IdentityManager', () => {
  it('refuses options that are none with a TypeError that names them', () => {
    for (const none of [null, 'a', []])
      expect(() => IdentityManager.create(none as never)).toThrow(/^options must be an object/);
    expect(() => create({ agentID: 'a' })).toThrow(/"agentID"/);
    expect(() => create({ random: Math.random })).toThrow(/^random must be an object/);
    expect(() => create({ clock: {} })).toThrow(/^clock must have a method now/);
    expect(() => create({ provider: 'noble' })).toThrow(/^provider must be an object/);
    expect(() => create().createRegistration('a', [], null as never)).toThrow(/^options must be/);
    expect(() => create().createRegistration('a', [], { expires: 1 } as never)).toThrow(/expires/);
  });

  it('takes its keys from the entropy it is given, else from the platform', () => {
    expect(create().ed25519PublicKey).toEqual(create().ed25519PublicKey);
    const fresh = () => toHex(IdentityManager.create().ed25519PublicKey);
    expect(fresh()).not.toBe(fresh());
  });

  it.each(PROVIDERS)('signs and agrees on keys with %s', (_, provider) => {
    const identity = create({ provider });
    const signature = identity.sign(utf8('message'));
    expect(ed25519.verify(signature, utf8('message'), identity.ed25519PublicKey)).toBe(true);
    const peer = create({ random: seededEntropy(2) });
    const key = identity.derivePairwiseKey(peer.x25519PublicKey);
    expect(peer.derivePairwiseKey(identity.x25519PublicKey, SWARM)).toEqual(key);
    expect(peer.derivePairwiseKey(identity.x25519PublicKey, 'swarm-2')).not.toEqual(key);
  });

  it('uses the secret keys that it drew: the same as derivePairwiseKey', () => {
    const [edSecret, dhSecret] = [new Uint8Array(32), new Uint8Array(32)];
    const random = seededEntropy(1);
    random.fill(edSecret);
    random.fill(dhSecret);
    const peer = create({ random: seededEntropy(2) }).x25519PublicKey;
    expect(create().derivePairwiseKey(peer)).toEqual(derivePairwiseKey(dhSecret, peer, SWARM));
    expect(create().sign(utf8('m'))).toEqual(ed25519.sign(utf8('m'), edSecret));
  });

  it('hands out copies of its public keys', () => {
    const identity = create();
    identity.ed25519PublicKey.fill(0);
    expect(identity.ed25519PublicKey).toEqual(create().ed25519PublicKey);
  });

  it('sorts capabilities and drops duplicates', () => {
    const { record } = create().createRegistration('alice', ['b', 'a', 'b', 'B']);
    expect(record.capabilities).toEqual(['B', 'a', 'b']);
  });

  it('registers for its own agent and swarm unless told otherwise', () => {
    expect(create().createRegistration().record).toMatchObject({
      agent_id: 'alice',
      swarm_id: SWARM,
    });
    const other = create().createRegistration('bob', [], {
      swarmId: 'swarm-2',
      expiresAt: now + 1,
    });
    expect(other.record).toMatchObject({
      agent_id: 'bob',
      swarm_id: 'swarm-2',
      expires_at: now + 1,
    });
    expect(verifyRegistration(other, { swarmId: 'swarm-2', now })).toBe(true);
  });

  it('can be awaited like a promise of a registration', async () => {
    const registration = await create().createRegistration('alice', []);
    expect(verifyRegistration(registration, { swarmId: SWARM, now })).toBe(true);
  });

  it('makes the next revision of its own registration', () => {
    const identity = create();
    const previous = identity.createRegistration('alice', []);
    const next = identity.createRegistration('alice', ['embed'], { previous });
    expect(next.record).toMatchObject({ rev: 2, prev: toHex(memberKeyId(previous.record)) });
    expect(next.signatures.previous).toBe(next.signatures.ed25519);
    expect(verifyRegistration(next, { swarmId: SWARM, now })).toBe(true);
  });

  it('changes keys with the signature of the old ones', () => {
    const [old, fresh] = [create(), create({ random: seededEntropy(2) })];
    const previous = old.createRegistration();
    const next = fresh.createRegistration('alice', [], { previous, previousIdentity: old });
    expect(next.record.ed25519_public_key).toBe(toBase64Url(fresh.ed25519PublicKey));
    expect(fromBase64Url(next.signatures.previous!)).toHaveLength(64);
    expect(next.signatures.previous).not.toBe(next.signatures.ed25519);
  });

  it('refuses to follow a registration of another key, agent or swarm', () => {
    const [old, fresh] = [create(), create({ random: seededEntropy(2) })];
    const previous = old.createRegistration();
    const follow = (agentId: string, options = {}) =>
      fresh.createRegistration(agentId, [], { previous, previousIdentity: old, ...options });
    expect(() => follow('alice', { previousIdentity: fresh })).toThrow(/^previousIdentity must/);
    expect(() => follow('bob')).toThrow(/^previous must be of the same/);
    expect(() => follow('alice', { swarmId: 'swarm-2' })).toThrow(/^previous must be/);
  });

  it.each<[string, RegExp, () => unknown]>([
    ['no agent', /^agentId must/, () => create({ agentId: undefined }).createRegistration()],
    ['no swarm', /^swarmId must/, () => create({ swarmId: undefined }).createRegistration('a')],
    ['an odd agent', /^agentId must/, () => create({ agentId: 'a b' })],
    ['an odd swarm', /^swarmId must/, () => create({ swarmId: 'ä' })],
    ['an odd id', /^agentId must/, () => create().createRegistration('a/b')],
    ['a past expiry', /^expiresAt/, () => create().createRegistration('a', [], { expiresAt: now })],
    ['text', /^capabilities must/, () => create().createRegistration('a', 'x' as never)],
    ['a number', /^capabilities\[0\] must/, () => create().createRegistration('a', [1 as never])],
    ['no text', /^capabilities\[0\] must/, () => create().createRegistration('a', [''])],
    ['a bell', /capabilities\[0\] must/, () => create().createRegistration('a', ['\u0007'])],
    ['a text to sign', /^message must/, () => create().sign('x' as never)],
    ['a short key', /^peerPublicKey must/, () => create().derivePairwiseKey(new Uint8Array(31))],
  ])('names what is wrong with %s', (_, message, call) => expect(call).toThrow(message));
});

describe('the secrets of an identity', () => {
  const secrets = [1, 2].map((n) => {
    const random = seededEntropy(1);
    const bytes = new Uint8Array(32);
    for (let i = 0; i < n; i++) random.fill(bytes);
    return bytes;
  });
  const spellings = secrets.flatMap((secret) => [
    toHex(secret),
    toBase64Url(secret),
    secret.slice(0, 8).join(','),
  ]);
  const holdsSecret = (text: string) => {
    const bare = text.replaceAll(/\s/g, ''); // inspect lines numbers up in columns
    return spellings.some((spelling) => bare.includes(spelling));
  };

  it('would be found if they were shown: this test looks for the right bytes', () => {
    expect(holdsSecret(inspect({ secret: secrets[0] }))).toBe(true);
    expect(ed25519.getPublicKey(secrets[0]!)).toEqual(create().ed25519PublicKey);
  });

  it('are not in JSON, inspection, clones, property lists or text', () => {
    const identity = create();
    identity.sign(utf8('m'));
    const views = [
      JSON.stringify(identity),
      inspect(identity, { showHidden: true, depth: 9, getters: true, showProxy: true }),
      inspect(structuredClone(identity), { showHidden: true, depth: 9 }),
      inspect(Object.getOwnPropertyDescriptors(identity), { showHidden: true, depth: 9 }),
      `${String(identity)} ${JSON.stringify(Object.assign({}, identity))}`,
    ];
    for (const view of views) expect(holdsSecret(view)).toBe(false);
    expect(JSON.parse(views[0]!)).toEqual({
      agentId: 'alice',
      swarmId: SWARM,
      ed25519PublicKey: toBase64Url(identity.ed25519PublicKey),
    });
    expect(Reflect.ownKeys(structuredClone(identity))).toEqual([]);
  });

  it('are not in errors', () => {
    const thrown = [
      () => create().sign(7 as never),
      () => create().derivePairwiseKey(new Uint8Array(32)),
      () => create().createRegistration('a b'),
    ].map((call) => outcome(call));
    expect(thrown.map((error) => error instanceof Error)).toEqual([true, true, true]);
    for (const error of thrown)
      expect(holdsSecret(inspect(error, { showHidden: true, depth: 9 }))).toBe(false);
  });

  it('are zeros after destroy(), and whatever needs them throws ERR_IDENTITY_DESTROYED', () => {
    const held: Uint8Array[] = [];
    const random = seededEntropy(1);
    const identity = create({
      random: { fill: (bytes: Uint8Array) => (held.push(bytes), random.fill(bytes)) },
    });
    expect(held).toEqual(secrets);
    identity.destroy();
    identity.destroy();
    expect(held).toEqual([new Uint8Array(32), new Uint8Array(32)]);
    expect(identity.destroyed).toBe(true);
    for (const call of [
      () => identity.sign(utf8('m')),
      () => identity.derivePairwiseKey(create().x25519PublicKey),
      () => identity.createRegistration(),
    ])
      expect(call).toThrow(expect.toSatisfy((e) => isEdgeError(e, 'ERR_IDENTITY_DESTROYED')));
    expect(identity.ed25519PublicKey).toEqual(create().ed25519PublicKey);
  });
});
