import { concatBytes, utf8 } from '@ruvector/core';
import type { PostQuantumCryptoProvider, PostQuantumPrimitives } from '@ruvector/core';
import {
  BatchSigner,
  openEnvelope,
  PlainSession,
  ReplayWindow,
  sealEnvelope,
  SessionKey,
  sha256,
  type EnvelopeFields,
  type EnvelopeKind,
  type Suite,
  type OpenOptions,
} from '@ruvector/crypto';
import { EPOCH, newPair, seededEntropy, SWARM } from './fixture.js';
import { PROVIDERS } from './providers.js';

export const KINDS = ['pairwise', 'group', 'plain', 'batched'] as const;
export const SUITES = [1, 2] as const;
const SESSION_KEY = new Uint8Array(32).fill(5);
/** Not called here; that it is there says what the provider can. */
const REST = { mlDsa65: {}, mlKem768: {}, xwing: {} } as unknown as PostQuantumPrimitives;
/** Messages in the batch that a batched envelope of `newKind` comes from. */
const BATCH_COUNT = 5;

/**
 * Stands for the composite where that is not the question: as long as one, by two keys, of which
 * the second only hashes.
 */
function compositeStandIn(sign: (message: Uint8Array) => Uint8Array, ed25519Key: Uint8Array) {
  const [, platform] = PROVIDERS[0]!;
  const publicKey = new Uint8Array(1984).fill(6);
  const second = (message: Uint8Array) => {
    const digest = sha256(concatBytes(publicKey, message));
    return concatBytes(...Array.from({ length: 104 }, () => digest)).subarray(0, 3309);
  };
  const join = (message: Uint8Array) => concatBytes(second(message), sign(message));
  const provider: PostQuantumCryptoProvider = {
    ...platform,
    ...REST,
    compositeSignature: {
      keygen: () => ({ secretKey: new Uint8Array(64), publicKey }),
      sign: join,
      verify: (signature, message) =>
        signature.length === 3373 &&
        concatBytes(second(message), signature.subarray(3309)).join() === signature.join() &&
        platform.ed25519.verify(signature.subarray(3309), message, ed25519Key),
    },
  };
  return { provider, publicKey, sign: join };
}

/** Alice and bob of one suite, and whatever seals and opens envelopes of one kind between them. */
export function newKind(kind: EnvelopeKind, suite: Suite = 1) {
  const pair = newPair();
  const { alice, bob, clock } = pair;
  const ed25519 = (message: Uint8Array) => alice.identity.sign(message);
  const composite = compositeStandIn(ed25519, alice.identity.ed25519PublicKey);
  const sign = suite === 1 ? ed25519 : composite.sign;
  const registered = pair.registry.get('alice')!;
  const compositePublicKey = suite === 2 ? composite.publicKey : undefined;
  const member = { ...registered, suite, compositePublicKey };

  const sourceOf = () => {
    if (kind === 'pairwise') return new SessionKey(SESSION_KEY);
    return kind === 'plain' ? new PlainSession() : undefined;
  };
  const chain = sourceOf() ?? pair.sealing.chain;
  const received = sourceOf() ?? pair.chain;
  const window = new ReplayWindow();
  const receiving: OpenOptions = {
    ...pair.receiving,
    window,
    keys: () => received,
    registry: { get: () => member },
    provider: composite.provider,
  };
  const fields = (over: Partial<EnvelopeFields> = {}) =>
    pair.fields({ ...(kind !== 'batched' && { kind }), suite, ...over });
  const sealing = { sign, chain, entropy: seededEntropy(5) };

  /** One after the other; of a batched kind all in one batch, else each by itself. */
  function sealAll(messages: readonly Partial<EnvelopeFields>[]): Uint8Array[] {
    if (kind !== 'batched') return messages.map((over) => sealEnvelope(fields(over), sealing));
    const out: Uint8Array[] = [];
    const signer = new BatchSigner({
      ...sealing,
      ...{ swarmId: SWARM, sender: alice.memberKeyId, epoch: EPOCH, suite, clock },
      onBatch: (envelopes) => out.push(...envelopes),
      onError: (error) => {
        throw error;
      },
    });
    for (const over of messages) {
      const { swarmId: _s, sender: _i, epoch: _e, suite: _u, ...message } = fields(over);
      signer.add(message);
    }
    signer.close();
    return out;
  }

  /** One envelope to bob; of a batched kind the last of its batch. */
  const seal = (over: Partial<EnvelopeFields> = {}) =>
    sealAll(
      Array.from({ length: kind === 'batched' ? BATCH_COUNT : 1 }, () => ({
        destination: bob.memberKeyId,
        body: utf8('abc'),
        ...over,
      })),
    ).at(-1)!;
  const open = (envelope: Uint8Array, over: Partial<OpenOptions> = {}) =>
    openEnvelope(envelope, { ...receiving, ...over });
  const codeOf = (envelope: Uint8Array, over: Partial<OpenOptions> = {}) => {
    const opened = open(envelope, over);
    return opened.ok ? undefined : opened.code;
  };
  return {
    ...pair,
    member,
    sealing,
    received,
    window,
    receiving,
    fields,
    sealAll,
    seal,
    open,
    codeOf,
  };
}
